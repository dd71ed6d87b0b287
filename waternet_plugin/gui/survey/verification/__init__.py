"""Verifications of surveyed pipes: the part of the form, the list of what is missing, the sheets."""
