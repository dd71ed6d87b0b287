"""Geometries as bytes, in the one way that every version of shapely and GEOS writes.

From 2.1 on shapely asks for four dimensions when it writes. Where its calls end up in an older GEOS, as
beside QGIS on Linux (``wheels``), that is refused; three are all that our geometries have. GEOS before 3.12
judges by the first vertex whether a line has heights: one whose first height is unknown (NaN) would lose all
the others, so such lines are written here.
"""

from __future__ import annotations

import struct
from typing import Any, Optional

import numpy as np
import shapely

# No coordinate of a town lies farther from the origin of its grid: easting with the number of a zone, 4e7 m.
FARTHEST_M = 1e9
_LINE, _MULTI_LINE = 1, 5
_LINE_Z, _MULTI_LINE_Z = 1002, 1005


def without_impossible(geometries: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return geometries as objects, None for empty ones and those with a coordinate that can't be.

    A height that can't be is unknown (NaN), and costs no geometry.
    """
    xyz, row = shapely.get_coordinates(geometries, include_z=True, return_index=True)
    there = np.bincount(row, minlength=len(geometries)) > 0
    # NaN is not a place either.
    there[row[~(np.abs(xyz[:, :2]) <= FARTHEST_M).all(axis=1)]] = False
    is_high = np.unique(row[np.abs(xyz[:, 2]) > FARTHEST_M])
    if there.all() and not len(is_high):
        return geometries
    result = geometries.copy()
    result[~there] = None
    if len(is_high):
        result[is_high] = shapely.transform(result[is_high], _possible, include_z=True)
    return result


def _possible(xyz: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(np.abs(xyz) <= FARTHEST_M, xyz, np.nan)


def to_wkb(geometries: Any) -> Any:
    """Return a geometry or an array of them as ISO WKB, little endian; None stays None."""
    written = shapely.to_wkb(geometries, output_dimension=3, byte_order=1, flavor="iso")
    if isinstance(geometries, shapely.Geometry):
        return _with_heights(geometries) if _lost_heights(geometries) else written
    shapes = np.atleast_1d(np.asarray(geometries, dtype=object))
    rows = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (_LINE, _MULTI_LINE)) & ~shapely.has_z(shapes))
    if not len(rows):
        return written
    vertices, owner = shapely.get_coordinates(shapes[rows], include_z=True, return_index=True)
    known = np.bincount(owner[np.isfinite(vertices[:, 2])], minlength=len(rows)) > 0
    if not known.any():
        return written
    for row in rows[known]:
        written[row] = _with_heights(shapes[row])
    return written


def lines_wkb(lines: np.ndarray[Any, Any]) -> Optional[bytes]:
    """Return lines as one flat shape of several parts, None where there is none."""
    parts = shapely.get_parts(shapely.force_2d(lines[~shapely.is_missing(lines)]))
    return to_wkb(shapely.multilinestrings(parts)) if len(parts) else None


def _lost_heights(shape: Any) -> bool:
    """Return whether a line has heights that GEOS does not see."""
    if shapely.get_type_id(shape) not in (_LINE, _MULTI_LINE) or shapely.has_z(shape):
        return False
    return bool(np.isfinite(shapely.get_coordinates(shape, include_z=True)[:, 2]).any())


def _with_heights(shape: Any) -> bytes:
    """Write a line or a line of several parts with all its heights, known and unknown."""
    parts = [_line(part) for part in shapely.get_parts(shape)]
    if shapely.get_type_id(shape) == _LINE:
        return parts[0]
    return struct.pack("<BII", 1, _MULTI_LINE_Z, len(parts)) + b"".join(parts)


def _line(shape: Any) -> bytes:
    vertices = shapely.get_coordinates(shape, include_z=True).astype("<f8")
    written: bytes = struct.pack("<BII", 1, _LINE_Z, len(vertices)) + vertices.tobytes()
    return written
