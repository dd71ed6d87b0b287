"""The sheets of a book: the area that is meant, how it is cut, which sheets have changed."""
