"""Tell what points of pressure read and what that says of the pressure zones; store pressures of pipes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.graph import Graph, build_graph
from waternet_plugin.core.pressure.model_comparison import ModelComparison, compare_model
from waternet_plugin.core.pressure.pressure_points import (
    PointFigures,
    PointQuestion,
    point_figures,
    zone_figures,
)
from waternet_plugin.core.pressure.zone_heads import ZonePoints, estimated_pressures, pressure_rows
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, night_window
from waternet_plugin.core.readings.pressure_units import MOST
from waternet_plugin.core.readings.recorded_series import PRESSURE
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.pressure.points import points_notes, points_report, points_summary
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DAY_MIN, HOUR_S, MPA_METRES
from waternet_plugin.operations.hydraulics.run_pressures import newest_kept_run
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.operations.users.consumed_volumes import refuse_backwards
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

_TIME_ZONE, REQUIRED = "general.time_zone", "pressure.required_mpa"
# A value of before the span may hold so long, s.
_LEAD_S = 3 * HOUR_S
_PIPE_COLUMNS = [
    "pipe_id", "system", "function", "status", "from_node", "to_node", "length_m", "pressure_zone_id",
    "pressure_min_mpa", "pressure_max_mpa", "estimated",
]  # fmt: skip
_NODE_COLUMNS = ["node_id", "kind", "system", "status", "ground_m"]


@dataclass(frozen=True)
class PressurePointsRequest:
    """What is told of points of pressure.

    Parameters
    ----------
    name
        What people see in the list of batches.
    first, last
        Days, both included; None from the first or to the last reading.
    required_mpa
        Pressure that must be there, MPa; None for the setting REQUIRED.
    store
        Whether pressures of pipes are written.
    now_s
        The moment after which readings are of the future, seconds since 1970; None: a day from now.

    Raises
    ------
    InputError
        For days the wrong way round and a pressure that is not above 0 and up to 2 MPa.
    """

    name: str
    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None
    required_mpa: Optional[float] = None
    store: bool = False
    now_s: Optional[float] = None

    def __post_init__(self) -> None:
        refuse_backwards(self.first, self.last)
        if self.required_mpa is not None:
            _refuse_required(self.required_mpa)


def _refuse_required(mpa: float) -> None:
    """Refuse a required pressure that is none, in one sentence."""
    if not 0 < mpa <= 2:
        message = tr("REQUIRED is {value}. Give a pressure in MPa, above 0 and up to 2, such as 0.14.")
        raise InputError(message.format(value=f"{mpa:g}"))


def required_pressure(settings: Settings, asked_mpa: Optional[float] = None) -> float:
    """Return the pressure that must be there, MPa: the one asked for, else that of the settings.

    Raises
    ------
    InputError
        Where the setting is not above 0 and up to 2 MPa.
    """
    mpa = settings.real(REQUIRED) if asked_mpa is None else asked_mpa
    _refuse_required(mpa)
    return mpa


@dataclass(frozen=True)
class PressurePointsResult(Written, PlainFrames):
    """What points read.

    Parameters
    ----------
    points
        `PointFigures.frame` with zone_id, ground_m and the place in ``geom``.
    zones
        As `zone_figures`, with the area in ``geom``.
    compared
        The newest run of EPANET that is kept beside the points; None without one.
    written
        How many pipes get another pressure.
    report
        Both on a page.
    summary, notes
        The answer in sentences, and what to know.
    """

    points: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    compared: Optional[ModelComparison]
    written: int
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def worst(self) -> tuple[str, float]:
        """The point of the lowest pressure, the first by id of equal ones, and that pressure, MPa."""
        row = self.points.sort_values(["lowest_mpa", "node_id"], kind="stable").iloc[0]
        return str(row["node_id"]), float(row["lowest_mpa"])


def read_pressure_points(
    network: Network,
    request: PressurePointsRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[PressurePointsResult], Any] = no_outputs,
) -> PressurePointsResult:
    """Return what points read; with ``store`` the pressures of pipes of their zones are one batch.

    Raises
    ------
    InputError
        Where there is no reading of pressure in that time, and for readings in another unit.
    ConflictError
        When somebody changed the same pipes twice meanwhile.
    """
    return with_newest_rows(
        lambda again: _points_of_network(network, request, progress, before_commit, again), progress
    )


def _question(request: PressurePointsRequest, settings: Settings) -> PointQuestion:
    clock = LocalClock(clock_of(_TIME_ZONE, settings.text(_TIME_ZONE)))
    first, last = (
        None if day is None else float(clock.moments(np.array([day], dtype="datetime64[D]"), minutes)[0])
        for day, minutes in ((request.first, 0), (request.last, DAY_MIN))
    )
    required_mpa = required_pressure(settings, request.required_mpa)
    return PointQuestion(
        first, last, latest_s(request.now_s), required_mpa, settings.real(MOST), clock, night_window(settings)
    )


def _moment(at_s: Optional[float], lead_s: float = 0.0) -> Optional[datetime.datetime]:
    return None if at_s is None else datetime.datetime.fromtimestamp(at_s - lead_s, datetime.timezone.utc)


def _points_of_network(
    network: Network,
    request: PressurePointsRequest,
    progress: Progress,
    before_commit: Callable[[PressurePointsResult], Any],
    again: tuple[str, ...],
) -> PressurePointsResult:
    seen, settings = network.position(), network.settings()
    question = _question(request, settings)
    progress.at(0.0, tr("Reading the pressures"))
    span = Between(_moment(question.first_s, _LEAD_S), _moment(question.last_s))
    figures = point_figures(read_readings(network, (PRESSURE,), time=span), question)
    progress.at(0.4, tr("Reading the network"))
    pipes = network.read("pipe", list(_PIPE_COLUMNS))
    nodes = network.read("node", list(_NODE_COLUMNS))
    areas = network.read("zone", ["zone_id", "kind"], where={"kind": "pressure"})
    progress.at(0.6, tr("Connecting pipes"))
    graph = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.6, 0.8)).graph
    ids = sorted({*areas["zone_id"], *pipes["pressure_zone_id"].dropna()} - {""}, key=str)
    zone = rows_of_ids(ids, pipes["pressure_zone_id"])
    zone[pipes["status"].isin(OUT_OF_USE).to_numpy()] = -1
    ground = np.full(graph.node_count, np.nan)
    there = graph.asset >= 0
    ground[there] = nodes["ground_m"].to_numpy(dtype=float)[graph.asset[there]]
    vertex, of_point = _zones_of_points(figures, graph, pipes, nodes, zone, settings)
    row = rows_of_ids(nodes["node_id"], figures.frame["node_id"])
    points = figures.frame.assign(
        zone_id=pd.Series([ids[one] if one >= 0 else None for one in of_point], dtype=object),
        ground_m=np.append(nodes["ground_m"].to_numpy(dtype=float), np.nan)[row],
    )
    shape = dict(zip(areas["zone_id"], areas[GEOMETRY_COLUMN]))
    shapes = gpd.GeoSeries([shape.get(name) for name in ids], crs=network.crs)
    zones = zone_figures(
        points,
        pd.DataFrame(
            {
                "zone_id": pd.Series(ids, dtype=object),
                "area_km2": shapes.area.to_numpy() / 1e6,
                "ground_max_m": _highest(graph, ground, zone, len(ids), settings),
            }
        ),
        question.required_mpa,
    )
    rows = pipes.iloc[:0]
    if request.store:
        known = np.flatnonzero((of_point >= 0) & (vertex >= 0) & np.isfinite(points["ground_m"].to_numpy()))
        heads = [
            points["ground_m"].to_numpy()[known] + points[name].to_numpy()[known] * MPA_METRES
            for name in ("lowest_mpa", "highest_mpa")
        ]
        found = ZonePoints(vertex[known], of_point[known], *heads)
        rows = pressure_rows(pipes, *estimated_pressures(graph, ground, zone, found))
    places = [nodes[GEOMETRY_COLUMN].iloc[one] if one >= 0 else None for one in row]
    compared = _compared(network, points)
    result = PressurePointsResult(
        "",
        gpd.GeoDataFrame(points, geometry=gpd.GeoSeries(shapely.force_2d(places), crs=network.crs))
        .rename_geometry(GEOMETRY_COLUMN),
        gpd.GeoDataFrame(zones, geometry=shapes).rename_geometry(GEOMETRY_COLUMN),
        compared,
        len(rows),
        points_report(points, zones, compared, question.required_mpa, network=network.title),
        (*points_summary(points, zones, compared), *_written_line(request, rows)),
        (*again, *points_notes(figures, points, zones)),
    )  # fmt: skip
    if not len(rows):
        return finish_without_batch(result, before_commit)
    with network.write(
        "edit", name=request.name, facts={"pipes": len(rows)}, seen=seen, progress=progress.part(0.85, 0.98)
    ) as batch:
        batch.update("pipe", rows)
        return finish(batch, result, before_commit)


def _compared(network: Network, points: pd.DataFrame) -> Optional[ModelComparison]:
    """Return the newest run that is kept beside the points, None without one."""
    run_id = newest_kept_run(network)
    if not run_id:
        return None
    where = {"run_id": run_id, "quantity": PRESSURE, "asset": points["node_id"].tolist()}
    return compare_model(
        run_id, points, network.read("model_result", ["asset", "mean"], where=where, geometry=False)
    )


def _written_line(request: PressurePointsRequest, rows: pd.DataFrame) -> tuple[str, ...]:
    if request.store:
        return (tr("Pressures of %n pipe(s) are estimated from the nearest point.", "", len(rows)),)
    return ()


def _zones_of_points(
    figures: PointFigures,
    graph: Graph,
    pipes: gpd.GeoDataFrame,
    nodes: gpd.GeoDataFrame,
    zone: Array,
    settings: Settings,
) -> tuple[Array, Array]:
    """Return the vertex of each point, -1 for none, and the number of its zone, -1 for none or several.

    A point at which no pipe ends is that of the nearest pipe, at its nearer end.
    """
    names = figures.frame["node_id"].tolist()
    vertex = np.array([graph.vertex_of(name) for name in names], dtype=np.int64)
    indptr, _neighbour, pipe = graph.adjacency()
    of_point = np.full(len(names), -1)
    loose = []
    for row, at in enumerate(vertex.tolist()):
        if at < 0:
            continue
        joined = np.unique(zone[pipe[indptr[at] : indptr[at + 1]]])
        joined = joined[joined >= 0]
        if len(joined) == 1:
            of_point[row] = joined[0]
        elif indptr[at] == indptr[at + 1]:
            loose.append(row)
    inside = np.flatnonzero(zone >= 0)
    if loose and len(inside):
        shape_of = dict(zip(nodes["node_id"], nodes[GEOMETRY_COLUMN]))
        lines = pipes[GEOMETRY_COLUMN].to_numpy()[inside]
        points = np.array([shape_of[names[row]] for row in loose], dtype=object)
        (near, line), _metres = shapely.STRtree(lines).query_nearest(
            points,
            max_distance=settings.real("network.start_reach_m"),
            return_distance=True,
            all_matches=False,
        )
        along = shapely.line_locate_point(lines[line], points[near], normalized=True)
        for index, number, share in zip(near.tolist(), inside[line].tolist(), along.tolist()):
            of_point[loose[index]] = zone[number]
            vertex[loose[index]] = graph.start[number] if share <= 0.5 else graph.end[number]
    return vertex, of_point


def _highest(graph: Graph, ground: Array, zone: Array, count: int, settings: Settings) -> Array:
    """Return the highest known ground of each zone (Z,), that of tanks and doors left out, m."""
    kinds = [*settings.words("pressure.door_kinds"), *settings.words("network.tank_kinds")]
    counts = np.isfinite(ground) & ~pd.Series(graph.kind, dtype=object).isin(kinds).to_numpy(dtype=bool)
    high = np.full(count, -np.inf)
    for end in (graph.start, graph.end):
        row = np.flatnonzero((zone >= 0) & counts[end])
        np.maximum.at(high, zone[row], ground[end[row]])
    return np.where(np.isinf(high), np.nan, high)
