"""Algorithms on users and meters."""
