"""A server or the line to it that stops while somebody works."""
