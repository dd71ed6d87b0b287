"""Zero-pressure tests of metered areas: planned, recorded, judged."""
