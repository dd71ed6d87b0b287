"""Drains joined to the wrong system: what tells of them, and the rules M1 to M13."""
