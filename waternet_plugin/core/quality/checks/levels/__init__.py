"""Checks of levels and depths."""
