"""A page: what it says, and where things are on it."""
