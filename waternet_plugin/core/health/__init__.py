"""Which pipes fail next: failures matched to pipes, rates, health, classes, capture, runs compared."""
