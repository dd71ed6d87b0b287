"""What checks look at and return: tables as columns, what several of them need, findings."""
