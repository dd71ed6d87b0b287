"""Axes and coordinate system of a file: decided by words, numbers and nearness, or asked."""
