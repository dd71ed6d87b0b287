"""Algorithms of the group Data quality."""
