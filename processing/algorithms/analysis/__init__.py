"""Algorithms of the group Network analysis."""
