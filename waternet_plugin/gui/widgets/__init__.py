"""Widgets and words that every window shares."""
