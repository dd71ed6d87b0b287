"""The renewal plan in the panel: budget in, packages out."""
