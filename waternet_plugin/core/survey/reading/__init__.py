"""Readers of survey files: bytes in, tables of text out."""
