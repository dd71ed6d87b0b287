"""Which pipe each failure belongs to."""
