"""The zero-pressure test: what shuts a zone off, how the night goes, and what the gauges proved."""
