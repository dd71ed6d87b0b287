"""Boxes sorted into the cells of grids, to find those that meet others or lie around points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.network.model.row_groups import gather

# Each grid has cells so many times as wide as the one before it.
_WIDER = 4
# So many pairs at a time stay in the processor's own memory.
PAIRS_AT_ONCE = 200_000
_COLUMN = 1_000_003


class BoxGrid:
    """Boxes of which each lies in the cells, four at most, of a grid whose cells are no smaller than it.

    Pairs that it gives may meet, and may come several times; those that it does not give surely don't meet.

    Parameters
    ----------
    bounds
        West, south, east and north of each box, (4, n), m, all of them known.
    reach_m
        How much wider they count on each side, m.
    """

    def __init__(self, bounds: Array, reach_m: float) -> None:
        self._bounds, self._wider = bounds, reach_m * np.array([[-1.0], [-1.0], [1.0], [1.0]])
        size = np.maximum(bounds[2] - bounds[0], bounds[3] - bounds[1]) + 2 * reach_m
        some = size[size > 0]
        least = float(np.median(some)) if len(some) else 1.0
        with np.errstate(divide="ignore"):
            level = np.ceil(np.log(size / least) / np.log(_WIDER))
        self._level = np.maximum(level, 0).astype(np.int8)
        # A little wider than the widest box of the grid, whatever rounding did.
        self._grids = [(each, 1.001 * least * _WIDER**each) for each in np.unique(self._level).tolist()]

    def meeting(self) -> Iterator[tuple[Array, Array]]:
        """Yield pairs of boxes that may meet, by their numbers, in either order."""
        for level, side in self._grids:
            indptr, boxes = self._sorted(level, side)
            further: Array = np.repeat(indptr[1:], np.diff(indptr)) - np.arange(
                1, len(boxes) + 1, dtype=np.int32
            )
            yield from _pairs(boxes, further, np.arange(1, len(boxes) + 1), boxes)
            smaller = np.flatnonzero(self._level < level)
            yield from _asked(smaller, self._of(smaller), side, indptr, boxes)

    def around(self, points: Array) -> Iterator[tuple[Array, Array]]:
        """Yield pairs of points, (2, m), m, and boxes that may lie around them, by their numbers."""
        for level, side in self._grids:
            indptr, boxes = self._sorted(level, side)
            yield from _asked(np.arange(points.shape[1]), np.vstack([points, points]), side, indptr, boxes)

    def _sorted(self, level: int, side: float) -> tuple[Array, Array]:
        """Return the boxes of a grid cell by cell, those of cell ``c`` in ``indptr[c]:indptr[c + 1]``."""
        boxes = np.flatnonzero(self._level == level).astype(np.int32)
        cells = 1 << (2 * len(boxes)).bit_length()
        number, cell = _entries(self._of(boxes), side, cells)
        indptr, order = gather(cell, cells)
        return indptr, boxes[number[order]]

    def _of(self, boxes: Array) -> Array:
        return np.asarray(self._bounds[:, boxes] + self._wider)


def _asked(
    asking: Array, bounds: Array, side: float, indptr: Array, boxes: Array
) -> Iterator[tuple[Array, Array]]:
    """Yield pairs of those that ask, of these bounds, and the boxes of a grid in the same cells."""
    number, cell = _entries(bounds, side, len(indptr) - 1)
    counts = indptr[cell + 1] - indptr[cell]
    rows = np.flatnonzero(counts)
    yield from _pairs(asking.astype(np.int32)[number[rows]], counts[rows], indptr[cell[rows]], boxes)


def _pairs(asking: Array, counts: Array, first: Array, boxes: Array) -> Iterator[tuple[Array, Array]]:
    """Yield each that asks beside ``counts`` of the boxes from ``first`` on, some pairs at a time."""
    total = np.cumsum(counts, dtype=np.int64)
    limits = np.arange(0, total[-1:].sum() + PAIRS_AT_ONCE, PAIRS_AT_ONCE)
    cuts = np.searchsorted(total, limits, side="right")
    for start, stop in zip(cuts[:-1], cuts[1:]):
        some = counts[start:stop]
        yield np.repeat(asking[start:stop], some), boxes[np.repeat(first[start:stop], some) + steps(some)]


def _entries(bounds: Array, side: float, cells: int) -> tuple[Array, Array]:
    """Return for each cell that boxes are in the number of the box, and the number of the cell.

    The boxes are no wider than a cell. Numbers are below ``cells``; cells far apart may share one.
    """
    west, south, east, north = np.floor(bounds / side).astype(np.int64)
    wide, high = east > west, north > south
    numbers, columns, rows = [np.arange(len(west), dtype=np.int32)], [west], [south]
    for mask, column, row in ((wide, east, south), (high, west, north), (wide & high, east, north)):
        chosen = np.flatnonzero(mask)
        numbers.append(chosen.astype(np.int32))
        columns.append(column[chosen])
        rows.append(row[chosen])
    cell = (np.concatenate(columns) * _COLUMN + np.concatenate(rows)) & (cells - 1)
    return np.concatenate(numbers), cell.astype(np.int32)
