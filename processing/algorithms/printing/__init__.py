"""Algorithms of the group Printing."""
