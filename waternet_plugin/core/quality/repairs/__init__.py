"""Repairs of issues: rows as they will be, and the remedies that change them."""
