"""The network that is open in this window, and what is remembered of it."""
