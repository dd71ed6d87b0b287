"""Duties at single nodes: tanks, secondary supply, intake points, dead ends, covers around ponding places."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties.done_work import NEVER, DoneWork
from waternet_plugin.core.drainage.compounds.duties.duty_rows import (
    CLEAN,
    DAYS_A_MONTH,
    FLUSH,
    INSPECT,
    INTERVAL,
    NODE,
    after,
    duty_rows,
)
from waternet_plugin.core.drainage.compounds.work_hours import hours_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.settings import Settings

SECONDARY_SUPPLY, INTAKE_POINT, PONDING_PLACE = "secondary_supply", "intake_point", "ponding_place"


def tank_duties(tanks: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the cleaning of tanks: node_id, due_on, basis, cycle_d and cleaned_on of each."""
    due_on, cleaned_on = (tanks[name].to_numpy(dtype="datetime64[D]") for name in ("due_on", "cleaned_on"))
    return duty_rows(
        CLEAN,
        NODE,
        tanks["node_id"].to_numpy(dtype=object),
        due_on,
        tanks["basis"].to_numpy(dtype=object),
        hours=hours_of("clean_tank", settings),
        interval_d=tanks["cycle_d"].to_numpy(dtype=float),
        last_on=cleaned_on,
    )


def secondary_duties(subject: NetworkFrame, work: DoneWork, as_of: datetime.date) -> pd.DataFrame:
    """Return the cleaning of secondary supply, by the cycle of each, else by that of the settings."""
    settings, nodes = subject.settings, subject.nodes
    rows = _of_kind(subject, SECONDARY_SUPPLY)
    given_d = nodes.number("cleaning_interval_d")[rows]
    interval_d = np.where(given_d > 0, given_d, settings.real("drainage.secondary_supply_d"))
    last_on = np.fmax(work.last((CLEAN,), nodes.ids[rows]), _past(nodes.date("cleaned_on")[rows], as_of))
    return duty_rows(
        CLEAN,
        NODE,
        nodes.ids[rows],
        after(last_on, interval_d),
        INTERVAL,
        hours=hours_of("clean_tank", settings),
        interval_d=interval_d,
        last_on=last_on,
    )


@dataclass(frozen=True)
class OverdueRate:
    """Secondary supply at the end of a quarter: how many are overdue, or were never cleaned, of how many."""

    day: datetime.date
    overdue: int
    count: int


def overdue_rate(subject: NetworkFrame, work: DoneWork, day: datetime.date) -> OverdueRate:
    """Return how much of the secondary supply was overdue on a day, such as the end of a quarter.

    What was cleaned since then and has no work item of a cleaning before is left out: nobody knows.

    Parameters
    ----------
    subject
        The nodes.
    work
        What was done until that day.
    """
    duties = secondary_duties(subject, work, day)
    due_on, last_on = (duties[name].to_numpy(dtype="datetime64[D]") for name in ("due_on", "last_on"))
    since = subject.nodes.date("cleaned_on")[_of_kind(subject, SECONDARY_SUPPLY)] > np.datetime64(day, "D")
    known = ~(np.isnat(last_on) & since)
    late = known & ~(due_on >= np.datetime64(day, "D"))
    return OverdueRate(day, int(late.sum()), int(known.sum()))


def intake_duties(subject: NetworkFrame, work: DoneWork) -> pd.DataFrame:
    """Return the inspection of intake points for reclaimed water."""
    settings, rows = subject.settings, _of_kind(subject, INTAKE_POINT)
    return _at_intervals(
        INSPECT,
        subject.nodes.ids[rows],
        work,
        settings.real("drainage.interval_months.intake_point"),
        hours_of("inspect", settings),
    )


def flush_duties(dead_ends: Array, work: DoneWork, settings: Settings) -> pd.DataFrame:
    """Return the flushing of dead ends; ``dead_ends`` are ids of nodes that nothing can flush."""
    return _at_intervals(
        FLUSH,
        dead_ends,
        work,
        settings.real("drainage.interval_months.flush"),
        hours_of("flush", settings),
    )


def _at_intervals(duty: str, ids: Array, work: DoneWork, months: float, hours: float) -> pd.DataFrame:
    last_on, interval_d = work.last((duty,), ids), months * DAYS_A_MONTH
    due_on = after(last_on, interval_d)
    return duty_rows(duty, NODE, ids, due_on, INTERVAL, hours=hours, interval_d=interval_d, last_on=last_on)


def near_ponding(covers: Array, subject: NetworkFrame) -> Array:
    """Return which manholes and inlets, by their ids, lie around a ponding place."""
    nodes = subject.nodes
    places = nodes.xy_of(_of_kind(subject, PONDING_PLACE))
    places = places[np.isfinite(places).all(axis=1)]
    xy = nodes.xy_of(nodes.row_of(covers))
    placed = np.isfinite(xy).all(axis=1)
    near = np.zeros(len(covers), dtype=bool)
    if len(places) and placed.any():
        near[placed] = cKDTree(places).query(xy[placed])[0] <= subject.settings.real("drainage.ponding_m")
    return near


def storm_days(last_on: Array, today: datetime.date, settings: Settings) -> Array:
    """Return until when covers around ponding places are to be cleaned next, NaT for not within a year.

    They are to be clean on the first day of each month in which storms are to be feared; a cleaning of the
    month before, or of that month, is enough.

    Parameters
    ----------
    last_on
        When each was cleaned last, NaT for never.
    today
        The month of this day is the first that counts.
    """
    storm_months = {int(each) for each in settings.words("drainage.storm_months") if each.isdecimal()}
    this = np.datetime64(today, "M")
    storm_on = np.full(len(last_on), NEVER)
    for month in (this + ahead for ahead in range(12, -1, -1)):
        if int(month.astype(int)) % 12 + 1 in storm_months:
            is_clean = last_on >= (month - 1).astype("datetime64[D]")
            storm_on = np.where(is_clean, storm_on, month.astype("datetime64[D]"))
    return storm_on


def _of_kind(subject: NetworkFrame, kind: str) -> Array:
    return np.flatnonzero(subject.live_nodes & subject.nodes.among("kind", (kind,)))


def _past(day: Array, as_of: datetime.date) -> Array:
    """Return days without those that are still to come."""
    return np.where(day <= np.datetime64(as_of, "D"), day, NEVER)
