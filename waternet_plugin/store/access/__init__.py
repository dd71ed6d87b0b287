"""Who may do what in a network."""
