"""WaterNet's Processing provider."""
