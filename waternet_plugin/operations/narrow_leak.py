"""Rank the pipes of a metered area by the chance that they leak: an alarm, or a zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.local_clock import LocalClock, clock_of
from waternet_plugin.core.leakage.narrowing.evidence import Evidence
from waternet_plugin.core.leakage.narrowing.noise_evidence import noise_evidence, noise_levels
from waternet_plugin.core.leakage.narrowing.prior import prior
from waternet_plugin.core.leakage.narrowing.ranking import length_left, rank_rows
from waternet_plugin.core.leakage.narrowing.search_evidence import (
    part_evidence,
    repair_evidence,
    search_evidence,
)
from waternet_plugin.core.leakage.narrowing.step_evidence import night_of, step_evidence, step_flows
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.narrowing import NarrowContext, narrow_report, narrow_summary
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.dma_network import prepared_for_dma
from waternet_plugin.operations.leak_ledger import read_ledger
from waternet_plugin.operations.narrow_readings import (
    LeakTime,
    leak_time,
    read_excess,
    read_expected,
    read_inflow,
    read_night_use,
    read_noise,
    read_quiet_parts,
    read_repairs,
    read_searches,
    read_steps,
    zone_of,
)
from waternet_plugin.operations.stored_alarms import StoredAlarm, newest_open_alarm, stored_alarm
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"


@dataclass(frozen=True)
class NarrowRequest:
    """Whose pipes are ranked: those of an alarm's zone, or of a zone.

    Parameters
    ----------
    alarm_id
        The alarm.
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
            raise InputError(tr("Give the leak alarm in ALARM or the zone in ZONE, one of both."))


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

    Parameters
    ----------
    network
        The network; the caller closes it.
    request
        The alarm or the zone.
    progress
        Told of the steps; may cancel.

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
        zone = _zone_number(model, zone_id)
        pipes = zone_of(model, zone)
        _refuse_empty(pipes, zone_id)
        progress.at(0.7, tr("Weighing the evidence"))
        time = leak_time(alarm)
        expected, run_id = read_expected(network, pipes.pipe_id)
        before = prior(pipes.length_m, pipes.is_main, expected)
        found, notes = _evidence(_Case(network, model, zone, pipes, alarm, time, settings, clock))
    mains = pipes.is_main & (pipes.length_m > 0)
    rows = rank_rows(pipes.pipe_id, pipes.length_m, before, found)
    rows = _with_lines(network, rows[rows["pipe_id"].isin(pipes.pipe_id[mains])])
    left = length_left(
        rows["length_m"].to_numpy(), rows["chance"].to_numpy(), settings.real("leakage.left_share")
    )
    length = float(pipes.length_m[mains].sum())
    if alarm is None:
        notes = (tr("No alarm of zone {zone} is open: since when it leaks is not known.").format(zone=zone_id), *notes)
    if not run_id or before.by_length >= length:
        notes = (*notes, tr("No assessment rates these pipes: they count by length. Assess pipe health first."))
    context = NarrowContext(
        network.title, zone_id, "" if alarm is None else alarm.alarm_id, run_id, length, left, settings, notes,
        read_ledger(network),
    )  # fmt: skip
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


@dataclass(frozen=True)
class _Case:
    """One zone that is searched."""

    network: Network
    model: DmaModel
    zone: int
    pipes: ZonePipes
    alarm: Optional[StoredAlarm]
    time: LeakTime
    settings: Settings
    clock: LocalClock

    @property
    def zone_id(self) -> str:
        """Id of the zone."""
        return str(self.model.dma.zones.zone_id[self.zone])


def _zone_number(model: DmaModel, zone_id: str) -> int:
    number = int(model.dma.zones.numbers(np.array([zone_id], dtype=object))[0])
    if number < 0:
        message = tr("There is no metered area “{zone}”. Give the id of a zone of the kind dma.")
        raise InputError(message.format(zone=zone_id))
    return number


def _refuse_empty(pipes: ZonePipes, zone_id: str) -> None:
    if not (pipes.is_main & (pipes.length_m > 0)).any():
        message = tr("Zone {zone} has no open pipe. Assign its pipes first, by drawing the zone.")
        raise InputError(message.format(zone=zone_id))


def _evidence(case: _Case) -> tuple[list[Evidence], tuple[str, ...]]:
    """Return all evidence of a zone, and what to know of it in sentences."""
    network, pipes, settings = case.network, case.pipes, case.settings
    names = pipes.pipe_id
    ended = None if case.alarm is None else case.alarm.ended_on
    since_s, until_s = case.time.seconds(case.clock)
    material = network.read("pipe", ["pipe_id", "material"], ids=list(names), geometry=False)
    at = pd.Index(material["pipe_id"], dtype=object).get_indexer(pd.Index(names, dtype=object))
    levels = noise_levels(read_noise(network, pipes), case.clock, since_s, until_s)
    steps, notes = _steps(case)
    return [
        *steps,
        *noise_evidence(levels, pipes, np.append(column(material, "material"), None)[at], settings),
        *repair_evidence(names, read_repairs(network, names, case.time), ended, settings),
        *search_evidence(names, read_searches(network, names, case.time), settings),
        *part_evidence(pipes.zone, read_quiet_parts(network, case.model, case.zone, case.time)),
    ], notes


def _steps(case: _Case) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """Return the evidence of step tests, and which steps tell nothing."""
    record = read_steps(case.network, case.pipes, case.time, case.clock)
    notes = []
    if record.never_opened:
        message = tr("Recorded as shut and not as open again, which is not a step: {valves}.")
        notes.append(message.format(valves=shortened(record.never_opened)))
    if not record.steps:
        return (), tuple(notes)
    leak = case.alarm.rise_m3h if case.alarm is not None else read_excess(case.network, case.zone_id)
    flows = step_flows(record.steps, read_inflow(case.network, case.model, case.zone))
    unread = sorted({night_of(one.step, case.clock) for one in flows if not one.is_read})
    if unread:
        message = tr("Steps without readings of the zone's meters tell nothing: step tests of {nights}.")
        notes.append(message.format(nights=listed(unread)))
    if not case.pipes.entry.any():
        message = tr("On the map no water comes into zone {zone}, so step tests tell nothing. Check the zone.")
        notes.append(message.format(zone=case.zone_id))
    use = read_night_use(case.network, case.zone_id, case.pipes.pipe_id, case.settings)
    found = step_evidence(flows, case.pipes, leak_m3h=leak, night_use_m3h=use, clock=case.clock)
    return found, tuple(notes)


def _with_lines(network: Network, rows: pd.DataFrame) -> pd.DataFrame:
    """Return pipes with their lines."""
    lines = network.read("pipe", ["pipe_id"], ids=rows["pipe_id"].tolist())
    at = pd.Index(lines["pipe_id"], dtype=object).get_indexer(pd.Index(rows["pipe_id"], dtype=object))
    found: pd.DataFrame = lines.iloc[at][[GEOMETRY_COLUMN]].reset_index(drop=True)
    for name in reversed(rows.columns):
        found.insert(0, name, rows[name].to_numpy())
    return found
