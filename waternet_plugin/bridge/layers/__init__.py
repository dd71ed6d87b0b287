"""Our layers: their marks, sources, relations, and their values as rows."""
