"""The list of open work: its pane, filters and what is recorded about orders."""
