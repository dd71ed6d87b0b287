"""Cells cut at the edges of compounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.divided_ground.shared_corners import with_shared_corners

# A side that comes nearer to a corner of a cell than this is left to the overlays, m.
_CORNER_M = 1e-3


@dataclass(frozen=True)
class CutCells:
    """Cells cut at the edges of compounds, in pieces that share their corners.

    Parameters
    ----------
    polygon, cell
        Pairs of a polygon and a cell that meet.
    piece
        What of the cell lies in the polygon, by pair.
    rest
        What of the ground of each cell no polygon covers.
    is_overlaid, rest_is_overlaid
        Pieces and rests that overlays have made.
    """

    polygon: Array
    cell: Array
    piece: Array
    rest: Array
    is_overlaid: Array
    rest_is_overlaid: Array


def cut_at_compounds(cells: Array, on_ground: Array, whole: Array, polygons: Array) -> CutCells:
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
        Polygons that do not overlap and share their corners.
    """
    sides = _Sides(polygons)
    polygon, cell, swallowed, side, cut = _meeting(cells, polygons, sides)
    piece, rest = cells[cell], on_ground.copy()
    rest[cell[swallowed]] = shapely.Polygon()
    halved, inner, outer = _halved(cells, sides, side, cut)
    # The one polygon that the cell meets is that of the side.
    half = np.full(len(cells), -1)
    half[halved] = np.arange(len(halved))
    half[np.bincount(cell, minlength=len(cells)) != 1] = -1
    by_half = half[cell] >= 0
    piece[by_half] = inner[half[cell[by_half]]]
    is_overlaid = ~swallowed & ~by_half
    piece[is_overlaid] = shapely.intersection(polygons[polygon[is_overlaid]], piece[is_overlaid])
    is_rest = by_half & whole[cell]
    rest[cell[is_rest]] = outer[half[cell[is_rest]]]
    left = ~swallowed & ~is_rest
    rest = _without(rest, polygons, polygon[left], cell[left])
    rest_is_overlaid = ~whole
    rest_is_overlaid[cell[left]] = True
    # What lies beside drains ends somewhere along a compound.
    ends = ~whole & np.isin(np.arange(len(cells)), cell)
    pair = np.flatnonzero(ends[cell])
    shared = with_shared_corners(np.append(piece[pair], rest[ends]))
    piece[pair], rest[ends] = shared[: len(pair)], shared[len(pair) :]
    return CutCells(polygon, cell, piece, rest, is_overlaid, rest_is_overlaid)


class _Sides:
    """The sides of polygons, drawn either way: of which polygon each is and which side follows it.

    ``inside`` is 1 where the inside lies to the left, -1 where it lies to the right.
    """

    def __init__(self, polygons: Array) -> None:
        part, of = shapely.get_parts(polygons, return_index=True)
        ring, of_part = shapely.get_rings(part, return_index=True)
        is_shell = np.r_[True, of_part[1:] != of_part[:-1]][: len(of_part)]
        xy, of_ring = shapely.get_coordinates(ring, return_index=True)
        begin = np.flatnonzero(of_ring[1:] == of_ring[:-1])
        of_ring = of_ring[begin]
        self.ends = np.stack([xy[begin], xy[begin + 1]], axis=1)
        self.polygon = of[of_part[of_ring]]
        self.inside = np.where(shapely.is_ccw(ring) == is_shell, 1.0, -1.0)[of_ring]
        self.following = np.arange(1, len(begin) + 1)
        last = np.flatnonzero(np.r_[of_ring[1:] != of_ring[:-1], True][: len(begin)])
        self.following[last] = np.r_[0, last + 1][: len(last)]

    def meeting(self, cells: Array) -> tuple[Array, Array]:
        """Return pairs of a side and a cell that meet, some of them but for a corner's tolerance."""
        cell, side = shapely.STRtree(shapely.linestrings(self.ends)).query(cells)
        corner, of = shapely.get_coordinates(cells[cell], return_index=True)
        begin, along = self.ends[side, 0], self.ends[side, 1] - self.ends[side, 0]
        length_m = np.hypot(*along.T)
        along /= np.maximum(length_m, 1e-12)[:, None]
        off, along = corner - begin[of], along[of]
        aside = along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]
        ahead = along[:, 0] * off[:, 0] + along[:, 1] * off[:, 1]
        # Where along the side its line comes to the outline of the cell: in it lies what is between.
        one = np.flatnonzero((of[1:] == of[:-1]) & (aside[1:] * aside[:-1] < 0))
        share = aside[one] / (aside[one] - aside[one + 1])
        on_line = np.abs(aside) < _CORNER_M
        place = np.append(ahead[one] + share * (ahead[one + 1] - ahead[one]), ahead[on_line])
        pair = np.append(of[one], of[on_line])
        begins = np.bincount(pair[place < length_m[pair] + _CORNER_M], minlength=len(side)) > 0
        ends = np.bincount(pair[place > -_CORNER_M], minlength=len(side)) > 0
        return side[begins & ends], cell[begins & ends]


def _meeting(cells: Array, polygons: Array, sides: _Sides) -> tuple[Array, Array, Array, Array, Array]:
    """Return pairs of a polygon and a cell that meet, and pairs of a side and a cell.

    Told with the first ones is whose cell lies inside the polygon.
    """
    cell, polygon = shapely.STRtree(polygons).query(cells)
    near = np.unique(cell)
    side, cut = sides.meeting(cells[near])
    cut = near[cut]
    is_cut = np.isin(polygon * len(cells) + cell, sides.polygon[side] * len(cells) + cut)
    other = np.flatnonzero(~is_cut)
    swallowed = np.zeros(len(cell), dtype=bool)
    shapely.prepare(polygons)
    swallowed[other] = shapely.contains_properly(polygons[polygon[other]], cells[cell[other]])
    meets = is_cut | swallowed
    return polygon[meets], cell[meets], swallowed[meets], side, cut


def _halved(cells: Array, sides: _Sides, side: Array, cell: Array) -> tuple[Array, Array, Array]:
    """Return the cells that polygons cut in two, and what of each lies inside and outside.

    Told are the pairs of a side and a cell that meet. These are cells that one side meets, whose ends lie
    outside then, and those that two sides meet between which a corner lies in the cell.
    """
    order = np.lexsort((side, cell))
    met, place, many = np.unique(cell[order], return_index=True, return_counts=True)
    one, two = side[order][place], side[order][place + many - 1]
    is_wrapped = sides.following[two] == one
    one, two = np.where(is_wrapped, two, one), np.where(is_wrapped, one, two)
    good = (many == 1) | ((many == 2) & (sides.following[one] == two))
    met, one, two = met[good], one[good], two[good]
    corner, of_cell = shapely.get_coordinates(cells[met], return_index=True)
    # The inside to the left.
    sign, tip = sides.inside[one], sides.ends[one, 1]
    first, second = tip - sides.ends[one, 0], sides.ends[two, 1] - sides.ends[two, 0]
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
