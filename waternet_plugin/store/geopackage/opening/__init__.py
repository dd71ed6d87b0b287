"""Files made, opened, migrated, mended, brought back."""
