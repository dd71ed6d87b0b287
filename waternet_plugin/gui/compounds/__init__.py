"""Compounds: what is due in them, on the map and in lists."""
