"""Verification before backfilling: what is known of a laid pipe, and the one verdict on it."""
