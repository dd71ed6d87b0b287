"""Which pipe of a metered area leaks: chances of its pipes, and what speaks for and against each."""
