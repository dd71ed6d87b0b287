"""Drainage: flow and the way to the outfall, misconnections and their sources, inspections graded."""
