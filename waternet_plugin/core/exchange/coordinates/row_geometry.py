"""The geometry of foreign rows: heights that nobody knows, rows without a place, collections, midpoints."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

_LINES = (1, 2, 5)
_COLLECTION = 7


def drop_unknown_heights(geometry: Array) -> Array:
    """Return geometries without z where every height is NaN; single unknown heights stay NaN."""
    with_z = np.flatnonzero(shapely.has_z(geometry))
    if not len(with_z):
        return geometry
    coordinates, owner = shapely.get_coordinates(geometry[with_z], include_z=True, return_index=True)
    known = np.bincount(owner, weights=~np.isnan(coordinates[:, 2]), minlength=len(with_z))
    flat = with_z[known == 0]
    if not len(flat):
        return geometry
    result = geometry.copy()
    result[flat] = shapely.force_2d(geometry[flat])
    return result


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
