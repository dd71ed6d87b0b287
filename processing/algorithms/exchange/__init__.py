"""Algorithms of the group Exchange."""
