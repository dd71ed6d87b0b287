"""Reports of adopted and updated files."""
