"""Tables with a column for each month, day or hour."""
