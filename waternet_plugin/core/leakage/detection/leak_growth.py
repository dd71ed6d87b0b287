"""Whether a rise beside a leak that is known is its further growth, or a leak of its own."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

# Nights in which a leak may come to its full size, and the powers of time by which it grows.
_GROWS, _POWERS = (4, 7, 10, 14, 20, 28, 40, 60), (0.5, 1.0, 2.0)
_SECOND_GROWS, _SECOND_POWERS = (6, 10, 20, 40), (1.0, 2.0)
# A leak may have begun so many nights before or after the night it was told from; a second one so much later.
_EARLIER, _LATER, _EVERY, _APART, _UNSURE = 21, 4, 2, 3, 3
# What two leaks are fitted with: their sizes, their beginnings.
_FITTED = 4
_PARALLEL = 0.999


def is_growth(value: Array, variance: float, started: int, began: int, evidence: float) -> bool:
    """Return whether one leak explains the nights as well as two do.

    A leak comes at once, or it grows: evenly, ever slower or ever quicker. The known one begins around the
    night it was told from, a second one in any night after it up to the new rise. What neither explains is
    noise, as much as the variance of nights at least.

    Parameters
    ----------
    value
        Flow of the nights that are looked at, m3/h, NaN where unknown (N,).
    variance
        Variance of a single night, (m3/h)2.
    started, began
        Numbers of the nights in which the known leak and the new rise begin.
    evidence
        By how many variances two leaks must explain more than one.
    """
    known = np.flatnonzero(np.isfinite(value))
    flow = value[known] - value[known].mean()
    begins = np.arange(max(started - _EARLIER, 1), max(started + _LATER, 2), _EVERY)
    first = np.concatenate([_steps(known, begins), _growths(known, begins, _GROWS, _POWERS)])
    begins = np.arange(started + _APART, max(began + _UNSURE, started + _APART + 1))
    second = np.concatenate(
        [_steps(known, begins), _growths(known, begins[::_EVERY], _SECOND_GROWS, _SECOND_POWERS)]
    )
    by_first, by_second = first @ flow, second @ flow
    by_single = float(np.maximum(by_first, 0.0).max(initial=0.0)) ** 2
    two = max(by_single, _explained(by_first, by_second, first @ second.T))
    left = float(flow @ flow) - two
    return two - by_single < evidence * max(variance, left / max(len(known) - _FITTED, 1))


def _steps(nights: Array, begins: Array) -> Array:
    """Return the shapes of leaks that come at once (S, N)."""
    return _centred((nights[None, :] >= begins[:, None]).astype(float))


def _growths(nights: Array, begins: Array, grows: tuple[int, ...], powers: tuple[float, ...]) -> Array:
    """Return the shapes of leaks that grow for some nights, or until now (S, N)."""
    after = np.maximum(nights[None, :] - begins[:, None] + 1.0, 0.0)
    highest = np.maximum(after.max(axis=1, keepdims=True), 1.0)
    shares = [*(np.minimum(after / growth, 1.0) for growth in grows), after / highest]
    return _centred(np.concatenate([share**power for share in shares for power in powers]))


def _centred(shapes: Array) -> Array:
    """Return shapes around their means, of length one (S, N); zeros where nothing changes."""
    shapes = shapes - shapes.mean(axis=1, keepdims=True)
    length = np.sqrt((shapes**2).sum(axis=1, keepdims=True))
    return np.asarray(np.divide(shapes, length, out=np.zeros_like(shapes), where=length > 1e-6))


def _explained(by_first: Array, by_second: Array, alike: Array) -> float:
    """Return the most that a second shape explains, by itself or beside a first one; none may fall.

    Parameters
    ----------
    by_first, by_second
        Flow along the shapes (S,), (T,).
    alike
        Their scalar products (S, T).
    """
    first, second = by_first[:, None], by_second[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        both = (first**2 + second**2 - 2.0 * first * second * alike) / (1.0 - alike**2)
    rising = (first > alike * second) & (second > alike * first) & (alike**2 < _PARALLEL)
    alone = float(np.maximum(by_second, 0.0).max(initial=0.0)) ** 2
    return max(float(both[rising].max(initial=0.0)), alone)
