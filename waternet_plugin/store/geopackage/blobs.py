"""Geometries as a GeoPackage keeps them, and what a table takes.

An unknown height stays unknown: a geometry without heights is kept two-dimensional, and the tables of
pipes and nodes allow both (``z = 2`` of the standard). OGR and QGIS then show a LineStringZ layer whose
row has no Z at all. A height of NaN is kept only where other vertices of the same line have one: GDAL
writes NaN heights as broken JSON, GEOS reads them as 0, and QGIS puts 0 where it is made to invent one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.shapes.wkb import to_wkb, without_impossible

_FLAGS_XY_ENVELOPE = 0b00000011  # little endian, envelope of x and y
_HEADER = np.dtype(
    [
        ("magic", "S2"),
        ("version", "u1"),
        ("flags", "u1"),
        ("srs_id", "<i4"),
        ("min_x", "<f8"),
        ("max_x", "<f8"),
        ("min_y", "<f8"),
        ("max_y", "<f8"),
    ]
)
_POINT, _LINE, _POLYGON, _MULTI_LINE, _MULTI_POLYGON = 0, 1, 3, 5, 6
# What each geometry type of the schema takes: its own type, and the single part that becomes it.
_TAKES = {
    "LineStringZ": (_LINE,),
    "PointZ": (_POINT,),
    "Point": (_POINT,),
    "MultiLineString": (_MULTI_LINE, _LINE),
    "MultiPolygon": (_MULTI_POLYGON, _POLYGON),
}


# Size of a header without its envelope, and of the envelope by its code.
HEADER_BYTES = 8
ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def takes(geometry_type: str, geometries: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return which geometries a table of a type can hold; None fits everywhere."""
    return np.isin(shapely.get_type_id(geometries), (-1, *_TAKES[geometry_type]))


def finite(geometries: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return which geometries have only finite x and y (and at least one vertex); None counts."""
    coordinates, rows = shapely.get_coordinates(geometries, return_index=True)
    fine: np.ndarray[Any, Any] = ~shapely.is_empty(geometries) | shapely.is_missing(geometries)
    fine[rows[~np.isfinite(coordinates).all(axis=1)]] = False
    return fine


def shaped(geometry_type: str, geometries: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the geometries as a table holds them: multi where it is multi, Z only where it is known."""
    result = np.array(geometries, dtype=object)
    kinds = shapely.get_type_id(result)
    if geometry_type == "MultiLineString":
        single = kinds == _LINE
        result[single] = shapely.multilinestrings(result[single, np.newaxis])
    if geometry_type == "MultiPolygon":
        single = kinds == _POLYGON
        result[single] = shapely.multipolygons(result[single, np.newaxis])
    if not geometry_type.endswith("Z"):
        return np.asarray(shapely.force_2d(result), dtype=object)
    return result


def encode(geometries: np.ndarray[Any, Any], srs_id: int) -> tuple[list[Any], np.ndarray[Any, Any]]:
    """Return geometries as blobs (None stays None) and their bounds (min x, min y, max x, max y)."""
    bounds = shapely.bounds(geometries)
    flat = np.array(geometries, dtype=object)
    if not np.isfinite(shapely.get_coordinates(flat, include_z=True)[:, 2]).all():
        coordinates, rows = shapely.get_coordinates(flat, include_z=True, return_index=True)
        known = np.bincount(rows[np.isfinite(coordinates[:, 2])], minlength=len(flat)) > 0
        flat[~known] = shapely.force_2d(flat[~known])
    wkb = to_wkb(flat)
    header = np.zeros(len(flat), dtype=_HEADER)
    header["magic"] = b"GP"
    header["flags"] = _FLAGS_XY_ENVELOPE
    header["srs_id"] = srs_id
    for name, column in (("min_x", 0), ("max_x", 2), ("min_y", 1), ("max_y", 3)):
        header[name] = bounds[:, column]
    raw, size = header.tobytes(), _HEADER.itemsize
    blobs = [
        None if body is None else raw[start : start + size] + body
        for body, start in zip(wkb, range(0, len(raw), size))
    ]
    return blobs, bounds


# The triggers of a row ask four times for the same blob.
@lru_cache(maxsize=2)
def _envelope(blob: Any) -> tuple[float, float, float, float] | None:
    """Return min x, max x, min y, max y of a blob, None if it is not a geometry or an empty one."""
    wkb = wkb_of(blob)
    if wkb is None or blob[3] & 0b10000:
        return None
    if len(blob) - len(wkb) > HEADER_BYTES:
        order = "<" if blob[3] & 1 else ">"
        low_x, high_x, low_y, high_y = struct.unpack_from(order + "4d", blob, HEADER_BYTES)
    else:
        shape = shapely.from_wkb(wkb, on_invalid="ignore")
        with np.errstate(invalid="ignore"):
            low_x, low_y, high_x, high_y = shapely.bounds(shape).tolist()
    return None if low_x != low_x else (low_x, high_x, low_y, high_y)


def bounds_of(blob: Any) -> tuple[float, float, float, float]:
    """Return min x, min y, max x, max y of a blob; NaN without a place."""
    envelope = _envelope(blob)
    if envelope is None:
        return (math.nan,) * 4
    low_x, high_x, low_y, high_y = envelope
    return low_x, low_y, high_x, high_y


def wkb_of(blob: Any) -> bytes | None:
    """Return the WKB in a blob, behind its header; None for what is not a blob of a geometry."""
    if not isinstance(blob, bytes) or len(blob) < HEADER_BYTES or blob[:2] != b"GP":
        return None
    code = (blob[3] >> 1) & 7
    if code >= len(ENVELOPE_BYTES) or len(blob) < HEADER_BYTES + ENVELOPE_BYTES[code]:
        return None
    return blob[HEADER_BYTES + ENVELOPE_BYTES[code] :]


def shapes_of_wkb(wkb: Sequence[Any] | Array) -> Array:
    """Return shapes of WKB, None for what has no place on a map.

    That are bytes that hold no geometry, empty geometries, and those with a coordinate that can't be. A row
    that another program wrote so is a row without a geometry: it stops no reader of its table, and the
    checks name it.
    """
    bodies = np.empty(len(wkb), dtype=object)
    bodies[:] = wkb
    return without_impossible(np.asarray(shapely.from_wkb(bodies, on_invalid="ignore"), dtype=object))


def shapes_of(found: Sequence[Any] | Array) -> Array:
    """Return shapes of blobs of the file, or of their hexadecimal texts as the change log has them."""
    return shapes_of_wkb([wkb_of(_bytes(one)) for one in found])


def _bytes(blob: Any) -> Any:
    """Return a blob of a hexadecimal text, anything else as it is."""
    if not isinstance(blob, str):
        return blob
    try:
        return bytes.fromhex(blob)
    except ValueError:
        return None


def functions() -> dict[str, Any]:
    """Return the SQL functions that the triggers of a GeoPackage call, by name; each takes a blob."""

    def part(index: int) -> Any:
        def value(blob: Any) -> float | None:
            envelope = _envelope(blob)
            return None if envelope is None else envelope[index]

        return value

    def is_empty(blob: Any) -> int | None:
        return None if blob is None else int(_envelope(blob) is None)

    names = ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")
    return {**{name: part(index) for index, name in enumerate(names)}, "ST_IsEmpty": is_empty}
