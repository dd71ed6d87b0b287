"""PDF: the one place that makes them, fonts, and texts that search finds."""
