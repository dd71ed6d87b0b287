"""Pipes between proposed areas: meters, valves, inlets."""
