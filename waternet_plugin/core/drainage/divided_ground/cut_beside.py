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


def cut_beside(cells: Array, lines: Array, tree: shapely.STRtree) -> tuple[Array, Array]:
    """Return what of cells lies within ROADSIDE_M of lines, circles drawn as polygons, and which are cut.

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
    # Cells of which something is left reach far out: what lies there takes most away, few others are needed.
    apart = shapely.distance(shapely.centroid(cells)[cell], lines[line])
    order = np.lexsort((apart, cell))
    cell = cell[order]
    around, left_m2 = _needed(cells, cell, lines[line[order]])
    is_cut = left_m2 > LEAST_M2
    needed = ~shapely.is_missing(around) & is_cut[cell]
    result = np.where(is_cut, shapely.Polygon(), cells)
    many, place = np.unique(cell[needed], return_inverse=True)
    groups = shapely.multipolygons(around[needed], indices=place)
    result[many] = shapely.intersection(cells[many], shapely.union_all(groups[:, None], axis=1))
    return result, is_cut


def _needed(cells: Array, cell: Array, lines: Array) -> tuple[Array, Array]:
    """Return what is around lines, for pairs of a cell and a line by cell, and what is left of each cell, m2.

    It is None where it is not needed.
    A line is needed that takes something of what those before it leave of the cell.
    """
    first = np.searchsorted(cell, np.arange(len(cells) + 1))
    size = np.diff(first)
    left, left_m2 = cells.copy(), shapely.area(cells)
    result = np.full(len(lines), None, dtype=object)
    for turn in range(size.max(initial=0)):
        asked = np.flatnonzero((size > turn) & (left_m2 > _NOTHING_M2))
        asked = asked[shapely.dwithin(left[asked], lines[first[asked] + turn], ROADSIDE_M)]
        pair = first[asked] + turn
        around = shapely.buffer(lines[pair], ROADSIDE_M, quad_segs=_ARC)
        rest = shapely.difference(left[asked], around)
        rest_m2 = shapely.area(rest)
        less = left_m2[asked] - rest_m2 > _NOTHING_M2
        result[pair[less]] = around[less]
        left[asked[less]], left_m2[asked[less]] = rest[less], rest_m2[less]
    return result, left_m2
