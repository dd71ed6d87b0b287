"""How coordinates get from one CRS to another, and what that change is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.coordinates import crs_name
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class CrsChange:
    """A change of CRS: the function of x and y, what it is called, its accuracy in metres (-1: not known)."""

    move: Callable[[Array, Array], tuple[Array, Array]] | None
    note: str
    accuracy_m: float = 0.0


def _datum(crs: pyproj.CRS) -> str:
    """Return the name of a CRS's datum for comparing, ensembles like their datum."""
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.datum is None:
        return ""
    name = fold(geodetic.datum.name)
    return name[: -len("ensemble")] if name.endswith("ensemble") else name


@lru_cache(maxsize=1)
def _equal_datums() -> dict[frozenset[str], float]:
    """Return the pairs of datums that may be taken as equal, with the accuracy of doing so in metres."""
    return {
        frozenset((fold(row["datum_a"]), fold(row["datum_b"]))): float(row["accuracy_m"])
        for row in rows_of(Path(__file__).parent / "datums.csv")
    }


def datum_difference_m(source: pyproj.CRS, target: pyproj.CRS) -> float | None:
    """Return by how much the datums of two CRS differ, m: 0 for one datum, None where they are not equal."""
    if _datum(source) and _datum(source) == _datum(target):
        return 0.0
    return _equal_datums().get(frozenset((_datum(source), _datum(target))))


def _area_of_interest(source: pyproj.CRS, bounds: tuple[float, float, float, float]) -> AreaOfInterest | None:
    """Return the data's box in degrees, by which the best of several transformations is chosen."""
    geodetic = source.geodetic_crs
    if geodetic is None or not np.isfinite(bounds).all():
        return None
    try:
        to_degrees = pyproj.Transformer.from_crs(source, geodetic, always_xy=True)
        west, south, east, north = to_degrees.transform_bounds(*bounds)
    except ProjError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return AreaOfInterest(west, south, east, north)


def _transformer(source: pyproj.CRS, target: pyproj.CRS, area: AreaOfInterest | None) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(
        source, target, always_xy=True, allow_ballpark=False, area_of_interest=area
    )


def _mover(
    steps: Sequence[pyproj.Transformer],
) -> Callable[[Array, Array], tuple[Array, Array]]:
    def move(x: Array, y: Array) -> tuple[Array, Array]:
        for step in steps:
            x, y = step.transform(x, y)
        return np.asarray(x, dtype=float), np.asarray(y, dtype=float)

    return move


def _horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the part of a CRS that speaks of x and y."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    # pyproj knows the flat form of a three-dimensional CRS from 3.6 on.
    return crs.to_2d() if hasattr(crs, "to_2d") else crs


def plan_change(
    source: pyproj.CRS, target: pyproj.CRS, bounds: tuple[float, float, float, float]
) -> CrsChange:
    """Return how coordinates get from one CRS to another, x always east.

    Parameters
    ----------
    source, target
        Their height parts are left out: heights are kept as they are.
    bounds
        Box of the data in the source CRS.

    Raises
    ------
    InputError
        When only a ballpark transformation is known.
    """
    source, target = _horizontal(source), _horizontal(target)
    codes = [crs.to_authority(min_confidence=70) for crs in (source, target)]
    if source.equals(target, ignore_axis_order=True) or (codes[0] is not None and codes[0] == codes[1]):
        return CrsChange(None, tr("The data are in the network's coordinate system."))
    area = _area_of_interest(source, bounds)
    try:
        step = _transformer(source, target, area)
        # Of several operations PROJ names the one it took only after it took it.
        step.transform((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
        accuracy = float(step.accuracy)
        steps = [step]
        how = step.description
    except ProjError:
        known = _equal_datums().get(frozenset((_datum(source), _datum(target))))
        if known is None or source.geodetic_crs is None or target.geodetic_crs is None:
            message = tr(
                "There is no accurate transformation from {source} to {target}, only a ballpark one with "
                "errors of up to several hundred metres. Transform the data with the local parameters first."
            )
            raise InputError(message.format(source=crs_name(source), target=crs_name(target))) from None
        steps = [
            _transformer(source, source.geodetic_crs, None),
            _transformer(target.geodetic_crs, target, None),
        ]
        accuracy = known
        how = tr("the two datums assumed to be equal")
    if 0 <= accuracy < 1e6:
        note = tr("Transformed from {source} to {target}: {how}, accurate to {accuracy:g} m.").format(
            source=crs_name(source), target=crs_name(target), how=how, accuracy=accuracy
        )
    else:
        note = tr("Transformed from {source} to {target}.").format(
            source=crs_name(source), target=crs_name(target)
        )
    return CrsChange(_mover(steps), note, accuracy)


def _moved(geometry: Array, move: Callable[[Array, Array], tuple[Array, Array]]) -> Array:
    """Return geometries of one dimension with x and y moved and z kept."""
    if not len(geometry):
        return geometry
    coordinates = shapely.get_coordinates(geometry, include_z=bool(shapely.has_z(geometry[0])))
    coordinates[:, 0], coordinates[:, 1] = move(coordinates[:, 0].copy(), coordinates[:, 1].copy())
    return np.asarray(shapely.set_coordinates(geometry.copy(), coordinates))


def change_crs(geometry: Array, change: CrsChange, *, exchange: bool = False) -> Array:
    """Return geometries in another CRS; with ``exchange`` their x and y change places first."""

    def move(x: Array, y: Array) -> tuple[Array, Array]:
        if exchange:
            x, y = y, x
        return (x, y) if change.move is None else change.move(x, y)

    if change.move is None and not exchange:
        return geometry
    result = geometry.copy()
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    with_z = shapely.has_z(geometry)
    for rows in (np.flatnonzero(~missing & ~with_z), np.flatnonzero(~missing & with_z)):
        result[rows] = _moved(geometry[rows], move)
    return result
