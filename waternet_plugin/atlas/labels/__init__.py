"""Labels of the pipes on printed sheets: each placed, listed or too short; drawn as layers of the map."""
