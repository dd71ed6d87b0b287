"""Readings of meters as series, and values that cannot be."""
