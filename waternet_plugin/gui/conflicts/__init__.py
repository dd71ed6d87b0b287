"""Rows that somebody else changed as well: the pane that asks which version to keep."""
