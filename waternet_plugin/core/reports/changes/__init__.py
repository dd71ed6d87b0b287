"""Reports of changes and batches."""
