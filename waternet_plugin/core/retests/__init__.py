"""Whether the boundary that a zero-pressure test proved is still the same, by the change log."""
