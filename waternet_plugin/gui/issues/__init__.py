"""Issues: what checks found, explained, shown on the map, fixed and accepted."""
