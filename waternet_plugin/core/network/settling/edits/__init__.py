"""What a person edited: rows before and now, their ends, and what was done to pipes."""
