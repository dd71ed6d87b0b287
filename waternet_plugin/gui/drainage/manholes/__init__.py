"""Manholes: the search for a source, the next one to open."""
