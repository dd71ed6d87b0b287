"""Reports of drains."""
