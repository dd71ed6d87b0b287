"""Utilities as pairs of GeoParquet files, and what is kept of them between two runs of a scoring."""
