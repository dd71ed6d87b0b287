"""Algorithms of the group Survey."""
