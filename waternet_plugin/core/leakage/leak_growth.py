"""Whether a rise is the further growth of a leak that is known, or a leak of its own."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

# Nights in which a leak may come to its full size; a share grows evenly, or ever quicker.
_GROWS, _POWERS = (1, 6, 10, 20, 40), (1, 2)
# By how many variances of a night a second leak must explain more than the first one's growth.
_EVIDENCE = 6.0
# A slow leak may have begun so many nights before it was seen.
_EARLIER, _LATER, _EVERY = 21, 4, 2


def is_growth(value: Array, variance: float, started: int, began: int) -> bool:
    """Return whether one leak explains a rise as well as two do.

    One leak comes at once, evenly or ever quicker, begun around the night it was told from. Two are that and
    a step in the night of the new rise, or a step in the first night and a new growth.

    Parameters
    ----------
    value
        Flow of the nights that are looked at, m3/h, NaN where unknown (N,).
    variance
        Variance of a single night, (m3/h)2.
    started, began
        Numbers of the nights in which the known leak and the new rise begin.
    """
    known = np.flatnonzero(np.isfinite(value))
    flow = value[known] - value[known].mean()
    old = _growths(known, max(started - _EARLIER, 1), started + _LATER)
    new = _growths(known, max(began - 10, started + 3), began + 3)
    steps = [_centred((known >= night).astype(float)) for night in (began, started)]
    one = _unexplained(old, flow)
    two = min(_unexplained(old, flow, steps[0]), _unexplained(new, flow, steps[1]))
    return bool(one - two < _EVIDENCE * variance)


def _centred(shape: Array) -> Array:
    return np.asarray(shape - shape.mean(axis=-1, keepdims=True))


def _growths(nights: Array, first: int, last: int) -> Array:
    """Return the shapes of leaks that begin in some nights, around their means (S, N)."""
    begins = np.arange(first, max(last, first + 1), _EVERY)
    after = np.maximum(nights[None, :] - begins[:, None] + 1.0, 0.0)
    whole = np.maximum(after.max(axis=1, keepdims=True), 1.0)
    shares = [np.minimum(after / full, 1.0) for full in (*_GROWS, whole)]
    return _centred(np.concatenate([share**power for share in shares for power in _POWERS]))


def _unexplained(shapes: Array, flow: Array, step: Array | None = None) -> float:
    """Return the least sum of squares that a shape leaves, beside a step where one is given."""
    if step is not None and (length := float(step @ step)) > 0.0:
        flow = flow - step * max(float(step @ flow) / length, 0.0)
        shapes = shapes - np.outer(shapes @ step / length, step)
    squares = (shapes**2).sum(axis=1)
    fitted = np.maximum(shapes @ flow, 0.0) ** 2 / np.where(squares > 1e-9, squares, np.inf)
    return float(flow @ flow - fitted.max())
