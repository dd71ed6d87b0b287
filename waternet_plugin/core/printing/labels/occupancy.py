"""The paper of a map: which of it lines, signs and labels have taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from scipy import ndimage

from waternet_plugin.core.arrays import Array, steps

# Side of a cell, mm; what is free by cells is looked at once more as it is.
_CELL_MM = 0.5
# What cells may be wrong by, mm: half a diagonal of the one and of the other.
_CELL_ERROR_MM = 0.36
# How far the corners of a text reach beyond the round ends by which cells are looked at, mm.
_CORNER_MM = 0.5
# Room between a label and the middle of a line, and between two labels, mm.
_BESIDE_MM = 0.3
_BETWEEN_MM = 0.3
# Labels for which there is room at first.
_FIRST_ROWS = 64


def boxes(centre: Array, angle: Array, width_mm: Array | float, height_mm: Array | float) -> Array:
    """Return the outlines of texts (N,); ``centre`` (N, 2), ``angle`` (N,) in radians, sizes (N,) or one."""
    x, y = np.cos(angle), np.sin(angle)
    along = np.stack([x, y], axis=-1) * np.reshape(width_mm, (-1, 1)) / 2.0
    across = np.stack([-y, x], axis=-1) * np.reshape(height_mm, (-1, 1)) / 2.0
    corners = [centre - along - across, centre + along - across, centre + along + across]
    return np.asarray(shapely.polygons(np.stack([*corners, centre - along + across], axis=1)))


class Occupancy:
    """The paper of one map: what of it is taken.

    Parameters
    ----------
    width_mm, height_mm
        Of its frame.
    lines, areas
        Which no label may touch: pipes; signs, and what else is on the map.
    """

    def __init__(
        self,
        width_mm: float,
        height_mm: float,
        lines: Sequence[shapely.Geometry],
        areas: Sequence[shapely.Polygon] = (),
    ) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._cells = (int(np.ceil(height_mm / _CELL_MM)) + 1, int(np.ceil(width_mm / _CELL_MM)) + 1)
        segments = _segments([*lines, *shapely.boundary(np.asarray(areas, dtype=object))])
        self._tree = shapely.STRtree(np.concatenate([segments, np.asarray(areas, dtype=object)]))
        self._room = self._distance(self._rows(_sampled(segments)))
        # The labels that are there, in the first rows of arrays that grow: each keeps its row while it is.
        self._numbers: list[int] = []
        self._outlines = np.empty(_FIRST_ROWS, dtype=object)
        self._bounds = np.empty((_FIRST_ROWS, 4))

    def _rows(self, xy: Array) -> tuple[Array, Array]:
        """Return the cells of points, those outside at the edge."""
        cell = np.floor(xy / _CELL_MM).astype(np.int64)
        return (
            # Half the time of `np.clip`, which is asked here for every place of every text.
            np.minimum(np.maximum(cell[..., 1], 0), self._cells[0] - 1),
            np.minimum(np.maximum(cell[..., 0], 0), self._cells[1] - 1),
        )

    def _distance(self, filled: tuple[Array, Array]) -> Array:
        """Return how far each cell is from the next filled one, mm."""
        free = np.ones(self._cells, bool)
        free[filled] = False
        if free.all():
            return np.full(self._cells, np.inf)
        return np.asarray(ndimage.distance_transform_edt(free) * _CELL_MM)

    def clearance(self, centre: Array, angle: Array, width_mm: Array, height_mm: Array) -> Array:
        """Return which texts lie inside the frame and on no line, and how much room is around each, mm.

        Parameters
        ----------
        centre, angle
            (N, 2) and (N,) of the texts.
        width_mm, height_mm
            (N,) their sizes.

        Returns
        -------
        (N,) distance of the nearest line from the text's edge, negative where it is taken.
        """
        if not len(centre):
            return np.empty(0)
        inner = np.maximum((width_mm - height_mm) / 2.0, 0.0)
        count = np.maximum(2, np.ceil(2 * inner / 0.8).astype(np.int64) + 1)
        direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        text, share = np.repeat(np.arange(len(centre)), count), steps(count)
        off = inner[text] * (2.0 * share / (count[text] - 1) - 1.0)
        room = self._room[self._rows(centre[text] + direction[text] * off[:, None])]
        around = np.minimum.reduceat(room, np.cumsum(count) - count) - height_mm / 2.0
        half = np.abs(direction) * width_mm[:, None] + np.abs(direction[:, ::-1]) * height_mm[:, None]
        half /= 2.0
        inside = (
            (centre - half >= 0.3) & (centre + half <= [self.width_mm - 0.3, self.height_mm - 0.3])
        ).all(1)
        return np.where(inside & (around > -_CELL_ERROR_MM), np.maximum(around, 0.0), -1.0)

    def touched(self, outlines: Array, clearance_mm: Array) -> Array:
        """Return (N,) which outlines touch a line or an area.

        Parameters
        ----------
        outlines
            Of texts, (N,).
        clearance_mm
            The room around them, see `clearance`: where it suffices, no line is looked at.
        """
        result = np.zeros(len(outlines), bool)
        near = np.flatnonzero(clearance_mm <= _CELL_ERROR_MM + _CORNER_MM + _BESIDE_MM)
        touching = self._tree.query(outlines[near], predicate="dwithin", distance=_BESIDE_MM)[0]
        result[near[touching]] = True
        return result

    def conflicts(self, outlines: Array, bounds: Array) -> list[set[int]]:
        """Return the labels that each outline would touch; ``bounds`` (N, 4) are those of the outlines."""
        result: list[set[int]] = [set() for _ in outlines]
        count = len(self._numbers)
        if not count or not len(outlines):
            return result
        low, high = bounds[:, None, :2], bounds[:, None, 2:]
        others = self._bounds[None, :count]
        near = (low < others[..., 2:] + _BETWEEN_MM) & (high + _BETWEEN_MM > others[..., :2])
        one, other = np.nonzero(near.all(axis=2))
        touching = shapely.dwithin(outlines[one], self._outlines[other], _BETWEEN_MM)
        for row, other_row in zip(one[touching].tolist(), other[touching].tolist()):
            result[row].add(self._numbers[other_row])
        return result

    def add(self, number: int, outline: shapely.Polygon) -> None:
        """Give paper to a label."""
        row = len(self._numbers)
        if row == len(self._outlines):
            self._outlines = np.concatenate([self._outlines, np.empty(row, dtype=object)])
            self._bounds = np.concatenate([self._bounds, np.empty((row, 4))])
        self._numbers.append(number)
        self._outlines[row], self._bounds[row] = outline, shapely.bounds(outline)

    def release(self, number: int) -> None:
        """Take a label off the paper again."""
        row, last = self._numbers.index(number), len(self._numbers) - 1
        # The last one takes its row.
        self._numbers[row] = self._numbers[last]
        self._outlines[row], self._bounds[row] = self._outlines[last], self._bounds[last]
        del self._numbers[last]

    def distance_from_labels(self) -> Callable[[Array], Array]:
        """Return how far points (N, 2) are from the next of the labels that are there now, mm; at most 3."""
        tree = shapely.STRtree(self._outlines[: len(self._numbers)])

        def distance(xy: Array) -> Array:
            near = np.full(len(xy), 3.0)
            if len(tree):
                (which, _), far = tree.query_nearest(
                    shapely.points(xy), max_distance=3.0, return_distance=True, all_matches=False
                )
                near[which] = far
            return near

        return distance


def _segments(lines: Sequence[shapely.Geometry]) -> Array:
    """Return the segments of lines, each a line of two points."""
    parts = shapely.get_parts(np.asarray(lines, dtype=object))
    xy, part = shapely.get_coordinates(parts, return_index=True)
    joined = part[1:] == part[:-1]
    if not joined.any():
        return np.empty(0, object)
    ends = np.stack([xy[:-1][joined], xy[1:][joined]], axis=1)
    return np.asarray(shapely.linestrings(ends))


def _sampled(segments: Array) -> Array:
    """Return points along segments, so near each other that no cell between is left out."""
    if not len(segments):
        return np.empty((0, 2))
    xy = shapely.get_coordinates(segments).reshape(-1, 2, 2)
    count = np.ceil(np.hypot(*(xy[:, 1] - xy[:, 0]).T) / (_CELL_MM / 2.0)).astype(np.int64) + 1
    which = np.repeat(np.arange(len(xy)), count)
    share = steps(count) / np.maximum(count[which] - 1, 1)
    return np.asarray(xy[which, 0] + (xy[which, 1] - xy[which, 0]) * share[:, None])
