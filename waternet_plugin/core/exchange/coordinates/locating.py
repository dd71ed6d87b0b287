"""Give foreign rows their place in the network's CRS, in the kind of geometry their table holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.coordinates import written_degrees
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.coordinates import row_geometry
from waternet_plugin.core.exchange.coordinates.straying import Straying, find_straying
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.places import coordinates, crs_change
from waternet_plugin.core.places.map_services import WGS_84, is_shifted_there, without_shift
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.vertices import NO_LENGTH_M

_POINT, _POLYGON, _MULTI_LINE, _MULTI_POLYGON, _COLLECTION = 0, 3, 5, 6, 7

# Rows of these tables need no place of their own when they name what they belong to.
NAMED_BY = {"failure": ("reported_pipe_id",), "work_item": ("asset", "compound_id", "street")}


@dataclass
class Located:
    """The geometry of each row, None where it has none, and what is wrong with it.

    ``several`` marks lines of several parts, ``no_length`` lines without length.
    """

    geometry: Array
    missing: Array
    wrong: Array
    several: Array
    no_length: Array
    transform: str = ""
    notes: list[str] = field(default_factory=list)
    straying: Straying = field(default_factory=Straying)


@dataclass
class _Given:
    """Geometry as the file has it; ``axes_open`` says that nothing but names tells x from y."""

    geometry: Array
    crs: object = None
    axes_open: bool = False
    notes: list[str] = field(default_factory=list)


def _points(xy: Array, z: Array | None) -> Array:
    """Return points, None where x or y is no number."""
    is_known = np.isfinite(xy).all(axis=1)
    geometry = np.full(len(xy), None, dtype=object)
    if is_known.any():
        coordinates = xy if z is None else np.column_stack([xy, z])
        geometry[is_known] = shapely.points(coordinates[is_known])
    return geometry


def _lines(start: Array, end: Array) -> Array:
    """Return straight lines, None where a coordinate of either end is no number."""
    is_known = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    geometry = np.full(len(start), None, dtype=object)
    if is_known.any():
        geometry[is_known] = shapely.linestrings(np.stack([start[is_known], end[is_known]], axis=1))
    return geometry


def _placed(frame: pd.DataFrame, mapping: Mapping, settings: Settings) -> _Given:
    """Return the geometry that coordinate columns give, with what their texts say of axes and degrees."""
    columns = mapping.geometry
    rows = frame.reset_index(drop=True)
    read = {axis: written_degrees.coordinates(rows[column]) for axis, column in columns.items()}
    in_degrees = read["x"].in_degrees and read["y"].in_degrees
    is_lon_lat = in_degrees or coordinates.headed_in_degrees(columns)
    exchange = written_degrees.are_swapped(read["x"], read["y"])
    order = ("y", "x") if exchange else ("x", "y")
    notes = []
    if exchange:
        text = tr("{x} contains latitudes and {y} longitudes, as their texts say; they were swapped.")
        notes.append(text.format(x=columns["x"], y=columns["y"]))

    def axis_of(name: str) -> Array:
        alike, zone = row_geometry.with_one_zone(read[name].numbers.values)
        if zone:
            text = tr(
                "Some rows of {column} begin with the number of their zone ({zone}): all are read alike."
            )
            notes.append(text.format(column=columns[name], zone=zone))
        return row_geometry.known_coordinates(alike, settings)

    def both(prefix: str) -> Array:
        return np.column_stack([axis_of(prefix + axis) for axis in order])

    if mapping.from_ends:
        geometry = _lines(both(""), both("end_"))
    else:
        geometry = _points(both(""), read["z"].numbers.values if "z" in read else None)
    return _Given(geometry, coordinates.LON_LAT if is_lon_lat else None, True, notes)


def _given(
    frame: pd.DataFrame, mapping: Mapping, table: Table, names: Sequence[str], settings: Settings
) -> _Given:
    """Return the geometry that mapping or file give; the mapping's columns go first."""
    if {"x", "y"} <= set(mapping.geometry):
        return _placed(frame, mapping, settings)
    if isinstance(frame, gpd.GeoDataFrame) and not frame.geometry.isna().all():
        return _Given(np.array(frame.geometry.to_numpy(), dtype=object), frame.crs)
    columns = coordinates.headed_geometry(names, table.geometry)
    if not columns:
        return _Given(np.full(len(frame), None, dtype=object))
    note = tr("The location was taken from the columns {columns}.").format(columns=listed(columns.values()))
    given = _placed(frame, replace(mapping, geometry=columns), settings)
    return replace(given, notes=[note, *given.notes])


def _bounds(geometry: Array) -> tuple[float, float, float, float]:
    box = shapely.total_bounds(geometry)
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])


def _first_vertices(geometry: Array) -> tuple[Array, Array]:
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    first = coordinates[np.unique(owner, return_index=True)[1]]
    return first[:, 0], first[:, 1]


def _to_target(
    given: _Given,
    missing: Array,
    source: pyproj.CRS,
    target: pyproj.CRS,
    found: Located,
    strays: str,
    settings: Settings,
) -> None:
    """Bring the geometry to the network's CRS and note how; look for rows far from the others."""
    x, y = _first_vertices(given.geometry[~missing])
    axes = coordinates.judge_axes(x, y, source)
    exchange = axes.verdict == "swapped" and given.axes_open
    if axes.verdict == "swapped" and not given.axes_open:
        found.notes.append(
            tr("The layer seems to have north before east. It was left unchanged; check it on the map.")
        )
    elif axes.note:
        found.notes.append(axes.note)
    west, south, east, north = _bounds(given.geometry[~missing])
    if exchange:
        west, south, east, north = south, west, north, east
    change = crs_change.plan_change(source, target, (west, south, east, north))
    found.transform = change.note
    found.geometry, found.straying = find_straying(
        crs_change.change_crs(given.geometry, change, exchange=exchange),
        ~missing,
        lambda rows: crs_change.change_crs(given.geometry[rows], change, exchange=not exchange),
        strays,
        settings,
    )
    if found.straying.swappable_count and axes.verdict == "fine" and axes.note:
        # The rows it speaks of are told of with the strays.
        found.notes.remove(axes.note)


def _spread_collections(geometry: Array) -> Array:
    """Return collections of nothing but lines as multi-lines."""
    rows = np.flatnonzero(shapely.get_type_id(geometry) == _COLLECTION)
    result = geometry
    for row in rows:
        parts = shapely.get_parts(shapely.get_parts(geometry[row]))
        if row_geometry.is_line(parts).all():
            result = geometry.copy() if result is geometry else result
            result[row] = shapely.multilinestrings(list(parts))
    return result


def _fit_lines(found: Located) -> None:
    found.geometry = _spread_collections(found.geometry)
    lines = row_geometry.is_line(found.geometry)
    found.wrong = ~found.missing & ~lines
    found.several = shapely.get_type_id(found.geometry) == _MULTI_LINE
    found.no_length = lines & (shapely.length(found.geometry) < NO_LENGTH_M)


def _fit_points(found: Located, mapping: Mapping) -> None:
    if mapping.from_midpoint:
        found.geometry = row_geometry.midpoints(found.geometry)
    found.wrong = ~found.missing & (shapely.get_type_id(found.geometry) != _POINT)


def _fit_areas(found: Located, table: Table, settings: Settings) -> None:
    if table.name == "road_work":
        lines = np.flatnonzero(row_geometry.is_line(found.geometry) & ~found.missing)
        if len(lines):
            radius = settings.real("exchange.road_work_buffer_m")
            found.geometry = found.geometry.copy()
            found.geometry[lines] = shapely.buffer(found.geometry[lines], radius)
            found.notes.append(
                tr("%n line(s) were widened to areas, {radius:g} m on each side.", "", len(lines)).format(
                    radius=radius
                )
            )
    kinds = shapely.get_type_id(found.geometry)
    single = np.flatnonzero(kinds == _POLYGON)
    if len(single):
        found.geometry = found.geometry.copy()
        found.geometry[single] = shapely.multipolygons(found.geometry[single, np.newaxis])
    found.wrong = ~found.missing & ~np.isin(kinds, (_POLYGON, _MULTI_POLYGON))


def _brought_back(given: _Given, missing: Array, service: str) -> list[str]:
    """Bring places of a map service back to WGS 84, and say so; else say whose they are taken for."""
    x, y = _first_vertices(given.geometry[~missing])
    lon, lat = (y, x) if float(np.median(np.abs(y))) > 90.0 else (x, y)
    if service == WGS_84 or not is_shifted_there(lon, lat):
        return []
    if not service:
        text = tr(
            "Longitudes and latitudes are taken as WGS 84 or CGCS2000. Those of AMap, Tencent (gcj02) and "
            "Baidu (bd09) lie 300 to 700 m beside: give “map_service” in the mapping where these are theirs."
        )
        return [text]
    turned = lon is y

    def back(xy: Array) -> Array:
        if turned:
            return np.column_stack(without_shift(xy[:, 1], xy[:, 0], service)[::-1])
        return np.column_stack(without_shift(xy[:, 0], xy[:, 1], service))

    given.geometry = given.geometry.copy()
    given.geometry[~missing] = shapely.transform(given.geometry[~missing], back)
    return [
        tr("The places of {service} were brought back to WGS 84, to a metre or two.").format(service=service)
    ]


def locate(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: Table,
    source_crs: object,
    target: pyproj.CRS,
    settings: Settings,
) -> Located:
    """Return the place of every row in the network's CRS.

    Parameters
    ----------
    frame
        The foreign rows.
    mapping
        Checked against table and columns; its CRS goes before the file's.
    table
        The table that takes the rows.
    source_crs
        CRS where the frame has none.
    target
        The network's CRS.

    Raises
    ------
    InputError
        When the CRS is not known, or no exact way leads to the network's.
    """
    nothing = np.zeros(len(frame), dtype=bool)
    if not table.has_geometry:
        return Located(np.full(len(frame), None, dtype=object), nothing, nothing, nothing, nothing)
    geometry_name = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    names = [str(column) for column in frame.columns if column != geometry_name]
    given = _given(frame, mapping, table, names, settings)
    missing = row_geometry.without_coordinates(given.geometry)
    found = Located(given.geometry, missing, nothing, nothing, nothing, notes=given.notes)
    found.geometry[missing] = None
    if missing.all():
        if not len(given.geometry) or shapely.is_missing(given.geometry).all():
            named_by = [name for name in NAMED_BY.get(table.name, ()) if name in mapping.fields]
            text = tr("No row has a geometry or coordinates that can be read.")
            if named_by:
                text = tr("The rows have no place of their own and need none: they give {fields}.")
            found.notes.append(text.format(fields=listed(table.field(name).label for name in named_by)))
        return found
    named = mapping.crs or given.crs or source_crs
    if named is None:
        message = tr(
            "The coordinate system of the data is not known. Give it in the mapping, for example {example}, "
            "or add the .prj file."
        )
        raise InputError(message.format(example='"crs": "EPSG:4547"'))
    source = coordinates.read_crs(named)
    if mapping.crs and given.crs is not None and not source.equals(given.crs, ignore_axis_order=True):
        found.notes.append(
            tr("The mapping's coordinate system {crs} was used instead of the file's.").format(
                crs=mapping.crs
            )
        )
    if source.is_geographic and given.axes_open:
        found.notes += _brought_back(given, missing, mapping.map_service)
    _to_target(given, missing, source, target, found, mapping.strays, settings)
    is_as_given = found.geometry is given.geometry
    found.missing = missing if is_as_given else missing | row_geometry.without_coordinates(found.geometry)
    found.geometry[found.missing] = None
    found.geometry = row_geometry.unwrap(row_geometry.drop_unknown_heights(found.geometry, settings))
    if table.geometry.startswith("LineString"):
        _fit_lines(found)
    elif table.geometry.startswith("Point"):
        _fit_points(found, mapping)
    else:
        _fit_areas(found, table, settings)
    return found
