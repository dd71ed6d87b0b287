"""Drains on the map: misconnections explained, flow inferred and observed, manholes searched, catchments."""
