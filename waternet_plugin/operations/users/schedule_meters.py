"""Customer meters with the days on which they are due, their cost, and the share of smart ones."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.reports.users.meters import (
    SmartShares,
    meter_sheets,
    meter_summary,
    meters_report,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.core.users.meter_schedule import METER_COLUMNS, MeterSchedule, schedule_meters
from waternet_plugin.core.users.meter_sums import MeterSum, sums_by_group
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class MeterRequest:
    """What is asked about meters: ``as_of`` is the day on which they are judged, None for today."""

    as_of: Optional[datetime.date] = None


@dataclass(frozen=True)
class MeterResult(PlainFrames):
    """Meters with their days and places.

    Parameters
    ----------
    meters
        As `MeterSchedule.frame`, with the place in ``geom``.
    schedule
        The same without places.
    sums
        As `core.users.meter_sums.sums_by_group`.
    summary
        The answer in sentences.
    """

    meters: gpd.GeoDataFrame
    schedule: MeterSchedule
    sums: Mapping[str, tuple[MeterSum, ...]]
    report: Report
    summary: tuple[str, ...]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """What a workbook holds: title, headings and rows of each sheet."""
        return meter_sheets(self.schedule)


def schedule_network_meters(
    network: Network,
    request: MeterRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[MeterResult], Any] = no_outputs,
) -> MeterResult:
    """Return when each customer meter in use is due; nothing is written to the network.

    Raises
    ------
    InputError
        Where a setting is not a number.
    """
    settings = network.settings()
    progress.at(0.0, table("node").label)
    nodes = network.read("node", list(METER_COLUMNS), where={"kind": "meter"})
    progress.at(0.4, table("customer").label)
    customers = network.read("customer", ["customer_id", "meter_id"], geometry=False)
    progress.at(0.7, tr("Working out when meters are due"))
    schedule = schedule_meters(
        pd.DataFrame(nodes.drop(columns=GEOMETRY_COLUMN)),
        customers,
        settings,
        request.as_of or datetime.date.today(),
    )
    row = rows_of_ids(nodes["node_id"], schedule.frame["node_id"])
    places = shapely.force_2d(nodes[GEOMETRY_COLUMN].to_numpy()[row])
    meters = gpd.GeoDataFrame(schedule.frame, geometry=gpd.GeoSeries(places, crs=network.crs))
    meters = meters.rename_geometry(GEOMETRY_COLUMN)
    districts = pd.Series(_districts(network, places), dtype=object)
    shares = SmartShares(
        schedule.smart_share,
        tuple(schedule.smart_by(districts)),
        tuple(schedule.smart_by(schedule.frame["dma_id"])),
        tuple(schedule.smart_by(schedule.frame["compound_id"])),
    )
    report = meters_report(schedule, shares, network=network.title)
    sums = sums_by_group(schedule, districts)
    result = MeterResult(meters, schedule, sums, report, tuple(meter_summary(schedule)))
    return finish_without_batch(result, before_commit)


def _districts(network: Network, places: Any) -> Any:
    """Return the district around each place, None outside all; of several the one whose id comes first."""
    zones = network.read("zone", ["zone_id"], where={"kind": "district"}).sort_values("zone_id")
    found = np.full(len(places), None, dtype=object)
    if len(zones) and len(places):
        point, zone = shapely.STRtree(zones[GEOMETRY_COLUMN].to_numpy()).query(places, predicate="intersects")
        order = np.lexsort((zone, point))
        point, first = np.unique(point[order], return_index=True)
        found[point] = zones["zone_id"].to_numpy(dtype=object)[zone[order][first]]
    return found
