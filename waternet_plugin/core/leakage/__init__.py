"""Leakage of metered areas: readings, night flow, alarms."""
