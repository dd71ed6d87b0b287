"""Reports of checks and repairs."""
