"""Drawings as DXF."""
