"""Algorithms of the group Network."""
