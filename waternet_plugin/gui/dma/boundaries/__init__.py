"""Boundaries of metered areas drawn on the map: tool, marks, colours, menu."""
