"""Threads and cracks of joined polygons: parts of an outline that lead out and back along the same line."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# What is narrower where two polygons meet is not ground, m.
NARROWEST_M = 5e-3


def without_threads(shapes: Array, width_m: float = NARROWEST_M) -> Array:
    """Return polygons without threads out of them, cracks into them and holes that are narrower than a width.

    Overlays of neighbours that agree but for rounding leave such threads. They have no area to speak of, but
    a map draws them as lines.

    Parameters
    ----------
    shapes
        Polygons and multipolygons, in metres.
    width_m
        What is narrower is taken out.
    """
    part, of = shapely.get_parts(shapes, return_index=True)
    filled = ~shapely.is_empty(part)
    part, of = part[filled], of[filled]
    ring, of_part = shapely.get_rings(part, return_index=True)
    xy, of_ring = shapely.get_coordinates(ring, return_index=True)
    if not len(xy):
        return shapes.copy()
    is_left, is_odd = _without_needles(xy, of_ring, width_m)
    if not is_odd.any():
        return shapes.copy()
    # Rings that are left, in polygons whose outer ring is.
    ring_is_left = np.bincount(of_ring[is_left], minlength=len(ring)) > 2
    is_shell = np.r_[True, of_part[1:] != of_part[:-1]]
    part_is_left = ring_is_left[is_shell]
    is_made = np.zeros(len(part), dtype=bool)
    is_made[of_part[is_odd]] = True
    is_made &= part_is_left
    used = is_left & (ring_is_left & is_made[of_part])[of_ring]
    made, number = np.unique(of_ring[used], return_inverse=True)
    rings = shapely.linearrings(xy[used], indices=number)
    part[is_made] = shapely.polygons(rings, indices=np.unique(of_part[made], return_inverse=True)[1])
    result = shapes.copy()
    odd = np.unique(of[of_part[is_odd]])
    result[odd] = shapely.MultiPolygon()
    rows = np.flatnonzero(part_is_left & np.isin(of, odd))
    some, number = np.unique(of[rows], return_inverse=True)
    result[some] = shapely.multipolygons(part[rows], indices=number)
    broken = odd[~shapely.is_valid(result[odd])]
    result[broken] = shapely.make_valid(result[broken])
    return result


def _without_needles(xy: Array, of_ring: Array, width_m: float) -> tuple[Array, Array]:
    """Return which corners of closed rings are left, none twice, and which rings have had a needle.

    Of each ring one corner goes at a time, the first: the next may be none once that is gone.
    """
    many = np.bincount(of_ring)
    end = np.cumsum(many)
    # The last corner is the first one again.
    is_left = np.ones(len(xy), dtype=bool)
    is_left[end - 1] = False
    many, begin, last = many - 1, end - many, end - 2
    before, after = np.arange(len(xy)) - 1, np.arange(len(xy)) + 1
    before[begin], after[last] = last, begin
    corner = np.flatnonzero(is_left)
    # Column by column: along short rows NumPy is slow.
    place = xy.T.copy()

    def is_needle(at: Array) -> Array:
        return _is_needle(place[:, before[at]], place[:, at], place[:, after[at]], width_m)

    is_sharp = np.zeros(len(xy), dtype=bool)
    is_sharp[corner] = is_needle(corner)
    is_odd = np.bincount(of_ring[is_sharp], minlength=len(many)) > 0
    while len(corner := np.flatnonzero(is_sharp)):
        ring, first = np.unique(of_ring[corner], return_index=True)
        gone = corner[first]
        is_left[gone] = is_sharp[gone] = False
        many[ring] -= 1
        one, two = before[gone], after[gone]
        after[one], before[two] = two, one
        near = np.concatenate([one, two])
        is_sharp[near] = is_needle(near)
        # Nothing is left of a ring of two corners.
        is_sharp[corner[many[of_ring[corner]] < 3]] = False
        is_sharp[near[many[of_ring[near]] < 3]] = False
    return is_left, is_odd


def _is_needle(before: Array, at: Array, after: Array, width_m: float) -> Array:
    """Return at which corners an outline turns back: the end of its shorter side lies on the longer one.

    Told are the places of the corners and of those beside them, (2, corners), m.
    """
    one, two = before - at, after - at
    short, long = np.hypot(*one), np.hypot(*two)
    is_swapped = short > long
    along = np.where(is_swapped, one, two)
    end = np.where(is_swapped, two, one)
    length = np.maximum(np.maximum(short, long), 1e-12)
    aside = np.abs(along[0] * end[1] - along[1] * end[0]) / length
    turns_back = (one[0] * two[0] + one[1] * two[1] > 0) & (aside < width_m)
    # The tip of a thread may have two corners.
    return np.asarray(turns_back | (np.minimum(short, long) < width_m))
