"""Pipes that come close to each other: lines that meet, and lines near ends that nothing is joined to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.garbage import release_memory
from waternet_plugin.core.quality.checks.geometry.lonely_ends import lonely_ends, reach_of
from waternet_plugin.core.quality.context.check_context import CheckContext

# Pairs of so many pipes at a time: those of all would take more room than the network.
_PIPES_AT_ONCE = 50_000
# Of so many on memory is given back before and after.
_MANY_PIPES = 100_000


@dataclass(frozen=True)
class CloseLines:
    """Rows of pipes in use.

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
    lines, vertex, near_m = subject.pipes.geometry, subject.vertex, subject.real("near_miss_m")
    reach_m = near_m + subject.connected.tolerance_m
    bounds = shapely.bounds(lines)
    lonely = np.zeros((len(lines), 2), dtype=bool)
    lonely[lonely_ends(subject, displaced=reach_of(subject) > near_m)] = True
    drawn = subject.drawn_m > 0
    asked = np.flatnonzero(subject.live & ~shapely.is_missing(lines))
    if len(asked) >= _MANY_PIPES:
        # The tree finds room where the graph was made.
        release_memory()
    tree = shapely.STRtree(lines[asked])
    meeting, beside = [np.empty((2, 0), dtype=np.int64)], [np.empty((3, 0), dtype=np.int64)]
    for start in range(0, len(asked), _PIPES_AT_ONCE):
        rows = asked[start : start + _PIPES_AT_ONCE]
        shapes = lines[rows]
        wide = lonely[rows].any(axis=1)
        low, high = np.split(bounds[rows[wide]], 2, axis=1)
        # Lines across the boxes: made in half the time of the boxes themselves.
        shapes[wide] = shapely.linestrings(np.stack([low - reach_m, high + reach_m], axis=1))
        asking, member = tree.query(shapes)
        one, two = rows[asking], asked[member]
        once = np.flatnonzero(one < two)
        meeting.append(_apart(vertex, one[once], two[once]))
        others = np.flatnonzero(wide[asking] & (one != two))
        one, two = one[others], two[others]
        for end in (0, 1):
            near = np.flatnonzero(lonely[:, end][one])
            beside.append(_in_reach(subject.ends[:, end, :2], bounds, one[near], end, two[near], reach_m))
    del tree
    if len(asked) >= _MANY_PIPES:
        release_memory()
    one, two = np.concatenate(meeting, axis=1)
    meets = drawn[one] & drawn[two]
    meets[meets] = shapely.intersects(lines[one[meets]], lines[two[meets]])
    pipe, end, line = np.concatenate(beside, axis=1)
    return CloseLines(one[meets], two[meets], pipe, end, line)


def _apart(vertex: Array, one: Array, two: Array) -> Array:
    """Return the pairs of pipes that share no vertex, (2, pairs)."""
    (a, b), (c, d) = vertex[one].T, vertex[two].T
    apart = np.flatnonzero((a != c) & (a != d) & (b != c) & (b != d))
    return np.stack([one[apart], two[apart]])


def _in_reach(places: Array, bounds: Array, pipe: Array, end: int, line: Array, reach_m: float) -> Array:
    """Return the pairs of an end of pipes and a line whose box is within reach, (3, pairs).

    ``places`` are those of this end of every pipe.
    """
    (x, y), (west, south, east, north) = places[pipe].T, bounds[line].T
    near = (x + reach_m >= west) & (x - reach_m <= east) & (y + reach_m >= south) & (y - reach_m <= north)
    rows = np.flatnonzero(near)
    return np.stack([pipe[rows], np.full(len(rows), end), line[rows]])
