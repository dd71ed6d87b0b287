"""Verdicts on surveyed pipes: kept, added to, counted."""
