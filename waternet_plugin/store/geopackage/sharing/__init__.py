"""Several programs at one file: locks, notes of who writes, lost logs."""
