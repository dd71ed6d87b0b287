"""What the change log tells: history, changed rows, renamed ids, conflicts."""
