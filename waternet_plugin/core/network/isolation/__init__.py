"""Shutting parts of a network off: valves to close, who is cut off, segments and their rank."""
