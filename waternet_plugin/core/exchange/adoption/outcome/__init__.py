"""What became of adopted rows: verdicts, notes, values as they were taken."""
