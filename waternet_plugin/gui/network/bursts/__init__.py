"""A burst: the valves to close and who loses water, as a pane, a list and marks on the map."""
