"""Edits that are not saved yet, and what happens when they meet those of others."""
