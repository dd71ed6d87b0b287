"""Checks of typed surveys: points, lines, levels; what is one, restarts or lies apart."""
