"""What the values of a column mean by its heading or by the columns beside it."""
