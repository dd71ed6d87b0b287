"""Metered areas whose boundary changed since a test proved it."""
