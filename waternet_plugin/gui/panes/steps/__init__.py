"""Windows of steps, the base of both wizards."""
