"""Rows of a file that are there already: which they are, what of them differs, and what of that is taken."""
