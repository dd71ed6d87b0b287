"""Windows that the dock opens: settings, thresholds, about, export, statistics."""
