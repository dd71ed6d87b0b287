"""The guide and the key that opens it."""
