"""Where a network lies: shares, cloud folders, and the backups beside it."""
