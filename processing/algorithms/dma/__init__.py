"""Algorithms of the group District metered areas."""
