"""Drains: flow, catchments, misconnections, inspections."""
