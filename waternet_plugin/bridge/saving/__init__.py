"""Edits made with QGIS's own tools: from buffers to rows and back, saved of all our layers or of none."""
