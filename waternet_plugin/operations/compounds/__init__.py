"""Compounds: what lies in them, what is due, how they score."""
