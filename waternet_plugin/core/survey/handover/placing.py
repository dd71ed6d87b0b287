"""Places of a network in the coordinate system and order of axes that the recipient wants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.crs_change import CrsChange, plan_change
from waternet_plugin.core.texts import tr

X_NORTH, X_EAST = "x_north", "x_east"
AXES = (X_NORTH, X_EAST)
_CHINESE_DATUMS = ("China 2000", "CGCS2000", "Xian 1980", "Beijing 1954")


@dataclass(frozen=True)
class Placing:
    """Where places are handed over: the CRS, what the column X holds, how to get there."""

    crs: pyproj.CRS
    axes: str
    change: CrsChange

    @property
    def crs_code(self) -> str:
        """Authority and code of the CRS, else its name."""
        authority = self.crs.to_authority(min_confidence=70)
        return str(self.crs.name) if authority is None else ":".join(authority)

    def moved(self, east: Array, north: Array) -> tuple[Array, Array]:
        """Return east and north in the wanted CRS, m; unknown places stay unknown."""
        if self.change.move is None or not len(east):
            return east, north
        return self.change.move(east.copy(), north.copy())


def placing_of(own: pyproj.CRS, wanted: str, axes: str, bounds: tuple[float, float, float, float]) -> Placing:
    """Return how places are handed over.

    Parameters
    ----------
    own
        CRS of the network.
    wanted
        Code or WKT of the CRS to hand over in; empty for that of the network.
    axes
        One of `AXES`.
    bounds
        Box of the places in the network's CRS.

    Raises
    ------
    InputError
        For a CRS that is not known, is not in metres, or that only a ballpark transformation leads to.
    """
    if not wanted:
        return Placing(own, axes, CrsChange(None, ""))
    try:
        crs = pyproj.CRS.from_user_input(wanted)
    except CRSError:
        raise InputError(
            tr("CRS “{crs}” is not known. Write for example EPSG:4547.").format(crs=wanted)
        ) from None
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if not crs.is_projected or not units <= {"metre", "meter"}:
        message = tr("CRS “{crs}” has no coordinates in metres. Choose a projected one such as EPSG:4547.")
        raise InputError(message.format(crs=wanted))
    return Placing(crs, axes, plan_change(own, crs, bounds))


def is_chinese(crs: pyproj.CRS) -> bool:
    """Return whether a CRS is one of those with which heights of the 1985 national datum go."""
    geodetic = crs.geodetic_crs
    datum = "" if geodetic is None or geodetic.datum is None else geodetic.datum.name
    return any(word in datum for word in _CHINESE_DATUMS)


def box_of(east: Array, north: Array) -> tuple[float, float, float, float]:
    """Return the box of places: least east and north, largest east and north."""
    if len(east):
        return (float(np.min(east)), float(np.min(north)), float(np.max(east)), float(np.max(north)))
    return (0.0, 0.0, 0.0, 0.0)
