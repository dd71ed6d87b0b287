"""Programmes in the window: their items, progress by unit, done dates and reports."""
