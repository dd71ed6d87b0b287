"""Editions of map books: what was printed from which state, and what changed since."""
