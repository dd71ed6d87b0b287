"""Exact changes between coordinate systems of one datum."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyproj
from pyproj.exceptions import ProjError

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.places.crs_change import datum_difference_m

GridChange = Callable[[Array, Array], tuple[Array, Array]]


@lru_cache(maxsize=512)
def _step(crs: str, *, to_degrees: bool) -> pyproj.Transformer:
    """Return the way between a CRS and longitude and latitude on its own datum."""
    projected = read_crs(crs)
    geodetic = projected.geodetic_crs
    ends = (projected, geodetic) if to_degrees else (geodetic, projected)
    return pyproj.Transformer.from_crs(*ends, always_xy=True, allow_ballpark=False)


@lru_cache(maxsize=1024)
def change_between(source: str, target: str) -> GridChange | None:
    """Return the function that takes east and north from one CRS to another, None where none is exact.

    Datums that differ need a transform set, whatever PROJ has for a part of the country. Degrees are
    longitude and latitude in the place of east and north.

    Parameters
    ----------
    source, target
        Code or WKT.
    """
    from_crs, to_crs = read_crs(source), read_crs(target)
    if source == target or from_crs.equals(to_crs, ignore_axis_order=True):
        return lambda east, north: (east.copy(), north.copy())
    if (
        from_crs.geodetic_crs is None
        or to_crs.geodetic_crs is None
        or datum_difference_m(from_crs, to_crs) is None
    ):
        return None
    try:
        # Each step is made once for a CRS, of which a file has dozens to choose from.
        steps = (_step(source, to_degrees=True), _step(target, to_degrees=False))
    except ProjError:
        return None

    def change(east: Array, north: Array) -> tuple[Array, Array]:
        for step in steps:
            east, north = step.transform(east, north)
        return np.asarray(east, dtype=float), np.asarray(north, dtype=float)

    return change
