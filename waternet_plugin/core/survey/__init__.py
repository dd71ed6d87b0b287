"""Survey import: files of measured points and lines as pipes with their evidence."""
