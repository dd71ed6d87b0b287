"""Where foreign rows lie: coordinate columns, CRS by name, axes judged by the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import headings
from waternet_plugin.core.cells.end_headings import FLOW, ORDER, START, mirrored
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.map_services import without_service
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.texts import tr

# Column names of coordinates, folded, east before north; those of the second list are degrees.
_PLANE_NAMES = (
    ("x", "y"),
    ("easting", "northing"),
    ("east", "north"),
    ("pointx", "pointy"),
    ("xcoord", "ycoord"),
    ("coordx", "coordy"),
    ("x坐标", "y坐标"),
    ("坐标x", "坐标y"),
    ("横坐标", "纵坐标"),
    ("东坐标", "北坐标"),
    # The axes of mapping, x to the north, and those of drawing: the name of the side decides.
    ("横坐标y", "纵坐标x"),
    ("y横坐标", "x纵坐标"),
    ("横坐标x", "纵坐标y"),
    ("x横坐标", "y纵坐标"),
    ("东坐标y", "北坐标x"),
    ("y东坐标", "x北坐标"),
    ("xzb", "yzb"),
    ("hzb", "zzb"),
    ("dzb", "bzb"),
)
_DEGREE_NAMES = (
    ("lon", "lat"),
    ("longitude", "latitude"),
    ("lng", "lat"),
    ("long", "lat"),
    ("经度", "纬度"),
    ("东经", "北纬"),
    ("jd", "wd"),
    ("jingdu", "weidu"),
)

LON_LAT = "EPSG:4326"

# East and north of Gauss-Krueger coordinates in China: the mainland's northings never look like eastings.
_NORTH = (1.9e6, 6.0e6)
_EAST = (1.0e5, 9.0e5)
_ZONED_EAST = (13e6, 46e6)

# Part of an area of use by which it is widened: networks reach across its edge.
_MARGIN = 0.2


@dataclass(frozen=True)
class CoordinateColumns:
    """The columns that hold a row's place; ``degrees`` says that they are longitude and latitude."""

    x: str
    y: str
    degrees: bool


def coordinate_columns(columns: Sequence[str]) -> CoordinateColumns | None:
    """Return the coordinate columns of a table, None when there are none."""
    # Whose degrees they are stands before the name or behind it: 高德经度, 经度_bd09.
    folded = {fold(without_service(headings.bare_name(column))): column for column in reversed(columns)}
    folded |= {fold(headings.bare_name(column)): column for column in reversed(columns)}
    folded |= {fold(column): column for column in reversed(columns)}
    for names, degrees in ((_PLANE_NAMES, False), (_DEGREE_NAMES, True)):
        for x, y in names:
            if x in folded and y in folded:
                return CoordinateColumns(folded[x], folded[y], degrees)
    return None


@dataclass(frozen=True)
class EndColumns:
    """The columns that hold the place of both ends of a line; ``start.degrees`` is that of both."""

    start: CoordinateColumns
    end: CoordinateColumns

    @property
    def all(self) -> tuple[str, str, str, str]:
        """The four columns: x and y of the start, x and y of the end."""
        return self.start.x, self.start.y, self.end.x, self.end.y


def end_columns(columns: Sequence[str]) -> EndColumns | None:
    """Return the columns of the places of both ends of lines (起点X, 起点Y, 终点X, 终点Y), None for none."""
    # By the kind of word for the ends and the name of the axis, the columns of start and end.
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    # The group that a merged heading names may be the end; a unit behind the name says nothing here.
    names_of = {
        column: column.rpartition(headings.JOINT)[0] + headings.bare_name(column) for column in columns
    }
    for one, other in permutations(columns, 2):
        for mine, _their in mirrored(names_of[one], names_of[other]):
            if mine.side == START and not mine.is_cut:
                pairs.setdefault((mine.family, mine.rest), (one, other))
    for names, degrees in ((_PLANE_NAMES, False), (_DEGREE_NAMES, True)):
        for x, y in names:
            for family in (ORDER, FLOW):
                east, north = pairs.get((family, x)), pairs.get((family, y))
                if east is not None and north is not None:
                    both = (CoordinateColumns(a, b, degrees) for a, b in zip(east, north))
                    return EndColumns(*both)
    return None


def headed_geometry(columns: Sequence[str], kind: str) -> dict[str, str]:
    """Return the columns in which headings say that the places of rows stand, by axis; empty for none.

    Parameters
    ----------
    columns
        Of a table.
    kind
        The geometry that the rows become. Points take ``x`` and ``y``, lines ``end_x`` and ``end_y`` as well.
    """
    if kind.startswith("Point"):
        found = coordinate_columns(columns)
        return {} if found is None else {"x": found.x, "y": found.y}
    ends = end_columns(columns) if kind.startswith("LineString") else None
    return {} if ends is None else dict(zip(("x", "y", "end_x", "end_y"), ends.all))


def swapped(geometry: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of places, by axis, with x for y; of lines at both ends."""
    others = {"x": "y", "y": "x", "end_x": "end_y", "end_y": "end_x"}
    return {axis: geometry[others.get(axis, axis)] for axis in geometry}


def headed_in_degrees(geometry: Mapping[str, str]) -> bool:
    """Return whether the headings of columns of places, by axis, speak of longitude and latitude."""
    if "end_x" in geometry:
        ends = end_columns(tuple(geometry.values()))
        return ends is not None and ends.start.degrees
    found = coordinate_columns((geometry["x"], geometry["y"]))
    return found is not None and found.degrees


def read_crs(text: object) -> pyproj.CRS:
    """Return a CRS by its code or WKT.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError as error:
        message = tr("“{crs}” is not a valid coordinate system. Give a code such as EPSG:4547.").format(
            crs=str(text)[:80]
        )
        raise InputError(message) from error


def crs_name(crs: pyproj.CRS) -> str:
    """Return a CRS by code and name, as people know it."""
    authority = crs.to_authority(min_confidence=70)
    return f"{':'.join(authority)} {crs.name}" if authority else crs.name


@lru_cache(maxsize=8)
def _area(wkt: str) -> tuple[float, float, float, float] | None:
    """Return the box of coordinates where a CRS is used, x east, widened by the margin."""
    crs = pyproj.CRS.from_wkt(wkt)
    area = crs.area_of_use
    if area is None:
        return None
    if crs.is_geographic:
        west, south, east, north = area.bounds
        return west, south, east, north
    # Corners and middles of the edges bound the area well enough with its margin.
    degrees = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    lon, lat = np.meshgrid(
        area.west + degrees * (area.east - area.west), area.south + degrees * (area.north - area.south)
    )
    geodetic = crs.geodetic_crs
    if geodetic is None:
        return None
    x, y = pyproj.Transformer.from_crs(geodetic, crs, always_xy=True).transform(lon.ravel(), lat.ravel())
    x, y = np.asarray(x), np.asarray(y)
    fine = np.isfinite(x) & np.isfinite(y)
    if not fine.any():
        return None
    x, y = x[fine], y[fine]
    wide, high = _MARGIN * np.ptp(x), _MARGIN * np.ptp(y)
    return float(x.min() - wide), float(y.min() - high), float(x.max() + wide), float(y.max() + high)


def _within(x: Array, y: Array, box: tuple[float, float, float, float]) -> Array:
    return (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])


@dataclass(frozen=True)
class Axes:
    """What the numbers say of the axes: ``verdict`` is fine, swapped, outside or unclear."""

    verdict: str
    note: str = ""


def judge_axes(x: Array, y: Array, crs: pyproj.CRS) -> Axes:
    """Judge by their size whether x is east and y is north in a CRS.

    Swapped is said only when the numbers lie in the CRS's area with x and y exchanged and not as they are.

    Parameters
    ----------
    x, y
        Coordinates as given, in the CRS's units.
    crs
        The CRS they are said to be in.
    """
    is_finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[is_finite], y[is_finite]
    if not len(x):
        return Axes("fine")
    name = crs_name(crs)
    area = _area(crs.to_wkt())
    if area is None:
        looks_north = float(np.median(x)) > _NORTH[0] and _EAST[0] < float(np.median(y)) < _EAST[1]
        if looks_north and "2000" in crs.name:
            return Axes("swapped", tr("x contains the northing and y the easting; they were swapped."))
        return Axes("unclear")
    as_given = float(_within(x, y, area).mean())
    exchanged = float(_within(y, x, area).mean())
    if as_given >= 0.5:
        apart = int((_within(y, x, area) & ~_within(x, y, area)).sum())
        if apart:
            return Axes(
                "fine",
                tr("{n} row(s) lie in the area of {crs} only if x and y are swapped; check them.").format(
                    n=apart, crs=name
                ),
            )
        return Axes("fine")
    if exchanged >= 0.99:
        return Axes(
            "swapped",
            tr(
                "x contains the northing and y the easting, as the numbers and {crs} show; they were swapped."
            ).format(crs=name),
        )
    zoned = [
        np.median(coordinates)
        for coordinates in (x, y)
        if _ZONED_EAST[0] <= np.median(coordinates) <= _ZONED_EAST[1]
    ]
    if zoned and not crs.is_geographic:
        return Axes(
            "outside",
            tr(
                "The eastings start with the zone number {zone}; check that {crs} is the file's system."
            ).format(zone=int(zoned[0] // 1_000_000), crs=name),
        )
    return Axes(
        "outside",
        tr("Most coordinates lie outside the area where {crs} is used; check the file's system.").format(
            crs=name
        ),
    )
