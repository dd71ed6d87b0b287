"""Compounds: what lies in each, what it owes, how it scores."""
