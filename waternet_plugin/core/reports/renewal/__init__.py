"""Reports of plans and projects."""
