"""Reports of metered areas and their tests."""
