"""Where foreign rows lie: coordinate columns, swapped axes, change of CRS, kinds of geometry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError, ProjError

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.values import Array
from waternet_plugin.core.schema.csvfiles import rows_of
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
    ("横坐标", "纵坐标"),
    ("东坐标", "北坐标"),
)
_DEGREE_NAMES = (("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"), ("long", "lat"), ("经度", "纬度"))

LON_LAT = "EPSG:4326"

# East and north of Gauss-Krueger coordinates in China: the mainland's northings never look like eastings.
_NORTH = (1.9e6, 6.0e6)
_EAST = (1.0e5, 9.0e5)
_ZONED_EAST = (13e6, 46e6)

# Part of an area of use by which it is widened: networks reach across its edge.
_MARGIN = 0.2

# A line is without length below this, in metres; coordinates are kept to a millimetre.
NO_LENGTH_M = 1e-6

_LINES = (1, 2, 5)
_SINGLE_LINES = (1, 2)
_COLLECTION = 7


@dataclass(frozen=True)
class CoordinateColumns:
    """The columns that hold a row's place; ``degrees`` says that they are longitude and latitude."""

    x: str
    y: str
    degrees: bool


def coordinate_columns(columns: Sequence[str]) -> CoordinateColumns | None:
    """Return the coordinate columns of a table, None when there are none."""
    folded = {fold(column): column for column in reversed(columns)}
    for names, degrees in ((_PLANE_NAMES, False), (_DEGREE_NAMES, True)):
        for x, y in names:
            if x in folded and y in folded:
                return CoordinateColumns(folded[x], folded[y], degrees)
    return None


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
        message = tr("“{crs}” is no coordinate system. Give a code such as EPSG:4547.").format(
            crs=str(text)[:80]
        )
        raise InputError(message) from error


def crs_name(crs: pyproj.CRS) -> str:
    """Return a CRS by code and name, as people know it."""
    authority = crs.to_authority(min_confidence=70)
    return f"{':'.join(authority)} {crs.name}" if authority else crs.name


# ------------------------------------------------------------------------------------------- axes


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
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there], y[there]
    if not len(x):
        return Axes("fine")
    name = crs_name(crs)
    area = _area(crs.to_wkt())
    if area is None:
        looks_north = float(np.median(x)) > _NORTH[0] and _EAST[0] < float(np.median(y)) < _EAST[1]
        if looks_north and "2000" in crs.name:
            return Axes("swapped", tr("x holds the north and y the east; they were exchanged."))
        return Axes("unclear")
    as_given = float(_within(x, y, area).mean())
    exchanged = float(_within(y, x, area).mean())
    if as_given >= 0.5:
        apart = int((_within(y, x, area) & ~_within(x, y, area)).sum())
        if apart:
            return Axes(
                "fine",
                tr("{n} row(s) lie in the area of {crs} only with x and y exchanged; check them.").format(
                    n=apart, crs=name
                ),
            )
        return Axes("fine")
    if exchanged >= 0.99:
        return Axes(
            "swapped",
            tr(
                "x holds the north and y the east, as the numbers and {crs} show; they were exchanged."
            ).format(crs=name),
        )
    zoned = [np.median(one) for one in (x, y) if _ZONED_EAST[0] <= np.median(one) <= _ZONED_EAST[1]]
    if zoned and not crs.is_geographic:
        return Axes(
            "outside",
            tr(
                "The eastings begin with the zone number {zone}; check that {crs} is the file's system."
            ).format(zone=int(zoned[0] // 1_000_000), crs=name),
        )
    return Axes(
        "outside",
        tr("Most coordinates lie outside the area where {crs} is used; check the file's system.").format(
            crs=name
        ),
    )


# -------------------------------------------------------------------------------------- change of CRS


@dataclass(frozen=True)
class Change:
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
    path = Path(__file__).parent / "datums.csv"
    return {
        frozenset((fold(row["datum_a"]), fold(row["datum_b"]))): float(row["accuracy_m"])
        for row in rows_of(path)
    }


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


def plan_change(source: pyproj.CRS, target: pyproj.CRS, bounds: tuple[float, float, float, float]) -> Change:
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
        return Change(None, tr("The data are in the network's coordinate system."))
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
                "No exact way leads from {source} to {target}: only a ballpark one, wrong by up to some"
                " hundred metres. Transform the data with the local parameters first."
            )
            raise InputError(message.format(source=crs_name(source), target=crs_name(target))) from None
        steps = [
            _transformer(source, source.geodetic_crs, None),
            _transformer(target.geodetic_crs, target, None),
        ]
        accuracy = known
        how = tr("the two datums taken as equal")
    if 0 <= accuracy < 1e6:
        note = tr("Changed from {source} to {target}: {how}, accurate to {accuracy:g} m.").format(
            source=crs_name(source), target=crs_name(target), how=how, accuracy=accuracy
        )
    else:
        note = tr("Changed from {source} to {target}.").format(
            source=crs_name(source), target=crs_name(target)
        )
    return Change(_mover(steps), note, accuracy)


# ------------------------------------------------------------------------------------------ geometry


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


def without_place(geometry: Array) -> Array:
    """Return which rows have no place: no geometry, an empty one, or a coordinate that is no number."""
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    broken = ~np.isfinite(coordinates).all(axis=1)
    missing[owner[broken]] = True
    return np.asarray(missing)


def _moved(geometry: Array, move: Callable[[Array, Array], tuple[Array, Array]]) -> Array:
    """Return geometries of one dimension with x and y moved and z kept."""
    if not len(geometry):
        return geometry
    with_z = bool(shapely.has_z(geometry[0]))
    coordinates = shapely.get_coordinates(geometry, include_z=with_z)
    coordinates[:, 0], coordinates[:, 1] = move(coordinates[:, 0].copy(), coordinates[:, 1].copy())
    return np.asarray(shapely.set_coordinates(geometry.copy(), coordinates))


def change_crs(geometry: Array, change: Change, *, exchange: bool = False) -> Array:
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
    lost = lines[without_place(result[lines])]
    if len(lost):
        coordinates, owner = shapely.get_coordinates(geometry[lost], return_index=True)
        first = np.unique(owner, return_index=True)[1]
        result[lost] = shapely.points(coordinates[first])
    return result


# --------------------------------------------------------------------------------------------- parts


Point = tuple[float, float]


def _meetings(coordinates: Sequence[Array]) -> dict[Point, list[tuple[int, int]]]:
    """Return the points where exactly two ends of different parts meet: part and end (0 start, 1 end)."""
    at: dict[Point, list[tuple[int, int]]] = {}
    for part, line in enumerate(coordinates):
        for end, row in ((0, line[0]), (1, line[-1])):
            at.setdefault((float(row[0]), float(row[1])), []).append((part, end))
    return {point: two for point, two in at.items() if len(two) == 2 and two[0][0] != two[1][0]}


def _walk(
    start: int,
    forward: bool,
    coordinates: Sequence[Array],
    meetings: dict[Point, list[tuple[int, int]]],
    used: set[int],
) -> list[Array]:
    """Return the parts that follow a part's end (or go before its start), turned to lie in its direction."""
    found: list[Array] = []
    row = coordinates[start][-1 if forward else 0]
    part = start
    while True:
        meeting = meetings.get((float(row[0]), float(row[1])))
        if meeting is None:
            return found
        part, end = meeting[1] if meeting[0][0] == part else meeting[0]
        if part in used:
            return found
        used.add(part)
        turned = end == 1 if forward else end == 0
        line = coordinates[part][::-1] if turned else coordinates[part]
        found.append(line)
        row = line[-1 if forward else 0]


def merge_parts(line: shapely.MultiLineString) -> list[shapely.LineString]:
    """Return the parts of a line, those that touch end to end made one, in the order of the row.

    Parts are joined where exactly two ends meet; the direction is that of the earliest part. Parts without
    length are left out unless there is nothing else.
    """
    parts = [part for part in shapely.get_parts(line) if part.length > 0] or list(shapely.get_parts(line))[:1]
    with_z = bool(shapely.has_z(line))
    coordinates = [shapely.get_coordinates(part, include_z=with_z) for part in parts]
    meetings = _meetings(coordinates)
    used: set[int] = set()
    result = []
    for start in range(len(parts)):
        if start in used:
            continue
        used.add(start)
        after = _walk(start, True, coordinates, meetings, used)
        before = _walk(start, False, coordinates, meetings, used)
        chain = [*reversed(before), coordinates[start], *after]
        result.append(shapely.linestrings(np.concatenate([chain[0], *(piece[1:] for piece in chain[1:])])))
    return result
