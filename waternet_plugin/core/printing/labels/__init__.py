"""Labels of pipes on a printed sheet: the position of each, and a list of those that get no room."""
