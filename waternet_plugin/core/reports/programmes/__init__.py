"""Reports of programmes: the month and the ledger."""
