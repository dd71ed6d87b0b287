"""Geometries as bytes, in the one way that every version of shapely and GEOS writes.

From 2.1 on shapely asks for four dimensions when it writes. Where its calls end up in an older GEOS, as
beside QGIS on Linux (``wheels``), that is refused; three are all that our geometries have. GEOS before 3.12
judges by the first vertex whether a line has heights: one whose first height is unknown (NaN) would lose all
the others, so such lines are written here.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import shapely

_LINE, _MULTI_LINE = 1, 5
_LINE_Z, _MULTI_LINE_Z = 1002, 1005


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
