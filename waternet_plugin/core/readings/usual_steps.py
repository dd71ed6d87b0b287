"""The usual step of a series of moments."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.units import HOUR_S

_MOST_STEP_S = 3.0 * HOUR_S


def usual_step(times_s: Array) -> float:
    """Return the most frequent step of sorted times to the second, 0 where there are fewer than two."""
    if len(times_s) < 2:
        return 0.0
    apart = np.diff(times_s)
    if np.count_nonzero(apart == apart[0]) * 2 > len(apart):
        return min(float(apart[0]), _MOST_STEP_S)
    middle = float(np.median(apart))
    # The median is the most frequent step of all series that are regular at all.
    if np.count_nonzero(apart == middle) * 2 > len(apart):
        return min(middle, _MOST_STEP_S)
    values, counts = np.unique(np.round(apart), return_counts=True)
    return min(float(max(values[np.argmax(counts)], 1.0)), _MOST_STEP_S)
