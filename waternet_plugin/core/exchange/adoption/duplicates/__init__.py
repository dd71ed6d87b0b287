"""Rows that are there already: by id, by place, by content."""
