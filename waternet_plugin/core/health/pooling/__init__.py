"""Sums that parts of many networks add up to, the same whatever the parts and their order."""
