"""Packages of rows that crews take into the field, and what becomes of what they bring back."""
