"""Whether a rise came at once or slowly, and in which night it began."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.detection.leak_alarms import CREEP, STEP

# Nights in which a slow rise may come to its end, and by what it must fit better than one at once.
_RAMPS, _RAMP_GAIN, _LEAST_RAMP = (6, 10, 20, 40), 0.9, 10
_MOST_BEFORE = 21


def rise_shape(value: Array, started: int, night: int, level_from: int) -> tuple[str, int]:
    """Return whether a rise came at once or slowly, and its first night, not before the level.

    Parameters
    ----------
    value
        Flow of the nights of a zone, m3/h, NaN where unknown (N,).
    started
        The night in which it seems to begin.
    night
        The last night that is looked at.
    level_from
        The first night of the level before.
    """
    first = max(started - _MOST_BEFORE, level_from, 0)
    part = value[first : night + 1]
    known = np.flatnonzero(np.isfinite(part))
    best = (np.inf, STEP, started)
    for begin in range(max(known[0] + 3, 1), len(part) - 2):
        after = np.maximum(np.arange(len(part)) - begin + 1, 0)[known]
        ramps = _RAMPS if len(part) - begin >= _LEAST_RAMP else ()
        for nights in (1, *ramps):
            error = _unexplained(np.minimum(after, nights).astype(float), part[known])
            kind = STEP if nights == 1 else CREEP
            error = error / _RAMP_GAIN if kind == CREEP else error
            if error < best[0]:
                best = (error, kind, first + begin)
    return best[1], best[2]


def _unexplained(shape: Array, values: Array) -> float:
    """Return the sum of squares that a straight line over a shape leaves."""
    shape, values = shape - shape.mean(), values - values.mean()
    fitted = float(shape @ shape)
    if fitted <= 0.0:
        return float(values @ values)
    slope = max(float(shape @ values) / fitted, 0.0)
    return float(((values - slope * shape) ** 2).sum())
