"""A first mapping, guessed from names, from ids of other rows, and from values."""
