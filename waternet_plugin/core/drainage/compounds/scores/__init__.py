"""Scores of compounds: the ten indicators, what raises them, zero discharge."""
