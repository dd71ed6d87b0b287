"""The KPI sheet of a year or a month: every indicator of every unit with what it rests on."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, empty, records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.months import Month, refuse_month_to_come
from waternet_plugin.core.programmes import kpi_sheet
from waternet_plugin.core.programmes.kpi_sheet import (
    KpiAmount,
    amount_rows,
    hours_between,
    kpi_rows,
    newest_alarm,
    rows_behind,
    summed_amounts,
)
from waternet_plugin.core.programmes.project_list import FUNDS, ranked_projects
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.reports.programmes.kpis import kpi_report, kpi_sheets, kpi_summary
from waternet_plugin.core.schema.references import ids_in
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import drinking_water_in_use
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import HOUR_S, KM_M
from waternet_plugin.core.users.meter_schedule import METER_COLUMNS, schedule_meters
from waternet_plugin.operations.leakage.locating import searched_pipes
from waternet_plugin.operations.network.shutoff_times import network_clock
from waternet_plugin.operations.programmes.kpi_leakage import leakage_rates
from waternet_plugin.operations.programmes.kpi_units import ALL, BY, DMA, KpiUnits, kpi_units
from waternet_plugin.operations.programmes.search_hits import DoneSearches, done_searches, hit_amounts
from waternet_plugin.operations.rows.work_items import DONE
from waternet_plugin.store.network import Network

_FOUND_H = "programme.found_in_time_h"
_STOPPED_H = "programme.stopped_in_time_h"
_REPAIRED_H = "programme.repaired_in_time_h"
_PIPES = ("pipe_id", "system", "function", "status", "length_m", "dma_id")
_FAILURES = ("failure_id", "pipe_id", "found_at", "stopped_at", "repaired_at")
_SHUTOFFS = ("shutoff_id", "state", "pipe_id", "ends_at", "reopened_at", "drained_m3")
_PROJECTS = ("project_id", "year", "state", "length_m", "pipe_ids", "project_type", "cost", *FUNDS)
# States of projects that are no part of a year's plan, and that of shut-offs which are counted.
NOT_PLANNED = ("dropped", "not_funded", "proposed")
ENDED = "ended"


@dataclass(frozen=True)
class KpiRequest:
    """A year, or a month; and by which units.

    Raises
    ------
    InputError
        Without or with both, for an unknown kind of units, and for a time that has not begun.
    """

    year: Optional[int] = None
    month: Optional[Month] = None
    by: str = ALL
    today: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if (self.year is None) == (self.month is None):
            raise InputError(tr("Give either YEAR or MONTH."))
        if self.by not in BY:
            raise InputError(
                tr("UNIT: “{unit}” is not one of {known}.").format(unit=self.by, known=listed(BY))
            )
        refuse_month_to_come(self.first_month, self.today or datetime.date.today())

    @property
    def first_month(self) -> Month:
        """The month with which the time begins."""
        return self.month or Month(int(self.year or 0), 1)

    @property
    def period(self) -> Period:
        """The days."""
        last = self.month or Month(int(self.year or 0), 12)
        return Period(self.first_month.first, last.last)


@dataclass(frozen=True)
class KpiResult(PlainFrames):
    """The sheet.

    Parameters
    ----------
    rows
        As `core.programmes.kpi_sheet.kpi_rows`.
    amounts
        What each row of the network adds to each: `core.programmes.kpi_sheet.AMOUNT_COLUMNS`.
    projects
        Those of the year: `core.programmes.project_list.ranked_projects`.
    report
        The report, which is printed too.
    sheets
        What a workbook holds: title, headings and rows of each sheet.
    summary, notes
        The answer in sentences, and what to know.
    """

    rows: pd.DataFrame
    amounts: pd.DataFrame
    projects: pd.DataFrame
    report: Report
    sheets: tuple[Sheet, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...]

    def behind(self, unit: str, indicator: str, side: str) -> tuple[str, tuple[str, ...]]:
        """Return the table and the ids of its rows behind the numerator or denominator of an indicator."""
        return rows_behind(self.amounts, unit, indicator, side)

    def shares(self, unit: str, indicator: str, side: str) -> list[tuple[str, float]]:
        """Return what each row behind the numerator or denominator of an indicator adds to it, by id."""
        ours = self.amounts[
            (self.amounts["unit"] == unit).to_numpy() & (self.amounts["indicator"] == indicator).to_numpy()
        ]
        sums = ours.groupby("asset")[side].sum()
        return [(str(asset), float(amount)) for asset, amount in sums.items() if amount]


def report_kpis(network: Network, request: KpiRequest, progress: Progress = SILENT) -> KpiResult:
    """Return every indicator of every unit; nothing is written.

    Raises
    ------
    InputError
        Where there is no unit of the kind.
    """
    settings = network.settings()
    progress.at(0.0, table("pipe").label)
    pipes = network.read("pipe", list(_PIPES))
    units = kpi_units(network, request.by, pipes)
    if not units.names:
        raise InputError(tr("UNIT: the network has no zone of the kind {kind}.").format(kind=request.by))
    period = request.period
    progress.at(0.2, tr("Computing the water balance"))
    leakage = leakage_rates(network, units, period)
    progress.at(0.6, tr("Computing indicators"))
    items = done_searches(network, period, settings)
    projects = _projects(network, period.first.year)
    shutoffs = _ended_shutoffs(network, period, settings)
    notes = leakage.notes + _unknown_notes(pipes, projects, shutoffs)
    amounts = [
        *_renewed(units, pipes, projects),
        *_smart(network, units, settings, period.last),
        *_timeliness(network, units, period, settings),
        *_drained(units, shutoffs),
        *_coverage(units, pipes, items),
        *hit_amounts(units, items),
    ]
    parts = [*leakage.parts, *summed_amounts(amounts, units.names)]
    order = {name: number for number, name in enumerate(units.names)}
    rank = {name: number for number, name in enumerate(kpi_sheet.INDICATORS)}
    parts.sort(key=lambda part: (order.get(part.unit, len(order)), part.unit, rank[part.indicator]))
    targets = network.read("target", ["unit", "year", "indicator", "value"], geometry=False)
    rows = kpi_rows(parts, targets[(targets["year"] == period.first.year).to_numpy()])
    summary = tuple(kpi_summary(rows, period))
    ranked = ranked_projects(projects, _zones_of_projects(projects, pipes), leakage.balances)
    return KpiResult(
        rows,
        amount_rows([*leakage.amounts, *amounts]),
        ranked,
        kpi_report(rows, ranked, period, notes, network=network.title),
        kpi_sheets(rows, ranked, notes),
        summary,
        notes,
    )


def _unknown_notes(pipes: pd.DataFrame, projects: pd.DataFrame, shutoffs: pd.DataFrame) -> tuple[str, ...]:
    """Return what is missing in sums because it is not known, in sentences."""
    notes = []
    lost = int((drinking_water_in_use(pipes) & pipes["length_m"].isna().to_numpy()).sum())
    if lost:
        notes.append(tr("%n pipe(s) without a length are left out.", "", lost))
    lost = int(projects["length_m"].isna().sum())
    if lost:
        notes.append(tr("%n project(s) without a length are missing in the kilometres renewed.", "", lost))
    lost = int(shutoffs["drained_m3"].isna().sum())
    if lost:
        notes.append(tr("%n shut-off(s) of unknown volume are missing in the water drained.", "", lost))
    return tuple(notes)


def _projects(network: Network, year: int) -> pd.DataFrame:
    """Return the projects of a year that are planned or done."""
    projects = network.read("project", list(_PROJECTS), geometry=False)
    chosen = (projects["year"] == year).to_numpy() & ~projects["state"].isin(NOT_PLANNED).to_numpy()
    return projects[chosen]


def _zones_of_projects(projects: pd.DataFrame, pipes: pd.DataFrame) -> dict[str, str]:
    """Return the zone in which most of each project's pipes lie, by length; none outside all."""
    length_of = dict(zip(pipes["pipe_id"], pipes["length_m"]))
    zone_of = dict(zip(pipes["pipe_id"], pipes["dma_id"]))
    found = {}
    for project, listed_ids in zip(projects["project_id"], projects["pipe_ids"]):
        lengths: Counter[str] = Counter()
        for pipe in ids_in("project", "pipe_ids", listed_ids):
            zone, length_m = zone_of.get(pipe), length_of.get(pipe, np.nan)
            if zone and length_m > 0:
                lengths[zone] += length_m
        if lengths:
            found[project] = min(lengths, key=lambda zone: (-lengths[zone], zone))
    return found


def _renewed(units: KpiUnits, pipes: pd.DataFrame, projects: pd.DataFrame) -> Iterator[KpiAmount]:
    """Yield km of the year's projects done over planned, shared by their pipes' lengths."""
    length_of = dict(zip(pipes["pipe_id"], pipes["length_m"]))
    for row in records(projects[projects["length_m"].notna().to_numpy()]):
        for unit, share in _shares(units, ids_in("project", "pipe_ids", row["pipe_ids"]), length_of).items():
            km = share * row["length_m"] / KM_M
            done_km = km * (row["state"] == DONE)
            yield KpiAmount(unit, kpi_sheet.RENEWED_KM, "project", row["project_id"], done_km, km)


def _shares(units: KpiUnits, names: Iterable[str], length_of: dict[str, float]) -> dict[str, float]:
    """Return which share of some pipes' length lies in each unit."""
    if units.by == ALL:
        return {ALL: 1.0}
    lengths = {name: length_of[name] for name in names if length_of.get(name, 0.0) > 0}
    total = sum(lengths.values())
    found: defaultdict[str, float] = defaultdict(float)
    for name, length in lengths.items():
        for unit in units.of_pipe.get(name, ()):
            found[unit] += length / total
    return dict(found)


def _smart(network: Network, units: KpiUnits, settings: Settings, day: datetime.date) -> Iterator[KpiAmount]:
    """Yield smart meters over meters in use."""
    nodes = network.read("node", list(METER_COLUMNS), where={"kind": "meter"})
    # Whose meters they are plays no part.
    customers = empty("customer", ["customer_id", "meter_id"])
    frame = schedule_meters(pd.DataFrame(nodes.drop(columns=GEOMETRY_COLUMN)), customers, settings, day).frame
    if units.by == DMA:
        of_meter = units.of_zones(frame["dma_id"].to_numpy(dtype=object))
    else:
        place_of = dict(zip(nodes["node_id"], shapely.force_2d(nodes[GEOMETRY_COLUMN].to_numpy())))
        of_meter = units.at([place_of[name] for name in frame["node_id"]])
    for node, names, is_smart in zip(frame["node_id"], of_meter, frame["is_smart"]):
        for unit in names:
            yield KpiAmount(unit, kpi_sheet.SMART_SHARE, "node", node, float(bool(is_smart)), 1.0)


def _within(moments: pd.Series, period: Period, zone: datetime.tzinfo) -> Any:
    """Return which moments lie within the days by the clocks of the network."""
    day = pd.to_datetime(moments, utc=True).dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return ((day >= pd.Timestamp(period.first)) & (day <= pd.Timestamp(period.last))).to_numpy(dtype=bool)


def _timeliness(network: Network, units: KpiUnits, period: Period, settings: Settings) -> Iterator[KpiAmount]:
    """Yield failures found, stopped and repaired within hours over those of which that is known."""
    zone = network_clock(settings)
    failures = network.read("failure", list(_FAILURES))
    failures = failures[_within(failures["found_at"], period, zone)].reset_index(drop=True)
    of_failure = [
        units.of_pipe_or_point(pipe, point)
        for pipe, point in zip(failures["pipe_id"], failures[GEOMETRY_COLUMN])
    ]
    hours = {
        kpi_sheet.FOUND_IN_TIME: (_hours_from_alarm(network, units, failures, zone), _FOUND_H),
        kpi_sheet.STOPPED_IN_TIME: (hours_between(failures["found_at"], failures["stopped_at"]), _STOPPED_H),
        kpi_sheet.REPAIRED_IN_TIME: (
            hours_between(failures["found_at"], failures["repaired_at"]),
            _REPAIRED_H,
        ),
    }
    for indicator, (taken, key) in hours.items():
        limit = settings.real(key)
        for failure, names, taken_h in zip(failures["failure_id"], of_failure, taken):
            for unit in names if np.isfinite(taken_h) else ():
                yield KpiAmount(unit, indicator, "failure", failure, float(taken_h <= limit), 1.0)


def _hours_from_alarm(
    network: Network, units: KpiUnits, failures: pd.DataFrame, zone: datetime.tzinfo
) -> Any:
    """Return the hours from the alarm that each failure explains to when it was found, NaN without one."""
    alarms = network.read("leak_alarm", ["zone_id", "raised_on", "ended_on"], geometry=False)
    moments = {
        name: pd.to_datetime(alarms[day]).dt.tz_localize(zone).dt.tz_convert("UTC")
        for name, day in (("raised_at", "raised_on"), ("ended_at", "ended_on"))
    }
    alarms = alarms.assign(**moments)
    pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=_texts(failures["pipe_id"]), geometry=False)
    zone_of = dict(zip(pipes["pipe_id"], pipes["dma_id"]))
    areas = units.of_zones(np.array([zone_of.get(name) for name in failures["pipe_id"]], dtype=object))
    hours = np.full(len(failures), np.nan)
    for row, (names, found_at) in enumerate(zip(areas, failures["found_at"])):
        raised = newest_alarm(alarms, names, found_at)
        if raised is not None:
            hours[row] = (found_at - raised).total_seconds() / HOUR_S
    return hours


def _texts(values: pd.Series) -> list[str]:
    return [str(one) for one in values.dropna().unique()]


def _ended_shutoffs(network: Network, period: Period, settings: Settings) -> pd.DataFrame:
    """Return the shut-offs that ended in the time."""
    shutoffs = network.read("shutoff", list(_SHUTOFFS), where={"state": ENDED}, geometry=False)
    ended = shutoffs["reopened_at"].fillna(shutoffs["ends_at"])
    return shutoffs[_within(ended, period, network_clock(settings))]


def _drained(units: KpiUnits, shutoffs: pd.DataFrame) -> Iterator[KpiAmount]:
    """Yield the water that shut-offs drained."""
    known = shutoffs[shutoffs["drained_m3"].notna()]
    for name, pipe, m3 in zip(known["shutoff_id"], known["pipe_id"], known["drained_m3"]):
        for unit in units.of_pipe_or_point(pipe, None):
            yield KpiAmount(unit, kpi_sheet.DRAINED_M3, "shutoff", name, m3)


def _coverage(units: KpiUnits, pipes: pd.DataFrame, items: DoneSearches) -> Iterator[KpiAmount]:
    """Yield km searched in the cycle up to the end of the time over km of drinking water pipes in use."""
    searched = set(searched_pipes(items.cycle)["pipe_id"])
    used = pipes[drinking_water_in_use(pipes) & pipes["length_m"].notna().to_numpy()]
    for name, length in zip(used["pipe_id"].astype(str), used["length_m"] / KM_M):
        done_km = length * (name in searched)
        for unit in units.of_pipe[name]:
            yield KpiAmount(unit, kpi_sheet.SEARCH_COVERAGE, "pipe", name, done_km, length)
