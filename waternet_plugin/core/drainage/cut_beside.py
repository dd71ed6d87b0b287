"""What of cells lies beside lines, cut out: only the lines are joined that matter for a cell."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# How far from drains the ground is taken for drained where no area is given, m.
ROADSIDE_M = 50.0
LEAST_M2 = 1e-3
# Corners of a quarter of a circle around the end of a line.
_ARC = 4
# A line that takes less than this of what others leave of a cell is not needed, m2: far below LEAST_M2.
_NOTHING_M2 = 1e-6


def cut_beside(cells: Array, lines: Array, tree: shapely.STRtree) -> Array:
    """Return what of cells lies within ROADSIDE_M of lines, circles drawn as polygons.

    It is not what is left over taken from the cell: the two share edges but for rounding, along which threads
    would remain.

    Parameters
    ----------
    cells
        Convex polygons.
    lines
        Straight lines.
    tree
        The lines in a tree.
    """
    cell, line = tree.query(cells, predicate="dwithin", distance=ROADSIDE_M)
    used, number = np.unique(line, return_inverse=True)
    around = shapely.buffer(lines[used], ROADSIDE_M, quad_segs=_ARC)
    # Cells of which something is left reach far out: what lies there takes most away, few others are needed.
    apart = shapely.distance(shapely.centroid(cells)[cell], lines[line])
    order = np.lexsort((apart, cell))
    cell, number = cell[order], number[order]
    needed = _needed(cells, around, cell, number)
    joined = np.full(len(cells), shapely.Polygon(), dtype=object)
    many, place = np.unique(cell[needed], return_inverse=True)
    groups = shapely.multipolygons(around[number[needed]], indices=place)
    joined[many] = shapely.union_all(groups[:, None], axis=1)
    return np.asarray(shapely.intersection(cells, joined))


def _needed(cells: Array, around: Array, cell: Array, number: Array) -> Array:
    """Return which of pairs of a cell and what is around a line take something of what those before leave."""
    shapely.prepare(around)
    first = np.searchsorted(cell, np.arange(len(cells) + 1))
    size = np.diff(first)
    left, left_m2 = cells.copy(), shapely.area(cells)
    needed = np.zeros(len(cell), dtype=bool)
    for turn in range(size.max(initial=0)):
        asked = np.flatnonzero((size > turn) & (left_m2 > _NOTHING_M2))
        asked = asked[shapely.intersects(around[number[first[asked] + turn]], left[asked])]
        pair = first[asked] + turn
        rest = shapely.difference(left[asked], around[number[pair]])
        rest_m2 = shapely.area(rest)
        less = left_m2[asked] - rest_m2 > _NOTHING_M2
        needed[pair[less]] = True
        left[asked[less]], left_m2[asked[less]] = rest[less], rest_m2[less]
    return needed
