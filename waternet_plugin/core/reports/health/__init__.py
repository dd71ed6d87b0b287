"""Reports of assessments and matches."""
