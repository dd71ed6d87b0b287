"""Heads over ground in the classes that maps show."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

# The classes from low to high, and where each but the first begins, m of water over ground.
TOO_LOW, LOW, ENOUGH, HIGH = "too_low", "low", "enough", "high"
CLASSES = (TOO_LOW, LOW, ENOUGH, HIGH)
BOUNDS_M = (14.0, 20.0, 45.0)


def head_classes(head_m: Array) -> Array:
    """Return the place in CLASSES of heads over ground (N,), -1 where unknown."""
    low, middle, high = BOUNDS_M
    place = (head_m >= low).astype(np.int64) + (head_m >= middle) + (head_m > high)
    return np.where(np.isfinite(head_m), place, -1)
