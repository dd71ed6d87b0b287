"""Rows that several operations read or write in the same way."""
