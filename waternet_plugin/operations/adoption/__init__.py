"""Foreign files adopted into a network; its own fields and codes."""
