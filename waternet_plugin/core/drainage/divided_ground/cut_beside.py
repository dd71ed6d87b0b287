"""What of cells lies beside lines, cut out."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

LEAST_M2 = 1e-3
# Corners of a quarter of a circle around the end of a line.
_ARC = 4
# A cell of which less is left lies beside lines as a whole, m2: far below LEAST_M2.
_NOTHING_M2 = 1e-6
# By what share of its size a cell is widened.
_WIDER = 1e-4


def cut_beside(cells: Array, lines: Array, tree: shapely.STRtree, reach_m: float) -> tuple[Array, Array]:
    """Return what of cells lies within ``reach_m`` of lines, circles drawn as polygons, and which are cut.

    Parameters
    ----------
    cells
        Convex polygons.
    lines
        Straight lines.
    tree
        The lines in a tree.
    reach_m
        How far the ground beside lines goes, m.
    """
    cell, line = tree.query(cells, predicate="dwithin", distance=reach_m)
    # Cells of which something is left reach far out: what lies there takes most away, few others are needed.
    middle = shapely.centroid(cells)
    apart = shapely.distance(middle[cell], lines[line])
    order = np.lexsort((apart, cell))
    # What is left of a wider cell shares no side with the cell: threads would remain along sides that are the
    # same but for rounding.
    left = _left(_wider(cells, shapely.get_coordinates(middle)), cell[order], lines[line[order]], reach_m)
    some = np.flatnonzero(~shapely.is_empty(left))
    result, is_cut = cells.copy(), np.zeros(len(cells), dtype=bool)
    cut = shapely.difference(cells[some], left[some])
    is_cut[some] = shapely.area(cells[some]) - shapely.area(cut) > LEAST_M2
    result[some] = cut
    return np.where(is_cut, result, cells), is_cut


def _wider(cells: Array, middle: Array) -> Array:
    """Return cells drawn somewhat larger around their middles, (cells, 2)."""
    xy, of = shapely.get_coordinates(cells, return_index=True)
    return np.asarray(shapely.set_coordinates(cells.copy(), xy + _WIDER * (xy - middle[of])))


def _left(cells: Array, cell: Array, lines: Array, reach_m: float) -> Array:
    """Return what lines leave of cells, told by pairs of a cell and a line, by cell."""
    first = np.searchsorted(cell, np.arange(len(cells) + 1))
    size = np.diff(first)
    left, left_m2 = cells.copy(), shapely.area(cells)
    for turn in range(size.max(initial=0)):
        asked = np.flatnonzero((size > turn) & (left_m2 > _NOTHING_M2))
        asked = asked[shapely.dwithin(left[asked], lines[first[asked] + turn], reach_m)]
        left[asked] = shapely.difference(left[asked], _around(lines[first[asked] + turn], reach_m))
        left_m2[asked] = shapely.area(left[asked])
    return left


def _around(lines: Array, reach_m: float) -> Array:
    """Return the polygons within ``reach_m`` of straight lines: the buffers of GEOS, several times faster."""
    begin, end = np.moveaxis(shapely.get_coordinates(lines).reshape(-1, 2, 2), 1, 0)
    length_m = np.hypot(*(end - begin).T)
    east, north = np.where(length_m > 0, (end - begin).T / np.maximum(length_m, 1e-12), [[1.0], [0.0]])
    # Half around the end, from the right to the left, and so on around the beginning.
    turn = np.linspace(-np.pi / 2, np.pi / 2, 2 * _ARC + 1)
    arc = np.stack(
        [
            np.outer(east, np.cos(turn)) - np.outer(north, np.sin(turn)),
            np.outer(east, np.sin(turn)) + np.outer(north, np.cos(turn)),
        ],
        axis=-1,
    )
    rings = np.concatenate([end[:, None] + reach_m * arc, begin[:, None] - reach_m * arc], axis=1)
    return np.asarray(shapely.polygons(rings))
