"""Duties of compounds: what comes due, what of it is done in a month, by whom and on which day."""
