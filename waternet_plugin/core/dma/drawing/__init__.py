"""Drawing zones gesture by gesture: what each changes, undone and done again, and the figures beside it."""
