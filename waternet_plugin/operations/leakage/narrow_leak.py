"""Rank the pipes of a metered area by the chance that they leak: an alarm, or a zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.narrowing.pipe_ranking import length_left, rank_rows
from waternet_plugin.core.leakage.narrowing.prior import prior
from waternet_plugin.core.leakage.search_ledger import search_ledger
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.narrowing import NarrowContext, narrow_report, narrow_summary
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.metered_zones import number_of_zone, pipes_of_zone, refuse_empty
from waternet_plugin.operations.leakage.locating import LOCATE
from waternet_plugin.operations.leakage.narrow_evidence import ZoneCase, all_evidence
from waternet_plugin.operations.leakage.narrow_readings import leak_time, read_expected
from waternet_plugin.operations.leakage.stored_alarms import StoredAlarm, newest_open_alarm, stored_alarm
from waternet_plugin.store.network import Network

_COLUMNS = ("state", "method", "found", "flow_m3h", "offset_m")


def read_ledger(network: Network) -> pd.DataFrame:
    """Return searches, finds, hit rate and flow won by method, with columns as `search_ledger` has them."""
    return search_ledger(network.read("work_item", [*_COLUMNS], where={"type": LOCATE}, geometry=False))


_TIME_ZONE = "general.time_zone"


@dataclass(frozen=True)
class NarrowRequest:
    """Whose pipes are ranked: those of an alarm's zone, or of a zone.

    Parameters
    ----------
    zone_id
        The zone; its newest open alarm tells since when, where there is one.

    Raises
    ------
    InputError
        Where both or neither are given.
    """

    alarm_id: str = ""
    zone_id: str = ""

    def __post_init__(self) -> None:
        if bool(self.alarm_id) == bool(self.zone_id):
            raise InputError(tr("Give either ALARM or ZONE."))


@dataclass(frozen=True)
class NarrowResult(PlainFrames):
    """The pipes of a zone, most likely first.

    Parameters
    ----------
    pipes
        pipe_id, order, chance (sums to 1), reasons, reason_facts and length_m, with the lines in ``geom``.
    zone_id, alarm_id
        The zone, and the alarm that tells since when; '' for none.
    length_m, left_m
        Length of all pipes, and of the most likely ones that are left to search.
    report
        The same on a page, with the ledger of searches.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    """

    pipes: pd.DataFrame
    zone_id: str
    alarm_id: str
    length_m: float
    left_m: float
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def narrow_leak(network: Network, request: NarrowRequest, progress: Progress = SILENT) -> NarrowResult:
    """Return the pipes of a zone by the chance that they leak; nothing is written.

    Raises
    ------
    InputError
        For an alarm or a zone that is not there, and a zone without pipes.
    """
    settings = network.settings()
    clock = LocalClock(clock_of(_TIME_ZONE, settings.text(_TIME_ZONE)))
    if request.alarm_id:
        alarm: Optional[StoredAlarm] = stored_alarm(network, request.alarm_id)
        assert alarm is not None
        zone_id = alarm.zone_id
    else:
        alarm, zone_id = newest_open_alarm(network, request.zone_id), request.zone_id
    with prepared_for_dma(network, progress.part(0.0, 0.7)) as model:
        zone = number_of_zone(model, zone_id)
        pipes = pipes_of_zone(model, zone)
        refuse_empty(pipes, zone_id)
        progress.at(0.7, tr("Weighing the evidence"))
        time = leak_time(alarm)
        expected, run_id = read_expected(network, pipes.pipe_id)
        before = prior(pipes.length_m, pipes.is_main, expected)
        found, notes = all_evidence(ZoneCase(network, model, zone, pipes, alarm, time, settings, clock))
    mains = pipes.is_main & (pipes.length_m > 0)
    rows = rank_rows(pipes.pipe_id, pipes.length_m, before, found)
    rows = _with_lines(network, rows[rows["pipe_id"].isin(pipes.pipe_id[mains])])
    left = length_left(
        rows["length_m"].to_numpy(), rows["chance"].to_numpy(), settings.real("leakage.left_share")
    )
    length = float(pipes.length_m[mains].sum())
    if alarm is None:
        message = tr("No alarm of zone {zone} is open, so the start of the leak is unknown.")
        notes = (message.format(zone=zone_id), *notes)
    if not run_id or before.by_length >= length:
        message = tr("No assessment rates these pipes: they count by length. Assess pipe health first.")
        notes = (*notes, message)
    context = NarrowContext(
        network=network.title,
        zone_id=zone_id,
        alarm_id="" if alarm is None else alarm.alarm_id,
        run_id=run_id,
        length_m=length,
        left_m=left,
        settings=settings,
        notes=notes,
        ledger=read_ledger(network),
    )
    return NarrowResult(
        rows,
        zone_id,
        context.alarm_id,
        length,
        left,
        narrow_report(rows, context),
        narrow_summary(rows, context),
        notes,
    )


def rank(network: Network, alarm_id: str) -> pd.DataFrame:
    """Return the pipes of an alarm's zone, most likely first; columns as `NarrowResult` has them."""
    return narrow_leak(network, NarrowRequest(alarm_id=alarm_id)).pipes


def _with_lines(network: Network, rows: pd.DataFrame) -> pd.DataFrame:
    """Return pipes with their lines."""
    lines = network.read("pipe", ["pipe_id"], ids=rows["pipe_id"].tolist())
    at = rows_of_ids(lines["pipe_id"], rows["pipe_id"])
    there = at >= 0
    found: pd.DataFrame = lines.iloc[at[there]][[GEOMETRY_COLUMN]].reset_index(drop=True)
    for name in reversed(rows.columns):
        found.insert(0, name, rows[name].to_numpy()[there])
    return found
