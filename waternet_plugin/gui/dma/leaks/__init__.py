"""Leaks of metered areas: night flow, the search, what was dug up."""
