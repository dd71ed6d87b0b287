"""Lines that are drawn against the nodes of their ends: each node lies at the other end."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array


def lie_opposite(ends: Array, ends_xy: Array) -> Array:
    """Return which lines begin at the node of their end and end at the node of their start.

    Parameters
    ----------
    ends
        First and last place of each line, (lines, 2, 2), m.
    places
        Where the nodes of start and end lie, (lines, 2, 2), m; NaN where that is not known.
    """
    straight, crossed = _apart(ends, ends_xy), _apart(ends, ends_xy[:, ::-1])
    with np.errstate(invalid="ignore"):
        clear = 2 * crossed.sum(axis=1) < straight.sum(axis=1)
        return np.asarray((crossed < straight).all(axis=1) & clear)


def nearer_ends(ends: Array, ends_xy: Array) -> Array:
    """Return at which end of its line each node lies, 0 or 1, -1 where neither end is clearly nearer.

    Shapes are those of `lie_opposite`; the result is (lines, 2).
    """
    near = np.stack([_apart(ends[:, [end, end]], ends_xy) for end in (0, 1)], axis=2)
    with np.errstate(invalid="ignore"):
        clear = 2 * near.min(axis=2) < near.max(axis=2)
    return np.where(clear, near.argmin(axis=2), -1)


def _apart(first: Array, second: Array) -> Array:
    return np.asarray(np.hypot(first[:, :, 0] - second[:, :, 0], first[:, :, 1] - second[:, :, 1]))
