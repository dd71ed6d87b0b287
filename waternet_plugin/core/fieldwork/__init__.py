"""Packages of rows that crews take into the field: what they hold, and what came back compared with it."""
