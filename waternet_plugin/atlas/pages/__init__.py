"""A page: what it says, where things are on it, and the drawing of each part."""
