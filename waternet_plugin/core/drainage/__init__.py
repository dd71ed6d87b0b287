"""Drainage: the way to the outfall, misconnections and the search for their sources."""
