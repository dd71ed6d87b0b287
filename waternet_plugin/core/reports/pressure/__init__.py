"""Reports of pressure."""
