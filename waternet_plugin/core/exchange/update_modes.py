"""What becomes of the rows of a file whose ids are in the network already."""

# Rejected; compared and changed where they differ; the same, and rows that are new are added.
INSERT, UPDATE, BOTH = "insert", "update", "both"
MODES = (INSERT, UPDATE, BOTH)
