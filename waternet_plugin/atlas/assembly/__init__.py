"""Assemble a map book: finished pages beside it, joined into one PDF when all are there."""
