"""Shut-offs that are kept: what becomes of them."""
