"""Cells cut at the edges of compounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# A side that comes nearer to a corner of a cell than this is left to the overlays, m.
_CORNER_M = 1e-3


@dataclass(frozen=True)
class CutCells:
    """Cells cut at the edges of compounds.

    Parameters
    ----------
    polygon, cell
        Pairs of a polygon and a cell that meet.
    swallowed
        Pairs whose cell lies inside the polygon.
    piece
        What of the cell lies in the polygon, by pair; the cell as it is where that was not asked.
    rest
        What of the ground of each cell no polygon covers.
    """

    polygon: Array
    cell: Array
    swallowed: Array
    piece: Array
    rest: Array


def cut_at_compounds(cells: Array, on_ground: Array, whole: Array, polygons: Array, asked: Array) -> CutCells:
    """Return what of cells lies in polygons, and what of their ground does not.

    Parameters
    ----------
    cells
        Convex polygons.
    on_ground
        What of each cell is drained.
    whole
        Cells that are drained as they are.
    polygons
        Polygons that do not overlap.
    asked
        Polygons of which the pieces of cells are asked for.
    """
    tree = shapely.STRtree(cells)
    polygon, cell = tree.query(polygons, predicate="intersects")
    shapely.prepare(polygons)
    swallowed = shapely.contains_properly(polygons[polygon], cells[cell])
    piece, rest = cells[cell], on_ground.copy()
    rest[cell[swallowed]] = shapely.Polygon()
    halved, inner, outer = _halved(cells, tree, polygons)
    # The one polygon that the cell meets is that of the side.
    half = np.full(len(cells), -1)
    half[halved] = np.arange(len(halved))
    half[np.bincount(cell, minlength=len(cells)) != 1] = -1
    by_half = half[cell] >= 0
    piece[by_half] = inner[half[cell[by_half]]]
    left = asked[polygon] & ~swallowed & ~by_half
    piece[left] = shapely.intersection(polygons[polygon[left]], piece[left])
    is_rest = by_half & whole[cell]
    rest[cell[is_rest]] = outer[half[cell[is_rest]]]
    left = ~swallowed & ~is_rest
    return CutCells(polygon, cell, swallowed, piece, _without(rest, polygons, polygon[left], cell[left]))


def _halved(cells: Array, tree: shapely.STRtree, polygons: Array) -> tuple[Array, Array, Array]:
    """Return the cells that one side of polygons goes through, and what of each lies inside and outside.

    Where no other side meets a cell, both ends of the side lie outside: it cuts the cell in two.
    """
    ring, of = shapely.get_rings(shapely.get_parts(polygons), return_index=True)
    is_shell = np.r_[True, of[1:] != of[:-1]][: len(of)]
    xy, of_ring = shapely.get_coordinates(ring, return_index=True)
    begin = np.flatnonzero(of_ring[1:] == of_ring[:-1])
    sides = np.stack([xy[begin], xy[begin + 1]], axis=1)
    # The inside to the left.
    turned = (shapely.is_ccw(ring) != is_shell)[of_ring[begin]]
    sides[turned] = sides[turned, ::-1]
    side, cell = tree.query(shapely.linestrings(sides), predicate="intersects")
    alone = np.bincount(cell, minlength=len(cells))[cell] == 1
    side, cell = side[alone], cell[alone]
    corner, of_cell = shapely.get_coordinates(cells[cell], return_index=True)
    (east, north), start = (sides[side, 1] - sides[side, 0]).T, sides[side, 0]
    off = corner - start[of_cell]
    aside = (east[of_cell] * off[:, 1] - north[of_cell] * off[:, 0]) / np.hypot(east, north)[of_cell]
    is_clear = np.ones(len(cell), dtype=bool)
    is_clear[of_cell[np.abs(aside) < _CORNER_M]] = False
    within = np.bincount(of_cell, aside > 0, minlength=len(cell))
    is_clear &= (within > 0) & (within < np.bincount(of_cell, minlength=len(cell)))
    used = is_clear[of_cell]
    number = (np.cumsum(is_clear) - 1)[of_cell[used]]
    inner, outer = _halves(corner[used], number, aside[used])
    return cell[is_clear], inner, outer


def _halves(corner: Array, of: Array, aside: Array) -> tuple[Array, Array]:
    """Return what of convex polygons lies to the left of a line, and to the right.

    Told are the corners of their closed rings, whose polygon each is, and how far left of its line, m.
    """
    one = np.flatnonzero(of[1:] == of[:-1])
    two = one + 1
    crosses = (aside[one] > 0) != (aside[two] > 0)
    # From the left to the right in both cells that share the side: the same number for both.
    left = np.where(aside[one] > 0, one, two)[crosses]
    right = np.where(aside[one] > 0, two, one)[crosses]
    share = aside[left] / (aside[left] - aside[right])
    places = np.stack([corner[one], corner[one]], axis=1)
    places[crosses, 1] = corner[left] + share[:, None] * (corner[right] - corner[left])
    halves = []
    for kept in (aside[one] > 0, aside[one] < 0):
        used = np.column_stack([kept, crosses])
        indices = np.repeat(of[one], used.sum(axis=1))
        halves.append(shapely.polygons(shapely.linearrings(places[used], indices=indices)))
    return halves[0], halves[1]


def _without(shapes: Array, polygons: Array, polygon: Array, shape: Array) -> Array:
    """Return shapes without what polygons cover, told by pairs of a polygon and a shape that may meet."""
    result = shapes.copy()
    order = np.argsort(shape, kind="stable")
    which, first, number = np.unique(shape[order], return_index=True, return_counts=True)
    polygon = polygon[order]
    cover = polygons[polygon[first]]
    for place in np.flatnonzero(number > 1).tolist():
        begin = first[place]
        cover[place] = shapely.union_all(polygons[polygon[begin : begin + number[place]]])
    result[which] = shapely.difference(shapes[which], cover)
    return result
