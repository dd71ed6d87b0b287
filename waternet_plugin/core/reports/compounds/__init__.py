"""Reports of compounds."""
