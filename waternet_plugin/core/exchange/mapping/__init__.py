"""The MAPPING: which column fills which field of ours, checked, and applied to the rows of a file."""
