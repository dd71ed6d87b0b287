"""The list of issues: which show, under which headings, and what stands below each."""
