"""What the survey wizard draws on the map, and the clicks that it hears there."""
