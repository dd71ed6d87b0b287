"""Algorithms of the group Drainage."""
