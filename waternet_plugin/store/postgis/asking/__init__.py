"""What a server is asked time and again: positions in its log, and what was written since."""
