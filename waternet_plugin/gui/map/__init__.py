"""What the map shows, and the tools that work on it."""
