"""Foreign rows become ours: ids, repeats, parts of lines, and which rows are rejected."""
