"""Misconnections: their list, the card of one, what was decided."""
