"""Algorithms on pressure, loggers and the search for leaks."""
