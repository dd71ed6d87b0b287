"""Saving what was edited with QGIS's own tools: the edits of all our layers at once, or none of them."""
