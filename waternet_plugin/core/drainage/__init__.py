"""Drainage: the way to the outfall, misconnections, the search for their sources, grades of inspections."""
