"""The boundaries of metered areas proven a second time, by NetworkX and from rows by their names."""
