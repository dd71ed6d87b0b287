"""Algorithms of the group Health and renewal."""
