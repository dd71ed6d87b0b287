"""Edits in QGIS: what lies around them, and what lines and ids get by the way."""
