"""Threads and cracks of joined polygons: parts of an outline that lead out and back along the same line."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# What is narrower where two polygons meet is no ground, m.
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
    ring, of_part = shapely.get_rings(part, return_index=True)
    xy, of_ring = shapely.get_coordinates(ring, return_index=True)
    if not len(xy):
        return shapes.copy()
    begin = np.flatnonzero(np.r_[True, of_ring[1:] != of_ring[:-1]])
    odd = np.zeros(len(shapes), dtype=bool)
    ring_is_odd = np.zeros(len(ring), dtype=bool)
    # The place before the first one of a closed ring is the last but one.
    inner = np.ones(len(xy), dtype=bool)
    inner[begin[1:] - 1] = inner[-1] = False
    before = np.roll(xy, 1, axis=0)
    before[begin] = xy[np.r_[begin[1:], len(xy)] - 2]
    sharp = _is_needle(before, xy, np.roll(xy, -1, axis=0), width_m) & inner
    ring_is_odd[of_ring[sharp]] = True
    odd[of[of_part[ring_is_odd]]] = True
    result = shapes.copy()
    for place in np.flatnonzero(odd).tolist():
        polygons = [
            one
            for number in np.flatnonzero(of == place).tolist()
            for one in _cleaned(ring[of_part == number], ring_is_odd[of_part == number], width_m)
        ]
        whole = shapely.MultiPolygon(polygons)
        result[place] = whole if shapely.is_valid(whole) else shapely.make_valid(whole)
    return result


def _is_needle(before: Array, at: Array, after: Array, width_m: float) -> Array:
    """Return at which corners an outline turns back: the end of its shorter side lies on the longer one."""
    one, two = before - at, after - at
    short, long = np.hypot(*one.T), np.hypot(*two.T)
    is_swapped = short > long
    along = np.where(is_swapped[:, None], one, two)
    end = np.where(is_swapped[:, None], two, one)
    length = np.maximum(np.maximum(short, long), 1e-12)
    aside = np.abs(along[:, 0] * end[:, 1] - along[:, 1] * end[:, 0]) / length
    turns_back = ((one * two).sum(axis=1) > 0) & (aside < width_m)
    # The tip of a thread may have two corners.
    return np.asarray(turns_back | (np.minimum(short, long) < width_m))


def _cleaned(rings: Array, is_odd: Array, width_m: float) -> list[shapely.Polygon]:
    """Return the polygon of rings, the outer one first, without threads; none where nothing is left."""
    left = []
    for ring, odd in zip(rings, is_odd):
        xy = shapely.get_coordinates(ring)[:-1]
        while odd and len(xy) > 2:
            sharp = np.flatnonzero(_is_needle(np.roll(xy, 1, axis=0), xy, np.roll(xy, -1, axis=0), width_m))
            if not len(sharp):
                break
            # One at a time: the next corner may be none once this one is gone.
            xy = np.delete(xy, sharp[0], axis=0)
        left.append(xy if len(xy) > 2 else None)
    if left[0] is None:
        return []
    return [shapely.Polygon(left[0], [hole for hole in left[1:] if hole is not None])]
