"""Neighbours that share their corners, so that they share whole sides."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# A corner that lies nearer to a side lies on it, m.
_ON_SIDE_M = 1e-6


def with_shared_corners(polygons: Array) -> Array:
    """Return polygons with the corners of others where these lie on their sides.

    Parameters
    ----------
    polygons
        Polygons and multipolygons that do not overlap, in metres.
    """
    part, of = shapely.get_parts(polygons, return_index=True)
    ring, of_part = shapely.get_rings(part, return_index=True)
    xy, of_ring = shapely.get_coordinates(ring, return_index=True)
    begin = np.flatnonzero(of_ring[1:] == of_ring[:-1])
    sides = shapely.linestrings(np.stack([xy[begin], xy[begin + 1]], axis=1))
    corners = shapely.points(xy)
    corner, side = shapely.STRtree(sides).query(corners, predicate="dwithin", distance=_ON_SIDE_M)
    one, two = xy[begin[side]], xy[begin[side] + 1]
    is_inner = (np.hypot(*(xy[corner] - one).T) > _ON_SIDE_M) & (np.hypot(*(xy[corner] - two).T) > _ON_SIDE_M)
    corner, side = corner[is_inner], side[is_inner]
    # Neighbours that have the same corner would add it twice.
    along_m = shapely.line_locate_point(sides[side], corners[corner])
    order = np.lexsort((along_m, side))
    corner, side, along_m = corner[order], side[order], along_m[order]
    is_new = np.ones(len(side), dtype=bool)
    is_new[1:] = (np.diff(side) > 0) | (np.diff(along_m) > _ON_SIDE_M)
    corner, after = corner[is_new], begin[side[is_new]] + 1
    changed = np.unique(of[of_part[of_ring[after]]])
    xy, of_ring = np.insert(xy, after, xy[corner], axis=0), np.insert(of_ring, after, of_ring[after])
    ring = shapely.linearrings(xy, indices=of_ring)
    # What is not a polygon has no rings.
    filled, number = np.unique(of_part, return_inverse=True)
    part, of = shapely.polygons(ring, indices=number), of[filled]
    used = np.isin(of, changed)
    result = polygons.copy()
    result[changed] = shapely.multipolygons(part[used], indices=np.searchsorted(changed, of[used]))
    return result
