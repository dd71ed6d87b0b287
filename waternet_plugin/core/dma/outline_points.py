"""Points that stand for pipes where zones are told apart, and points around them that belong to no zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage, sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array, steps

OUTSIDE = -1
# Side of the cells in which pipes of one zone alone are one point, m.
CELL_M = 20.0
# Where a zone is near another, so many cells away, its pipes are followed closely.
_NEAR_CELLS = 2
# Farther inside a zone so many cells in a row are one.
_COARSE = 5
# Distances of points from each end of a pipe that is followed closely, m: pipes of two zones that meet at a
# node have points at the same distances from it, so that the border runs through the node.
_FROM_END_M = np.concatenate([[0.3, 0.6, 1.2, 2.4, 4.8], np.arange(9.6, 5000.0, 9.6)])
_STEP_M = 10.0
# Between two points of a pipe that another zone comes between, others are put until they are so near, m.
_LEAST_GAP_M, _ROUNDS = 0.3, 6
# Networks farther apart than this are laid out one by one, m.
_APART_M = 2000.0
# Blocks without pipes up to this area belong to the zone around them, m².
_LARGEST_BLOCK_M2 = 160_000.0


@dataclass(frozen=True)
class OutlinePoints:
    """Points ``xy`` (n, 2), m, and the label of each (n,): a zone's number, OUTSIDE for none."""

    xy: Array
    label: Array


def widest_gap_m(reach_m: float) -> float:
    """Return how far a border between zones, or around them, is from the nearest point at most, m.

    The farthest is the middle of the largest block that counts as a zone, twice ``reach_m`` from its pipes,
    where these are one point in a coarse cell.
    """
    return float(np.sqrt(_LARGEST_BLOCK_M2 / np.pi) + 2 * reach_m + np.sqrt(2) * CELL_M * (_COARSE + 2))


class _Course:
    """Pipes as one long line, along which positions are found at once."""

    def __init__(self, lines: Array) -> None:
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        step = np.hypot(*np.diff(xy, axis=0).T) if len(xy) else np.zeros(0)
        step[np.diff(owner) != 0] = 0.0
        # Between two lines the distance grows by 1 m, so that none shares a distance with another.
        along = np.concatenate([[0.0], np.cumsum(step + (np.diff(owner) != 0))]) if len(xy) else np.zeros(0)
        first = np.searchsorted(owner, np.arange(len(lines)))
        last = np.searchsorted(owner, np.arange(len(lines)), side="right") - 1
        self._xy, self._along = xy, along
        self._start = along[first]
        self.length = along[last] - self._start

    def at(self, pipe: Array, distance: Array) -> Array:
        """Return places (n, 2), m, at distances from the beginning of pipes."""
        along = self._start[pipe] + np.clip(distance, 0.0, self.length[pipe])
        return np.column_stack([np.interp(along, self._along, self._xy[:, axis]) for axis in (0, 1)])


def _even(course: _Course) -> tuple[Array, Array]:
    """Return points every few metres: pipe and distance of each."""
    counts = np.maximum(np.ceil(course.length / _STEP_M).astype(np.int64), 1)
    pipe = np.repeat(np.arange(len(counts)), counts)
    return pipe, (steps(counts) + 0.5) * (course.length / counts)[pipe]


def _close(course: _Course, pipes: Array) -> tuple[Array, Array]:
    """Return points that lie closer towards both ends: pipe and distance of each."""
    half = course.length[pipes] / 2
    counts = np.searchsorted(_FROM_END_M, half)
    pipe = np.repeat(pipes, counts)
    distance = _FROM_END_M[steps(counts)]
    short = pipes[counts == 0]
    return (
        np.concatenate([pipe, pipe, short]),
        np.concatenate([distance, course.length[pipe] - distance, course.length[short] / 2]),
    )


def _groups(cell: Array) -> Array:
    """Return the group of each cell (n,): cells of parts of the network that lie far apart differ."""
    coarse = np.floor_divide(cell, int(_APART_M / CELL_M))
    low, wide = coarse.min(axis=0), int(np.ptp(coarse[:, 1])) + 1
    keys, owner = np.unique((coarse - low) @ np.array([wide, 1]), return_inverse=True)
    cells = np.stack([keys // wide, keys % wide], axis=1)
    pairs = cKDTree(cells).query_pairs(1.5, output_type="ndarray")
    joined = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(cells),) * 2)
    return np.asarray(csgraph.connected_components(joined, directed=False)[1][owner.ravel()])


def _is_mixed(most: Array, least: Array) -> Array:
    """Return the cells with another zone near them, by the highest and lowest zone in each."""
    window = 2 * _NEAR_CELLS + 1
    return np.asarray(ndimage.maximum_filter(most, window) > ndimage.minimum_filter(least, window))


def _around(cell: Array, label: Array, reach_m: float) -> tuple[Array, Array]:
    """Return how far each cell is inside its zone (n,), and the places around that belong to none (n, 2), m.

    Cells near another zone have 0, others 1, those of coarse cells that are far from any other zone 2.
    """
    reach = max(int(np.ceil(2 * reach_m / CELL_M)), 1)
    # Cells lie alike however much of a network is looked at.
    low = np.floor_divide(cell.min(axis=0) - reach - 3, _COARSE) * _COARSE
    size = np.ceil((cell.max(axis=0) - low + reach + 4) / _COARSE).astype(np.int64) * _COARSE
    at = tuple((cell - low).T)
    most, least = np.full(tuple(size), -1, dtype=np.int32), np.full(tuple(size), 2**30, dtype=np.int32)
    np.maximum.at(most, at, label)
    np.minimum.at(least, at, label)
    inside = most >= 0
    depth = 1 - _is_mixed(most, least)[at].astype(np.int64)
    ball = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= reach
    covered = ndimage.binary_dilation(inside, ball)
    holes, count = ndimage.label(~covered)
    small = np.bincount(holes.ravel(), minlength=count + 1) * CELL_M**2 <= _LARGEST_BLOCK_M2
    # The corner of the grid lies outside, however small the network is.
    small[[0, holes[0, 0]]] = False
    covered |= small[holes]
    ring = ndimage.binary_dilation(covered, iterations=2) & ~covered
    blocks = (size[0] // _COARSE, _COARSE, size[1] // _COARSE, _COARSE)
    coarse = _is_mixed(most.reshape(blocks).max(axis=(1, 3)), least.reshape(blocks).min(axis=(1, 3)))
    coarse |= ndimage.binary_dilation(ring.reshape(blocks).any(axis=(1, 3)), np.ones((5, 5)))
    depth += ~coarse[tuple((cell - low).T // _COARSE)]
    return depth, (np.argwhere(ring) + low + 0.5) * CELL_M


def _thinned(xy: Array, label: Array, rows: Array, cell_m: float) -> Array:
    """Return one of some rows for each zone and cell, that of the point nearest to its middle."""
    xy, label = xy[rows], label[rows]
    cell = np.floor(xy / cell_m)
    off = np.hypot(*(xy - (cell + 0.5) * cell_m).T)
    order = np.lexsort((xy[:, 1], xy[:, 0], off))
    return np.asarray(rows[order[first_rows(cell[order, 0], cell[order, 1], label[order])]])


def first_rows(*columns: Array) -> Array:
    """Return the first row of each combination of values (n,), in the order of the values."""
    order = np.lexsort(columns[::-1])
    first = np.zeros(len(order), dtype=bool)
    first[:1] = True
    for column in columns:
        ordered = column[order]
        first[1:] |= ordered[1:] != ordered[:-1]
    return np.asarray(order[first])


def _refined(course: _Course, label_of: Array, pipe: Array, distance: Array) -> tuple[Array, Array]:
    """Add points to pipes until no other zone's point lies nearer to what is between two of their own."""
    for _ in range(_ROUNDS):
        order = np.lexsort((distance, pipe))
        pipe, distance = pipe[order], distance[order]
        tree = cKDTree(course.at(pipe, distance))
        gap = np.diff(distance)
        inner = np.flatnonzero((np.diff(pipe) == 0) & (gap > 2 * _LEAST_GAP_M))
        middle = (distance[inner] + distance[inner + 1]) / 2
        nearest = tree.query(course.at(pipe[inner], middle))[1]
        lost = label_of[pipe[nearest]] != label_of[pipe[inner]]
        if not lost.any():
            break
        pipe = np.concatenate([pipe, pipe[inner[lost]]])
        distance = np.concatenate([distance, middle[lost]])
    return pipe, distance


def outline_points(lines: Array, label: Array, reach_m: float) -> OutlinePoints:
    """Return points of pipes and of what lies outside all zones.

    Parameters
    ----------
    lines
        Pipes of zones as LineStrings (P,), each with a place.
    label
        Number of the zone of each (P,).
    reach_m
        How far from its pipes an outline runs, m.
    """
    course = _Course(lines)
    pipe, distance = _even(course)
    xy = course.at(pipe, distance)
    cell = np.floor(xy / CELL_M).astype(np.int64)
    group = _groups(cell)
    depth, around = np.zeros(len(xy), dtype=np.int64), []
    for number in range(int(group.max()) + 1):
        rows = np.flatnonzero(group == number)
        depth[rows], ring = _around(cell[rows], label[pipe[rows]], reach_m)
        around.append(ring)
    thinned = np.concatenate(
        [
            _thinned(xy, label[pipe], np.flatnonzero(depth == 1), CELL_M),
            _thinned(xy, label[pipe], np.flatnonzero(depth == 2), CELL_M * _COARSE),
        ]
    )
    near, apart = _refined(course, label, *_close(course, np.unique(pipe[depth == 0])))
    outside = np.concatenate(around)
    points = np.concatenate([course.at(near, apart), xy[thinned], outside])
    labels = np.concatenate(
        [label[pipe_of] for pipe_of in (near, pipe[thinned])] + [np.full(len(outside), OUTSIDE)]
    )
    # Two pipes may cross in one point: the first has it.
    first = np.sort(first_rows(*np.round(points, 3).T))
    return OutlinePoints(points[first], labels[first])
