"""Where files lie: axes, systems, the question on the map."""
