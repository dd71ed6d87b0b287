"""Coordinates as cells of foreign files have them: in degrees and minutes, and both in one cell."""
