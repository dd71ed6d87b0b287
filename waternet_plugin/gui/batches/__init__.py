"""What was written: batches and their undo, backups, conflicts with other writers."""
