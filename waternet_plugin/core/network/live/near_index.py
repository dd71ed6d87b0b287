"""Places that can be asked what lies near, and may change."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import placed

# Distances are computed in other steps than where pairs are joined: look a little farther.
_MARGIN = 1 + 1e-9


class PointIndex:
    """An index of points by their first coordinate.

    Where many changed since it was made, it is made anew.

    Parameters
    ----------
    place
        Places, (points, 2), m; without a place NaN.
    """

    def __init__(self, xy: Array) -> None:
        self._sort(xy)

    def _sort(self, xy: Array) -> None:
        placed_rows = np.flatnonzero(placed(xy))
        self._order = placed_rows[np.argsort(xy[placed_rows, 0], kind="stable")]
        self._x = xy[self._order, 0]
        self._changed = np.zeros(0, dtype=np.int64)

    def changed(self, xy: Array, numbers: Array) -> None:
        """Take note of points that have another place, or another number, than before."""
        self._changed = np.union1d(self._changed, numbers)
        self._changed = self._changed[self._changed < len(xy)]
        if len(self._changed) > max(1000, len(xy) // 50):
            self._sort(xy)

    def near(self, xy: Array, points: Array, reach_m: float) -> Array:
        """Return the numbers of all places within reach of any of some points, sorted.

        Parameters
        ----------
        xy
            The places as they are now.
        points
            Where to look, (points, 2), m; NaN finds nothing.
        reach_m
            Distance, m.
        """
        reach = reach_m * _MARGIN
        low = np.searchsorted(self._x, points[:, 0] - reach, side="left")
        high = np.searchsorted(self._x, points[:, 0] + reach, side="right")
        pairs = []
        for at, first, last in zip(points, low.tolist(), high.tolist()):
            candidates = np.concatenate([self._order[first:last], self._changed])
            candidates = candidates[candidates < len(xy)]
            with np.errstate(invalid="ignore"):
                inside = np.hypot(*(xy[candidates] - at).T) <= reach
            pairs.append(candidates[inside])
        return np.unique(np.concatenate(pairs)) if pairs else np.zeros(0, dtype=np.int64)
