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
    """Return the cells that polygons cut in two, and what of each lies inside and outside.

    These are cells that one side meets, whose ends lie outside then, and those that two sides meet between
    which a corner lies in the cell.
    """
    ring, of = shapely.get_rings(shapely.get_parts(polygons), return_index=True)
    is_shell = np.r_[True, of[1:] != of[:-1]][: len(of)]
    xy, of_ring = shapely.get_coordinates(ring, return_index=True)
    begin = np.flatnonzero(of_ring[1:] == of_ring[:-1])
    sides = np.stack([xy[begin], xy[begin + 1]], axis=1)
    following = np.arange(1, len(sides) + 1)
    last = np.flatnonzero(np.r_[of_ring[begin][1:] != of_ring[begin][:-1], True][: len(sides)])
    following[last] = np.r_[0, last + 1][: len(last)]
    side, cell = tree.query(shapely.linestrings(sides), predicate="intersects")
    order = np.lexsort((side, cell))
    met, place, many = np.unique(cell[order], return_index=True, return_counts=True)
    one, two = side[order][place], side[order][place + many - 1]
    is_wrapped = following[two] == one
    one, two = np.where(is_wrapped, two, one), np.where(is_wrapped, one, two)
    good = (many == 1) | ((many == 2) & (following[one] == two))
    met, one, two = met[good], one[good], two[good]
    corner, of_cell = shapely.get_coordinates(cells[met], return_index=True)
    # The inside to the left.
    sign = np.where(shapely.is_ccw(ring) == is_shell, 1.0, -1.0)[of_ring[begin]][one]
    tip = sides[one, 1]
    first, second = sides[one, 1] - sides[one, 0], sides[two, 1] - sides[two, 0]
    is_convex = sign * (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) > 0
    both = [_aside(corner, tip[of_cell], along[of_cell]) for along in (first, second)]
    aside = sign[of_cell] * np.stack(both)
    is_clear = np.bincount(of_cell, (np.abs(aside) < _CORNER_M).any(axis=0), minlength=len(met)) == 0
    inside = np.where(is_convex[of_cell], aside.min(axis=0), aside.max(axis=0)) > 0
    within = np.bincount(of_cell, inside, minlength=len(met))
    is_clear &= (within > 0) & (within < np.bincount(of_cell, minlength=len(met)))
    is_clear &= (one == two) | _holds(corner, of_cell, tip)
    used = is_clear[of_cell]
    number = (np.cumsum(is_clear) - 1)[of_cell[used]]
    tip[one == two] = np.nan
    told = tip[is_clear], is_convex[is_clear]
    inner, outer = _halves(corner[used], number, aside[:, used], inside[used], *told)
    return met[is_clear], inner, outer


def _aside(places: Array, begin: Array, along: Array) -> Array:
    """Return how far places lie to the left of lines, m."""
    off = places - begin
    return np.asarray((along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]) / np.hypot(*along.T))


def _holds(corner: Array, of: Array, place: Array) -> Array:
    """Return which convex polygons hold a place, clear of their sides; told are corners of closed rings."""
    side = np.flatnonzero(of[1:] == of[:-1])
    along = corner[side + 1] - corner[side]
    long = np.hypot(*along.T) > 0
    side, along = side[long], along[long]
    off = _aside(place[of[side]], corner[side], along)
    many = np.bincount(of[side], minlength=len(place))
    left, right = (np.bincount(of[side], each > _CORNER_M, minlength=len(place)) for each in (off, -off))
    return np.asarray((left == many) | (right == many))


def _halves(
    corner: Array, of: Array, aside: Array, inside: Array, tip: Array, is_convex: Array
) -> tuple[Array, Array]:
    """Return what of convex polygons lies inside and outside of what cuts them.

    Told are the corners of their closed rings: whose polygon each is, how far left of either side, m, and
    which lie inside; of each polygon the place where the sides meet, NaN where there is one side only, and
    whether the inside is convex there.
    """
    one = np.flatnonzero(of[1:] == of[:-1])
    two = one + 1
    crosses = inside[one] != inside[two]
    # From inside to outside in both cells that share the side: the same number for both.
    within = np.where(inside[one], one, two)[crosses]
    beyond = np.where(inside[one], two, one)[crosses]
    convex = is_convex[of[within]]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = aside[:, within] / (aside[:, within] - aside[:, beyond])
    leaves = np.where(aside[:, beyond] < 0, share, np.inf).min(axis=0)
    share = np.where(convex, leaves, np.where(aside[:, within] > 0, share, -np.inf).max(axis=0))
    places = np.stack([corner[one], corner[one], tip[of[one]]], axis=1)
    places[crosses, 1] = corner[within] + share[:, None] * (corner[beyond] - corner[within])
    has_tip = crosses & np.isfinite(tip[of[one], 0])
    halves = []
    for kept in (inside[one], ~inside[one]):
        # Where the ring leaves the half it goes on by the corner of the compound.
        used = np.column_stack([kept, crosses, has_tip & kept])
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
    # Neighbours meet the same cells: they are joined once.
    joined: dict[bytes, shapely.Geometry] = {}
    for place in np.flatnonzero(number > 1).tolist():
        several = np.sort(polygon[first[place] : first[place] + number[place]])
        key = several.tobytes()
        if key not in joined:
            joined[key] = shapely.union_all(polygons[several])
        cover[place] = joined[key]
    result[which] = shapely.difference(shapes[which], cover)
    return result
