"""The chosen issue: in words, on the map, and what its repair would do."""
