"""Cells of tables that others made: texts, numbers, days, the rows that name the columns."""
