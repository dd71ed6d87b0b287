"""The pane of pressure and the search for leaks: its tabs, each in a room of its own."""
