"""Revision clouds: a line of bows around what changed on a printed sheet, as draughtsmen draw it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.polygon import orient

from waternet_plugin.core.arrays import Array

# Width of a bow, and how far it stands out as a share of that.
BOW_MM, _RISE = 6.0, 0.3
# Room between what changed and its cloud, mm.
_ROOM_MM = 3.0
_POINTS = np.linspace(0.0, 1.0, 9)[:-1]


def clouds_of(
    shapes: Sequence[shapely.Geometry], width_mm: float, height_mm: float
) -> list[shapely.LineString]:
    """Return the closed lines around shapes, one where their clouds would meet.

    Parameters
    ----------
    shapes
        What changed, in mm of paper from the lower left corner of the map; what lies outside it has no cloud.
    width_mm, height_mm
        Of the map, which no bow leaves.
    """
    edge = BOW_MM * _RISE
    frame = shapely.box(edge, edge, width_mm - edge, height_mm - edge)
    whole = shapely.box(0.0, 0.0, width_mm, height_mm)
    inside = shapely.intersection(np.asarray(shapes, dtype=object), whole)
    inside = inside[~(shapely.is_missing(inside) | shapely.is_empty(inside))]
    around = shapely.intersection(shapely.union_all(shapely.buffer(inside, _ROOM_MM)), frame)
    parts = shapely.get_parts(around)
    return [_bows(part) for part in parts if isinstance(part, shapely.Polygon)]


def _bows(part: shapely.Polygon) -> shapely.LineString:
    """Return bows along the outer edge of a polygon, all of one width."""
    ring = orient(part).exterior
    length = float(shapely.length(ring))
    count = max(round(length / BOW_MM), 4)
    corners = shapely.get_coordinates(shapely.line_interpolate_point(ring, np.arange(count) * length / count))
    return shapely.LineString(_outward(corners))


def _outward(corners: Array) -> Array:
    """Return arcs between corners that run counter-clockwise, each to the right of where it leads."""
    step = np.roll(corners, -1, axis=0) - corners
    rise = np.stack([step[:, 1], -step[:, 0]], axis=1) * _RISE
    along = corners[:, None, :] + step[:, None, :] * _POINTS[None, :, None]
    bows = along + rise[:, None, :] * (4.0 * _POINTS * (1.0 - _POINTS))[None, :, None]
    points = bows.reshape(-1, 2)
    return np.vstack([points, points[:1]])
