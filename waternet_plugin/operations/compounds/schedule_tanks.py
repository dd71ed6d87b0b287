"""When tanks are due for cleaning, stored for the map on request."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.drainage.compounds.tanks.day_depths import DEPTHS
from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot, tank_plot
from waternet_plugin.core.drainage.compounds.tanks.tank_reasons import said_each
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import (
    TANK_COLUMNS,
    TankSchedule,
    schedule_tanks,
)
from waternet_plugin.core.editing.differing_rows import new_and_changed
from waternet_plugin.core.facts import stored_text
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.reports.compounds.tanks import summary_lines, tanks_report
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_drain_tables
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"
_ITEM_COLUMNS = ["item_id", "type", "state", "asset", "opened_on", "closed_on"]
TABLE, _ID = "tank_due", "tank_due_id"


def read_tanks(
    network: Network, as_of: datetime.date, progress: Progress = SILENT
) -> tuple[TankSchedule, NetworkFrame]:
    """Work out when each tank is due for cleaning on a day; with it the network that was read for that."""
    settings = network.settings()
    columns = {name: [*names, *TANK_COLUMNS.get(name, ())] for name, names in WAY_COLUMNS.items()}
    subject = NetworkFrame(read_drain_tables(network, progress.part(0.0, 0.6), columns=columns), settings)
    return tanks_of(network, subject, as_of, progress.part(0.6, 1.0)), subject


def tanks_of(
    network: Network, subject: NetworkFrame, as_of: datetime.date, progress: Progress = SILENT
) -> TankSchedule:
    """Work out when each tank is due on a day; the drains with `TANK_COLUMNS` were read before."""
    progress.at(0.0, table("reading").label)
    readings = read_readings(network, DEPTHS)
    items = network.read("work_item", _ITEM_COLUMNS, where={"type": "clean", "state": "done"}, geometry=False)
    progress.at(0.5, tr("Working out when tanks are due"))
    zone = clock_of(_TIME_ZONE, subject.settings.text(_TIME_ZONE))
    return schedule_tanks(subject, readings, items, as_of=as_of, zone=zone)


@dataclass(frozen=True)
class TankRequest:
    """What is asked about tanks.

    Parameters
    ----------
    name
        What people see in the list of batches.
    as_of
        The day on which they are judged; that of the computer if None.
    store
        Whether the days are stored for the map.
    """

    name: str
    as_of: Optional[datetime.date] = None
    store: bool = False


@dataclass(frozen=True)
class TankResult(Written, PlainFrames):
    """Tanks with their days and places.

    Parameters
    ----------
    tanks
        As `TankSchedule.frame`, with ``reasons`` in words and the place in ``geom``.
    schedule
        What they are made of, row by row.
    summary
        The answer in sentences.
    notes
        Sentences that warn.
    """

    tanks: gpd.GeoDataFrame
    schedule: TankSchedule
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def schedule_network_tanks(
    network: Network,
    request: TankRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[TankResult], Any] = no_outputs,
) -> TankResult:
    """Work out when each tank in use is due for cleaning; with ``store`` write that as one batch.

    The rows replace those of an earlier run.

    Raises
    ------
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(
        lambda notes: _schedule(network, request, progress, before_commit, notes), progress
    )


def _schedule(
    network: Network,
    request: TankRequest,
    progress: Progress,
    before_commit: Callable[[TankResult], Any],
    notes: tuple[str, ...],
) -> TankResult:
    seen = network.position()
    schedule, subject = read_tanks(network, request.as_of or datetime.date.today(), progress.part(0.0, 0.8))
    report = tanks_report(schedule, network=network.title)
    tanks = _placed(schedule, subject, network.crs)
    result = TankResult("", tanks, schedule, report, tuple(summary_lines(schedule)), notes)
    if not request.store:
        return finish_without_batch(result, before_commit)
    old = network.read(TABLE, geometry=False)
    rows = _rows(schedule, tanks["reasons"])
    new, changed = new_and_changed(rows, old, _ID)
    gone = sorted(set(old[_ID]) - set(rows[_ID]))
    if not len(new) and not len(changed) and not gone:
        unchanged = replace(
            result, summary=(*result.summary, tr("All of it is stored already: nothing was written."))
        )
        return finish_without_batch(unchanged, before_commit)
    progress.at(0.8, tr("Writing"))
    facts = {"tanks": len(rows), "overdue": int((rows["state"] == "overdue").sum())}
    with network.write("drainage", name=request.name, facts=facts, seen=seen, progress=progress) as batch:
        batch.delete(TABLE, gone)
        batch.update(TABLE, changed)
        batch.insert(TABLE, new)
        return finish(batch, result, before_commit)


def _placed(schedule: TankSchedule, subject: NetworkFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return the tanks with their reasons in words and their places."""
    row = subject.nodes.row_of(schedule.frame["node_id"].to_numpy(dtype=object))
    places = shapely.force_2d(subject.nodes.geometry[row])
    frame = schedule.frame.assign(reasons=pd.Series(said_each(schedule.facts), dtype=object))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(places, crs=crs)).rename_geometry(GEOMETRY_COLUMN)


def _rows(schedule: TankSchedule, reasons: pd.Series) -> pd.DataFrame:
    """Return tanks as rows of the network, one a tank."""
    frame = schedule.frame
    rows: pd.DataFrame = frame.drop(columns="kind").assign(
        reasons=reasons.to_numpy(dtype=object),
        reason_facts=pd.Series([stored_text(facts) for facts in schedule.facts], dtype=object),
        as_of=np.datetime64(schedule.as_of, "ns"),
    )
    rows.insert(0, _ID, frame["node_id"])
    return rows


def tank_depths(
    network: Network, node_id: str, as_of: Optional[datetime.date] = None, progress: Progress = SILENT
) -> Optional[TankPlot]:
    """Return what the plot of a tank shows, None where none of its depths is on record.

    Parameters
    ----------
    node_id
        The tank.
    as_of
        The day on which it is judged; that of the computer if None.
    """
    if read_readings(network, DEPTHS, [node_id]).empty:
        return None
    # The people upstream count too, so that the whole network is read.
    schedule, _subject = read_tanks(network, as_of or datetime.date.today(), progress)
    row = np.flatnonzero(schedule.frame["node_id"].to_numpy(dtype=object) == node_id)
    return tank_plot(schedule, int(row[0])) if len(row) else None
