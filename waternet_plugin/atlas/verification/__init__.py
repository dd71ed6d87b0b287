"""Verification sheets: one page a pipe, from a template that users can edit."""
