"""How the pressure zones of a network stand by the newest readings, and the course of one point."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.pressure.point_days import YEAR_D, PointCourse, point_course
from waternet_plugin.core.pressure.pressure_points import zone_figures
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, NightWindow, night_window
from waternet_plugin.core.readings.recorded_series import PRESSURE
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.pressure.read_pressure_points import (
    PressurePointsRequest,
    PressurePointsResult,
    read_pressure_points,
    required_pressure,
)
from waternet_plugin.operations.rows.node_readings import latest_s, newest_reading, read_readings
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

_TIME_ZONE = "general.time_zone"
_POINT = ["node_id", "zone_id", "ground_m", "lowest_mpa", "night_mpa", "hours_below"]


@dataclass(frozen=True)
class OverviewRequest:
    """Of which time the pressure is told.

    Parameters
    ----------
    days
        So many days up to the newest reading; None for all.
    required_mpa
        Pressure that must be there, MPa; None for the setting.
    """

    days: Optional[int] = None
    required_mpa: Optional[float] = None


@dataclass(frozen=True)
class PressureOverview(PlainFrames):
    """Pressure zones and points.

    Parameters
    ----------
    zones
        As `zone_figures`, with the name and the area in ``geom``; also those without a point.
    points
        `PressurePointsResult`, None without readings.
    required_mpa
        The pressure that must be there, MPa.
    last
        The day of the newest reading, None without any.
    summary, notes
        The answer in sentences, and what to know.
    """

    zones: gpd.GeoDataFrame
    points: Optional[PressurePointsResult]
    required_mpa: float
    last: Optional[datetime.date]
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def newest_pressure(network: Network) -> Optional[datetime.datetime]:
    """Return the moment of the newest reading of pressure that is not of the future, None without any."""
    return newest_reading(network, PRESSURE, _latest())


def _latest() -> datetime.datetime:
    return datetime.datetime.fromtimestamp(latest_s(None), datetime.timezone.utc)


def clock_of_network(network: Network) -> LocalClock:
    """Return the clocks of the place."""
    return LocalClock(clock_of(_TIME_ZONE, network.settings().text(_TIME_ZONE)))


def pressure_overview(
    network: Network, request: OverviewRequest, progress: Progress = SILENT
) -> PressureOverview:
    """Return how the pressure zones stand; nothing is written.

    Raises
    ------
    InputError
        For a required pressure that is none, and readings in another unit.
    """
    required_mpa = required_pressure(network.settings(), request.required_mpa)
    asked = PressurePointsRequest("", required_mpa=required_mpa)
    newest = newest_pressure(network)
    areas = network.read("zone", ["zone_id", "name"], where={"kind": "pressure"})
    if newest is None:
        blank = pd.DataFrame({"zone_id": areas["zone_id"], "area_km2": areas.area / 1e6})
        zones = zone_figures(
            pd.DataFrame(columns=_POINT), blank.assign(ground_max_m=float("nan")), required_mpa
        )
        shaped = gpd.GeoDataFrame(zones, geometry=areas[GEOMETRY_COLUMN]).rename_geometry(GEOMETRY_COLUMN)
        return PressureOverview(_named(shaped, areas), None, required_mpa, None, (_no_readings(),), ())
    last = newest.astimezone(clock_of_network(network).zone).date()
    if request.days is not None:
        first = last - datetime.timedelta(days=request.days - 1)
        asked = PressurePointsRequest("", first, last, required_mpa)
    found = read_pressure_points(network, asked, progress)
    return PressureOverview(_named(found.zones, areas), found, required_mpa, last, found.summary, found.notes)


def _no_readings() -> str:
    return tr("There is no reading of pressure yet: drop a file of readings (MPa) on the panel.")


def _named(zones: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    names = dict(zip(areas["zone_id"], areas["name"]))
    given = [names.get(one) or one for one in zones["zone_id"]]
    return zones.assign(name=pd.Series(given, dtype=object, index=zones.index))


@dataclass(frozen=True)
class PointSeries:
    """What one point read.

    Parameters
    ----------
    node_id
        The point.
    course
        Its week and its year.
    window
        The night by the clocks of the place.
    """

    node_id: str
    course: PointCourse
    window: NightWindow


def point_series(network: Network, node_id: str) -> PointSeries:
    """Return what one point read in the year up to its newest reading."""
    rows = read_readings(network, (PRESSURE,), [node_id], time=Between(None, _latest()))
    if len(rows):
        rows = rows[rows["time"] > rows["time"].max() - pd.Timedelta(days=YEAR_D + 1)]
    course = point_course(rows, clock_of_network(network), latest_s(None))
    return PointSeries(node_id, course, night_window(network.settings()))
