"""Foreign readings: cells, times, units and verdicts."""
