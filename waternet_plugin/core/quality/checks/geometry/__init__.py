"""Checks of shapes and positions."""
