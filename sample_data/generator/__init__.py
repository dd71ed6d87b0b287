"""Generate the sample town: plain Python, one seed, the same bytes on every machine."""
