"""The pane in which scenarios of metered areas are compared."""
