"""Pipes that come close to each other: lines that meet, and lines near ends that nothing is joined to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.checks.geometry.box_grid import BoxGrid
from waternet_plugin.core.quality.checks.geometry.lonely_ends import lonely_ends, reach_of
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.shapes.packed_shapes import bounds_of

_NO_KEYS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class CloseLines:
    """Rows of pipes in use that have a shape.

    Parameters
    ----------
    one, two
        Pairs whose lines meet though they share no vertex, each once with the lower row first. Lines without
        length are left out: they lie on others and can't cross them.
    pipe, end, line
        Ends that nothing is joined to, and other pipes whose boxes are within `near_miss_m` and the tolerance
        of joints of the end.
    """

    one: Array
    two: Array
    pipe: Array
    end: Array
    line: Array


def close_lines(subject: CheckContext) -> CloseLines:
    """Return what comes close to each other, by one search for both."""
    lines, near_m = subject.pipes.shapes, subject.real("near_miss_m")
    reach_m = near_m + subject.connected.tolerance_m
    bounds = bounds_of(lines)
    asked = np.flatnonzero(subject.live & np.isfinite(bounds).all(axis=1))
    bounds = np.ascontiguousarray(bounds[asked].T)
    grid = BoxGrid(bounds, reach_m)
    one, two = asked[_meeting(grid, bounds, subject.vertex[asked])]
    meets = (subject.drawn_m[one] > 0) & (subject.drawn_m[two] > 0)
    meets[meets] = shapely.intersects(lines[one[meets]], lines[two[meets]])
    pipe, end = lonely_ends(subject, displaced=reach_of(subject) > near_m)
    number, line = _around(grid, bounds, subject.ends[pipe, end, :2], reach_m)
    apart = pipe[number] != asked[line]
    number, line = number[apart], asked[line[apart]]
    return CloseLines(one[meets], two[meets], pipe[number], end[number], line)


def _meeting(grid: BoxGrid, bounds: Array, vertex: Array) -> Array:
    """Return the pairs of lines that share no vertex and whose boxes meet, (2, pairs), lower number first.

    ``bounds``, (4, lines), are their boxes, ``vertex``, (lines, 2), the vertices of their ends.
    """
    (start, end), (west, south, east, north) = np.ascontiguousarray(vertex.T.astype(np.int32)), bounds
    keys = [_NO_KEYS]
    for one, two in grid.meeting():
        a, b, c, d = start[one], end[one], start[two], end[two]
        rows = np.flatnonzero((a != c) & (a != d) & (b != c) & (b != d))
        one, two = one[rows], two[rows]
        meet = (west[one] <= east[two]) & (west[two] <= east[one])
        meet &= (south[one] <= north[two]) & (south[two] <= north[one])
        one, two = one[meet].astype(np.int64), two[meet]
        keys.append(np.minimum(one, two) * len(start) + np.maximum(one, two))
    return np.stack(np.divmod(np.unique(np.concatenate(keys)), max(len(start), 1)))


def _around(grid: BoxGrid, bounds: Array, points: Array, reach_m: float) -> Array:
    """Return the pairs of points and boxes that are within reach of each other, (2, pairs)."""
    keys, (west, south, east, north) = [_NO_KEYS], bounds
    for point, box in grid.around(np.ascontiguousarray(points.T)):
        x, y = points[point].T
        near = (x + reach_m >= west[box]) & (x - reach_m <= east[box])
        near &= (y + reach_m >= south[box]) & (y - reach_m <= north[box])
        keys.append(point[near].astype(np.int64) * len(west) + box[near])
    return np.stack(np.divmod(np.unique(np.concatenate(keys)), max(len(west), 1)))
