"""Zones of neighbouring catchments."""
