"""The geometry of foreign rows: heights that nobody knows, rows without a place, collections, midpoints."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.unknown_levels import is_never_known
from waternet_plugin.core.schema.settings import Settings

_LINES = (1, 2, 5)
_COLLECTION = 7
# Eastings with the number of a zone of China before them and without; a town reaches so far, m.
_ZONED, _PLAIN = (13e6, 46e6), (1e5, 9e5)
_ZONE_M, _APART_M = 1e6, 20_000.0


def drop_unknown_heights(geometry: Array, settings: Settings) -> Array:
    """Return geometries without z where no height is known; single unknown heights become NaN."""
    with_z = np.flatnonzero(shapely.has_z(geometry))
    if not len(with_z):
        return geometry
    coordinates, owner = shapely.get_coordinates(geometry[with_z], include_z=True, return_index=True)
    height_m = coordinates[:, 2]
    is_unknown = is_never_known(height_m, settings)
    is_known = np.isfinite(height_m) & ~is_unknown
    result = geometry.copy()
    if is_unknown.any():
        coordinates[is_unknown, 2] = np.nan
        result[with_z] = shapely.set_coordinates(geometry[with_z], coordinates)
    flat = with_z[np.bincount(owner, weights=is_known, minlength=len(with_z)) == 0]
    result[flat] = shapely.force_2d(result[flat])
    return result


def known_coordinates(number: Array, settings: Settings) -> Array:
    """Return coordinates of a column with NaN for 0 and 9999 that stand for none: far from all others."""
    is_doubtful = (number == 0.0) | is_never_known(number, settings)
    size = np.abs(number[np.isfinite(number) & ~is_doubtful])
    if not is_doubtful.any() or not len(size):
        return number
    least, most = float(size.min()), float(size.max())
    is_far = (np.abs(number) < least / 2) | (np.abs(number) > most * 2)
    # Where the others begin near 0 themselves, 0 is a place like any.
    return np.where(is_doubtful & is_far & (most < least * 2), np.nan, number)


def with_one_zone(number: Array) -> tuple[Array, int]:
    """Return eastings as most of a column are written, with the number of the zone before them or without.

    Returns
    -------
    tuple
        The eastings, m, and the number of the zone that some rows have and others lack, 0 for none.
    """
    is_zoned = (number >= _ZONED[0]) & (number < _ZONED[1])
    is_plain = (number >= _PLAIN[0]) & (number < _PLAIN[1])
    zones = np.unique(number[is_zoned] // _ZONE_M)
    if len(zones) != 1 or not is_plain.any():
        return number, 0
    shift = float(zones[0]) * _ZONE_M
    least, most = float(number[is_plain].min()), float(number[is_plain].max())
    apart_m = np.maximum(least - (number[is_zoned] - shift), number[is_zoned] - shift - most)
    if (apart_m > _APART_M).any():
        return number, 0
    if is_zoned.sum() > is_plain.sum():
        return np.where(is_plain, number + shift, number), int(zones[0])
    return np.where(is_zoned, number - shift, number), int(zones[0])


def without_coordinates(geometry: Array) -> Array:
    """Return which rows have no place: no geometry, an empty one, or a coordinate that is no number."""
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    broken = ~np.isfinite(coordinates).all(axis=1)
    missing[owner[broken]] = True
    return np.asarray(missing)


def unwrap(geometry: Array) -> Array:
    """Return geometries with a collection or multi-geometry of one member replaced by that member."""
    several = np.flatnonzero(
        (shapely.get_type_id(geometry) >= 4) & (shapely.get_num_geometries(geometry) == 1)
    )
    if not len(several):
        return geometry
    result = geometry.copy()
    result[several] = shapely.get_geometry(geometry[several], 0)
    # A collection may hold a multi-geometry of one member.
    return unwrap(result)


def is_line(geometry: Array) -> Array:
    """Return which geometries are lines, of one part or several."""
    return np.isin(shapely.get_type_id(geometry), _LINES)


def midpoints(geometry: Array) -> Array:
    """Return lines as the points halfway along them; points stay what they are."""
    result = geometry.copy()
    lines = np.flatnonzero(is_line(geometry))
    result[lines] = shapely.line_interpolate_point(geometry[lines], 0.5, normalized=True)
    # Along a line without length nothing can be interpolated, and GEOS gives an empty point or a NaN.
    lost = lines[without_coordinates(result[lines])]
    if len(lost):
        coordinates, owner = shapely.get_coordinates(geometry[lost], return_index=True)
        first = np.unique(owner, return_index=True)[1]
        result[lost] = shapely.points(coordinates[first])
    return result
