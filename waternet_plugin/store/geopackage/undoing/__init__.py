"""Batches taken back, assets restored, what goes with them."""
