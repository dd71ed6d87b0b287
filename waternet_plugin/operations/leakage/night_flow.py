"""Night flow of metered areas, and the alarms of leaks that begin; stored as one batch."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.detection.lasting_rises import find_leaks
from waternet_plugin.core.leakage.detection.leak_alarms import alarm_options
from waternet_plugin.core.leakage.night_figures import NightFigures
from waternet_plugin.core.leakage.pressure_leakage import background_leakage, background_rates
from waternet_plugin.core.leakage.zone_facts import ZoneFacts
from waternet_plugin.core.leakage.zone_inflow import net_inflow
from waternet_plugin.core.leakage.zone_nights import NightBasis, alarm_rows, kept_alarms, night_rows
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, night_window, parse_window
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.night_flow import NightContext, night_report, night_summary
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.leakage.night_readings import (
    NightRows,
    facts_of,
    latest_s,
    meter_series,
    metered_tree,
    night_heads,
    read_night_rows,
    reading_notes,
    repairs_before,
)
from waternet_plugin.operations.leakage.night_storage import figures_with_storage, storage_notes, storage_of
from waternet_plugin.operations.rows.differing_rows import new_and_changed
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"
_DIGITS = re.compile(r"(\d+)$")
_ALARM_PREFIX = "A-"


@dataclass(frozen=True)
class NightFlowRequest:
    """What is asked.

    Parameters
    ----------
    name
        What people see in the list of batches.
    zones
        Ids of the zones; empty for all. All zones are read in any case: they tell weather from leaks.
    first, last
        The nights that are wanted, both included; None for all. Alarms always come of all readings up to
        ``last``.
    window
        Clock times of the window, HH:MM-HH:MM; '' for the setting of the network.
    store
        Whether nights and alarms are written.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC; None: a day from now.

    Raises
    ------
    InputError
        For a window that is none, and for nights that end before they begin.
    """

    name: str
    zones: tuple[str, ...] = ()
    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None
    window: str = ""
    store: bool = False
    now_s: Optional[float] = None

    def __post_init__(self) -> None:
        if self.window:
            parse_window("WINDOW", self.window)
        if self.first and self.last and self.first > self.last:
            message = tr("FROM ({first}) is after TO ({last}). Give them the other way round.")
            raise InputError(message.format(first=self.first, last=self.last))


@dataclass(frozen=True)
class NightFlowResult(Written, PlainFrames):
    """Nights and alarms of the zones that were asked for.

    Parameters
    ----------
    nights
        As the table ``zone_night`` without ids.
    alarms
        As the table ``leak_alarm``; ids of alarms that are new are those that they would get.
    report
        States, alarms and how each zone was reckoned.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    clock
        The clocks of the network.
    """

    nights: pd.DataFrame
    alarms: pd.DataFrame
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()
    clock: LocalClock = field(default=LocalClock(datetime.timezone.utc), repr=False)

    @property
    def minimum_at_local(self) -> pd.Series:
        """When the least hour of each night begins, by the clocks of the network with their offset."""
        moments = self.nights["minimum_at"]
        local = moments.dt.tz_convert(self.clock.zone)
        texts = [None if one is pd.NaT else one.isoformat(timespec="minutes") for one in local]
        return pd.Series(texts, dtype=object, index=moments.index)


@dataclass(frozen=True)
class _NightInput:
    """What is read of a network: stored alarms and nights, its position, title and settings, and the rows."""

    alarms: pd.DataFrame
    nights: pd.DataFrame
    seen: str
    title: str
    settings: Settings
    rows: NightRows


def night_flow(
    network: Network,
    request: NightFlowRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[NightFlowResult], Any] = no_outputs,
) -> NightFlowResult:
    """Return night flow and leak alarms of metered areas.

    Parameters
    ----------
    request
        What is asked.

    Raises
    ------
    InputError
        Where there are no metered areas, no boundary meters or no readings of them, or a zone is unknown.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda again: _answer(network, request, progress, before_commit, again), progress)


def _answer(
    network: Network,
    request: NightFlowRequest,
    progress: Progress,
    before_commit: Callable[[NightFlowResult], Any],
    again: tuple[str, ...],
) -> NightFlowResult:
    inputs = _read(network, request, progress)
    result = _computed(inputs, request, progress, again)
    writes = _writes(inputs, result) if request.store else ()
    if request.store and not any(len(new) or len(changed) for _table, new, changed in writes):
        told = tr("All of it is stored already: nothing was written.")
        result = replace(result, summary=(*result.summary, told))
    if not any(len(new) or len(changed) for _table, new, changed in writes):
        before_commit(result)
        return result
    progress.at(0.85, tr("Writing"))
    nights = result.nights
    facts = {"zones": int(nights["zone_id"].nunique()), "nights": len(nights), "alarms": len(result.alarms)}
    with network.write("dma", name=request.name, facts=facts, seen=inputs.seen, progress=progress) as batch:
        for table, new, changed in writes:
            if len(new):
                batch.insert(table, new)
            if len(changed):
                batch.update(table, changed)
        return finish(batch, result, before_commit)


def compute_nights(
    network: Network, request: NightFlowRequest, progress: Progress = SILENT
) -> NightFlowResult:
    """Return what `night_flow` does, and write nothing.

    Raises
    ------
    InputError
        As `night_flow`.
    """
    return _computed(_read(network, request, progress), request, progress, ())


def _read(network: Network, request: NightFlowRequest, progress: Progress) -> _NightInput:
    progress.at(0.0, tr("Reading zones and readings"))
    seen, alarms = network.position(), network.read("leak_alarm")
    stored = network.read("zone_night") if request.store else pd.DataFrame()
    settings = network.settings()
    kinds = [*settings.words("network.tank_kinds"), *settings.words("leakage.cistern_kinds")]
    rows = read_night_rows(network, kinds)
    progress.at(0.5, tr("Computing night flow"))
    return _NightInput(alarms, stored, seen, network.title, settings, rows)


def _computed(
    inputs: _NightInput, request: NightFlowRequest, progress: Progress, again: tuple[str, ...]
) -> NightFlowResult:
    """Return nights and alarms of what was read; ``again`` stands before the other notes."""
    rows, settings = inputs.rows, inputs.settings
    clock = LocalClock(clock_of(_TIME_ZONE, settings.text(_TIME_ZONE)))
    zones, tree = rows.zones, metered_tree(rows.zones, request.zones)
    facts = facts_of(rows, tree, settings)
    now_s = latest_s(request.now_s)
    read = meter_series(rows, facts, now_s)
    window = night_window(settings, request.window)
    share = settings.real("leakage.coverage")
    inflows = [net_inflow(meters, read.series) for meters in facts.meters]
    storage = storage_of(rows, tree, now_s)
    figures_read, unknown = figures_with_storage(facts, read, storage, inflows, clock, window, share)
    figures = _until(figures_read, request.last)
    unknown = unknown[:, : len(figures.night)]
    points = column(zones, "pressure_node")[tree.row]
    heads = night_heads(rows, points, figures, clock, window, now_s=now_s)
    progress.at(0.7, tr("Looking for leaks"))
    basis = _basis(rows, facts, figures, heads, settings, (unknown, storage.tanks))
    wanted = _wanted(basis, request, inflows)
    if not wanted.any():
        message = tr("No night from {first} to {last} has readings. Readings run from {begin} to {end}.")
        nights_read = figures_read.night
        raise InputError(
            message.format(
                first=request.first or nights_read[0],
                last=request.last or nights_read[-1],
                begin=nights_read[0],
                end=nights_read[-1],
            )
        )
    nights = night_rows(basis, wanted)
    stored = inputs.alarms
    alarms = _of_interest(
        kept_alarms(alarm_rows(basis), stored, same_nights=alarm_options(settings).same_leak_nights), request
    )
    alarms = alarms.assign(alarm_id=_new_ids(alarms["alarm_id"], stored["alarm_id"]))
    notes = (
        *again,
        *reading_notes(facts, read, request.zones, clock),
        *storage_notes(facts, storage, request.zones),
    )
    context = NightContext(
        inputs.title, dict(zip(zones["zone_id"], zones["name"])), window.text, facts,
        _assumed_pressure(heads, facts), settings, notes,
    )  # fmt: skip
    return NightFlowResult(
        "",
        nights,
        alarms,
        night_report(nights, alarms, context),
        night_summary(nights, alarms),
        notes,
        clock=clock,
    )


def _until(figures: NightFigures, last: Optional[datetime.date]) -> NightFigures:
    """Return the nights up to a date: an alarm of a night never knows of later ones."""
    if last is None:
        return figures
    kept = figures.night <= np.datetime64(last, "D")
    return NightFigures(
        **{
            name: value[kept] if name == "night" else value[:, kept]
            for name, value in vars(figures).items()
            if name in NightFigures.__dataclass_fields__
        }
    )


def _assumed_pressure(heads: Array, facts: ZoneFacts) -> tuple[str, ...]:
    """Return the zones of which no night pressure is measured."""
    measured = np.isfinite(heads).any(axis=1)
    return tuple(str(name) for name, known in zip(facts.tree.zone_id, measured) if not known)


def _basis(
    rows: NightRows,
    facts: ZoneFacts,
    figures: NightFigures,
    heads: Array,
    settings: Settings,
    storage: tuple[Array, tuple[tuple[str, ...], ...]],
) -> NightBasis:
    options = alarm_options(settings)
    search = find_leaks(
        figures.window_mean_m3h,
        figures.around_mean_m3h,
        options,
        related=facts.related,
        holds=facts.tree.ancestors,
        repairs=repairs_before(rows, facts, figures),
    )
    head = np.where(np.isfinite(heads), heads, settings.real("leakage.night_pressure_m"))
    lines = facts.length_m > 0
    background = background_leakage(
        np.where(lines, facts.length_m, np.nan)[:, None],
        facts.connections[:, None],
        facts.properties[:, None],
        head,
        background_rates(settings),
    )
    return NightBasis(
        facts.tree.zone_id,
        figures,
        search,
        facts.night_use_m3h,
        background,
        options.watch_threshold,
        *storage,
    )


def _wanted(basis: NightBasis, request: NightFlowRequest, inflows: list[Any]) -> Array:
    """Return which nights are told (Z, N): of zones that were asked for, between their readings."""
    nights = basis.figures.night
    chosen = np.ones(len(nights), dtype=bool)
    if request.first is not None:
        chosen &= nights >= np.datetime64(request.first, "D")
    asked = np.array([not request.zones or str(one) in request.zones for one in basis.zone_id], dtype=bool)
    there = np.array([one is not None for one in inflows], dtype=bool)
    return np.asarray((asked & there)[:, None] & chosen[None, :])


def _of_interest(alarms: pd.DataFrame, request: NightFlowRequest) -> pd.DataFrame:
    """Return the alarms of the zones and nights that were asked for: those that were open in them."""
    kept = alarms["zone_id"].isin(request.zones) if request.zones else pd.Series(True, index=alarms.index)
    if request.first is not None:
        kept &= alarms["ended_on"].isna() | (alarms["ended_on"] >= pd.Timestamp(request.first))
    return alarms[kept].reset_index(drop=True)


def _new_ids(ids: pd.Series, stored: pd.Series) -> pd.Series:
    """Return ids with numbers of their own for alarms that have none."""
    numbers = [int(found.group(1)) for one in stored if (found := _DIGITS.search(str(one)))]
    following = max(numbers, default=0) + 1
    made: list[str] = []
    for one in ids.tolist():
        if one is None or one != one:
            one, following = f"{_ALARM_PREFIX}{following:06d}", following + 1
        made.append(str(one))
    return pd.Series(made, dtype=object, index=ids.index)


def _writes(inputs: _NightInput, result: NightFlowResult) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Return nights and alarms to be added, and those that differ from the stored ones, by table."""
    nights = result.nights.assign(night_id=_night_ids(result.nights, inputs.nights))
    return [
        ("zone_night", *new_and_changed(nights, inputs.nights, "night_id")),
        ("leak_alarm", *new_and_changed(result.alarms, inputs.alarms, "alarm_id")),
    ]


def _night_ids(nights: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Return the id of each night: that of its row, else zone and date."""
    there = dict(
        zip(
            zip(before["zone_id"], pd.to_datetime(before["night"]).dt.strftime("%Y-%m-%d")),
            before["night_id"],
        )
    )
    keys = zip(nights["zone_id"], nights["night"].dt.strftime("%Y-%m-%d"))
    return pd.Series(
        [there.get(key) or "{} {}".format(*key) for key in keys], dtype=object, index=nights.index
    )
