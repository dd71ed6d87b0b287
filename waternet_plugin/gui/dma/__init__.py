"""Metered areas: drawn on the map, listed, checked, proposed."""
