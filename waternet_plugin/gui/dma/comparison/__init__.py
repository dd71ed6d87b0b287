"""The window in which scenarios of metered areas are compared."""
