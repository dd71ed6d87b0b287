"""Metered areas: drawn, proposed, checked, compared, adopted."""
