"""A short way from valve to valve."""

from __future__ import annotations

import itertools

import numpy as np

from waternet_plugin.core.arrays import Array

# Beyond these the way is no longer shortened by turning stretches round: nobody walks so many in a night.
_MOST_TURNED = 400
# Of so few points all orders are tried.
_MOST_TRIED = 7


def walking_order(xy: Array, target: Array | None = None) -> Array:
    """Return the order in which points are walked: the shortest of few, a short one of many.

    The way goes to the nearest point each time, and is then shortened by turning stretches of it round.

    Parameters
    ----------
    xy
        Places, m (K, 2). Points without a place come last.
    target
        Where the way leads to, m (2,); None for nowhere in particular: the way begins in the west then.

    Returns
    -------
    Array
        Positions of the points in the order of the way (K,).
    """
    placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
    lost = np.setdiff1d(np.arange(len(xy)), placed)
    if not len(placed):
        return np.asarray(lost)
    points = xy[placed]
    end = target if target is not None and np.isfinite(target).all() else None
    if len(points) <= _MOST_TRIED:
        path = _shortest(points, end)
    elif end is not None:
        # From the end backwards: what lies by the inlets is walked last.
        path = _turned(points, _nearest(points, end), end)[::-1]
    else:
        path = _turned(points, _nearest(points, points[np.lexsort(points.T[::-1])[0]]), None)
    return np.asarray(np.concatenate([placed[path], lost]), dtype=np.int64)


def _shortest(points: Array, end: Array | None) -> Array:
    """Return the shortest of all ways, the first of equal ones."""
    orders = np.array(list(itertools.permutations(range(len(points)))), dtype=np.int64)
    stops = points[orders]
    if end is not None:
        stops = np.concatenate([stops, np.broadcast_to(end, (len(orders), 1, 2))], axis=1)
    steps = np.diff(stops, axis=1)
    length_m = np.hypot(steps[..., 0], steps[..., 1]).sum(axis=1)
    # Rounded, so that no last digit decides between ways of one length.
    return np.asarray(orders[np.argmin(np.round(length_m, 6))])


def way_length_m(xy: Array) -> float:
    """Return the length of a way over places in their order, m, as the crow flies."""
    known_xy = xy[np.isfinite(xy).all(axis=1)]
    return float(np.hypot(*np.diff(known_xy, axis=0).T).sum()) if len(known_xy) > 1 else 0.0


def _nearest(points: Array, start: Array) -> Array:
    """Return the way that goes on to the nearest point each time."""
    left = np.arange(len(points))
    current, path = start, []
    while len(left):
        next_one = int(np.argmin(np.hypot(*(points[left] - current).T)))
        path.append(int(left[next_one]))
        current = points[left[next_one]]
        left = np.delete(left, next_one)
    return np.array(path, dtype=np.int64)


def _turned(points: Array, path: Array, start: Array | None) -> Array:
    """Return a way whose stretches are turned round as long as that shortens it (2-opt), the end free."""
    count = len(path)
    if count > _MOST_TURNED:
        return path
    path = path.copy()
    shortened = True
    while shortened:
        shortened = False
        for first in range(count - 1):
            before = points[path[first - 1]] if first else start
            for last in range(first + 1, count):
                after = points[path[last + 1]] if last + 1 < count else None
                now = _step(before, points[path[first]]) + _step(points[path[last]], after)
                then = _step(before, points[path[last]]) + _step(points[path[first]], after)
                if then < now - 1e-9:
                    path[first : last + 1] = path[first : last + 1][::-1]
                    shortened = True
    return path


def _step(from_xy: Array | None, to_xy: Array | None) -> float:
    if from_xy is None or to_xy is None:
        return 0.0
    return float(np.hypot(to_xy[0] - from_xy[0], to_xy[1] - from_xy[1]))
