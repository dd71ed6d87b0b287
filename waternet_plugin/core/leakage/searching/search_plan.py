"""The nights of a year of leak search: the overdue, then alarms, then where most leaks are expected."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.searching.search_stretches import search_stretches
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

CYCLE, USUAL_RATE = "leakage.search_cycle_months", "leakage.search_rate_per_100km_y"
OVERDUE, ALARM, RATE = "overdue", "alarm", "rate"
RUN_COLUMNS = (
    "run_id", "zone_id", "night", "crew", "length_m", "leaks_per_km", "last_on", "due_on", "reason",
    "is_late",
)  # fmt: skip
MEMBER_COLUMNS = ("pipe_id", "run_id", "length_m", "last_on", "state")
# What the map says of a pipe: searched within the cycle, to be searched in the month, due since before it.
SEARCHED, THIS_MONTH, LATE, LATER = STATES = ("done", "this_month", "overdue", "later")
MOST_MONTHS = 12
_KM_M = 1000.0
_ROUNDING_M = 1e-6
# Rounds in which runs that came too late are given the last night on which they are in time.
_ROUNDS = 20


@dataclass(frozen=True)
class SearchEffort:
    """When, for how long and with how many is searched.

    Parameters
    ----------
    start
        The first night.
    months
        How long, 1 to 12.
    crews
        How many crews search each night.
    km_per_night
        What one crew searches in a night, km.

    Raises
    ------
    InputError
        Without a crew, for no or too many months, and no length a night.
    """

    start: datetime.date
    months: int = 12
    crews: int = 1
    km_per_night: float = 2.0

    def __post_init__(self) -> None:
        if self.crews < 1:
            raise InputError(tr("CREWS: a search needs at least 1 crew."))
        if not 1 <= self.months <= MOST_MONTHS:
            raise InputError(
                tr("MONTHS: a plan is for 1 to 12 months, since every pipe is searched once in 12 months.")
            )
        if not (np.isfinite(self.km_per_night) and self.km_per_night > 0):
            raise InputError(tr("KM_PER_NIGHT: give more than 0 km."))

    @property
    def end(self) -> np.datetime64:
        """The day after the last night."""
        end: np.datetime64 = months_after(np.array([self.start], dtype="datetime64[D]"), self.months)[0]
        return end

    @property
    def nights(self) -> Array:
        """Every night, datetime64[D] (T,)."""
        return np.arange(np.datetime64(self.start, "D"), self.end)


@dataclass(frozen=True)
class SearchPlan(PlainFrames):
    """Runs and the pipes of each.

    Parameters
    ----------
    runs
        run_id; zone_id (None outside all); night, NaT where the crews don't suffice; crew from 1, NaN without
        a night; length_m; leaks_per_km expected in a year; last_on, the earliest last search of its pipes,
        NaT where none of them was searched; due_on, by when it is to be searched; reason (overdue, alarm,
        rate); by night and crew.
    pipes
        pipe_id, run_id, length_m within the run.
    km
        What is planned, km.
    short_km
        What is due up to the end of the plan and has no night in time, km.
    """

    runs: pd.DataFrame
    pipes: pd.DataFrame
    km: float
    short_km: float


def months_after(days: Array, months: int) -> Array:
    """Return the day some months later, datetime64[D]; the last day of its month where that is shorter."""
    month = days.astype("datetime64[M]")
    day = days.astype("datetime64[D]") - month.astype("datetime64[D]")
    later = month + months
    last = (later + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.asarray(np.minimum(later.astype("datetime64[D]") + day, last))


def pipe_states(
    last_on: Array, night: Array, *, start: datetime.date, month: datetime.date, settings: Settings
) -> Array:
    """Return what the map says of pipes: one of STATES each.

    Parameters
    ----------
    last_on
        When each was searched last, datetime64[D], NaT for never.
    night
        When it is searched next, NaT for no night.
    start
        The first night; what was due before it is overdue, unless it is searched in the month.
    month
        A day of the month that is looked at.
    settings
        The cycle of the search.
    """
    due = months_after(last_on, settings.integer(CYCLE))
    overdue = ~np.isnat(last_on) & (due < np.datetime64(start, "D"))
    return np.select(
        [night.astype("datetime64[M]") == np.datetime64(month, "M"), overdue, ~np.isnat(last_on)],
        [THIS_MONTH, LATE, SEARCHED],
        LATER,
    ).astype(object)


def plan_search(
    pipes: pd.DataFrame,
    *,
    start: Array,
    end: Array,
    alarms_m: Array,
    effort: SearchEffort,
    settings: Settings,
) -> SearchPlan:
    """Return runs with their nights.

    None is later than a year after its last search where crews suffice: then a run that would come too late
    is given the last night in time. Otherwise what is overdue comes first, then alarms, then the rate.

    Parameters
    ----------
    pipes
        pipe_id, dma_id, length_m (m, more than 0), rate_per_100km_y (failures per 100 km and year, NaN where
        unknown: then the mean of the others, without any the setting) and last_on (datetime64, NaT where
        never); only those that are searched (P,).
    start, end
        Their vertices (P,).
    alarms_m
        Open alarms a metre of their zone (P,), 1/m.
    effort
        When and with how many.
    settings
        The cycle of the search and the usual rate.
    """
    order = np.argsort(pipes["pipe_id"].to_numpy(dtype=object).astype(str), kind="stable")
    pipes = pipes.iloc[order].reset_index(drop=True)
    alarms_m = alarms_m[order]
    zone_code, zones = pd.factorize(pipes["dma_id"].astype(object).fillna(""), sort=True)
    length = pipes["length_m"].to_numpy(dtype=float)
    most_m = effort.km_per_night * _KM_M
    cut = search_stretches(start[order], end[order], length, zone_code, most_m=most_m)
    runs = _runs(pipes, cut.pipe, cut.stretch, cut.length_m, cut.count, alarms_m, effort, settings)
    runs["zone_id"] = _zones_of_runs(zones, zone_code, cut.pipe, cut.stretch, cut.count)
    slot, night = _nights(runs, effort)
    runs["night"], runs["crew"] = night, np.where(slot >= 0, slot % effort.crews + 1.0, np.nan)
    rank = np.lexsort((runs["_order"], np.where(slot < 0, np.iinfo(np.int64).max, slot)))
    digits = max(len(str(len(runs))), 4)
    names = np.empty(len(runs), dtype=object)
    names[rank] = [f"SR-{number:0{digits}d}" for number in range(1, len(runs) + 1)]
    runs["run_id"] = names
    last = pipes["last_on"].to_numpy(dtype="datetime64[D]")[cut.pipe]
    members = pd.DataFrame(
        {
            "pipe_id": pipes["pipe_id"].to_numpy(dtype=object)[cut.pipe],
            "run_id": names[cut.stretch],
            "length_m": cut.length_m,
            "last_on": last,
            "state": pipe_states(
                last, night[cut.stretch], start=effort.start, month=effort.start, settings=settings
            ),
        }
    )
    runs["is_late"] = late = _is_short(runs, night, effort)
    runs_length = runs["length_m"].to_numpy(dtype=float)
    return SearchPlan(
        runs.iloc[rank].reset_index(drop=True)[list(RUN_COLUMNS)],
        members.sort_values(["run_id", "pipe_id"], kind="stable", ignore_index=True)[list(MEMBER_COLUMNS)],
        float(runs_length[slot >= 0].sum()) / _KM_M,
        float(runs_length[late].sum()) / _KM_M,
    )


def _zones_of_runs(zones: Iterable[str], code: Array, pipe: Array, stretch: Array, count: int) -> Array:
    """Return the zone id of each run, None outside all."""
    of_run = np.zeros(count, dtype=np.int64)
    of_run[stretch] = code[pipe]
    names = np.array([name or None for name in zones], dtype=object)
    return names[of_run] if count else np.empty(0, dtype=object)


def _runs(
    pipes: pd.DataFrame,
    pipe: Array,
    stretch: Array,
    length_m: Array,
    count: int,
    alarms_m: Array,
    effort: SearchEffort,
    settings: Settings,
) -> pd.DataFrame:
    """Return length, expected leaks, last search, due day, reason and order of each run."""
    rate = pipes["rate_per_100km_y"].to_numpy(dtype=float)
    known = np.isfinite(rate)
    weight = pipes["length_m"].to_numpy(dtype=float)
    usual = settings.real(USUAL_RATE)
    mean = np.average(rate[known], weights=weight[known]) if known.any() else usual
    leaks_m = np.where(known, rate, mean) / (100 * _KM_M) + alarms_m
    total = np.bincount(stretch, length_m, minlength=count)
    leaks = np.bincount(stretch, leaks_m[pipe] * length_m, minlength=count)
    last = pipes["last_on"].to_numpy(dtype="datetime64[D]")
    first_day = np.datetime64(effort.start, "D")
    months = settings.integer(CYCLE)
    due = months_after(np.where(np.isnat(last), first_day, last), months)
    last_of, due_of = (np.full(count, np.iinfo(np.int64).max) for _ in range(2))
    days = np.where(np.isnat(last), np.iinfo(np.int64).max, last.astype(np.int64))
    np.minimum.at(last_of, stretch, days[pipe])
    np.minimum.at(due_of, stretch, due.astype(np.int64)[pipe])
    has_alarm = np.zeros(count, dtype=bool)
    has_alarm[stretch[alarms_m[pipe] > 0]] = True
    last_of[last_of == np.iinfo(np.int64).max] = np.datetime64("NaT", "D").astype(np.int64)
    overdue = due_of < first_day.astype(np.int64)
    runs: pd.DataFrame = pd.DataFrame(
        {
            "length_m": total,
            "leaks_per_km": leaks / np.maximum(total, _ROUNDING_M) * _KM_M,
            "last_on": last_of.astype("datetime64[D]"),
            "due_on": due_of.astype("datetime64[D]"),
            "reason": np.where(overdue, OVERDUE, np.where(has_alarm, ALARM, RATE)).astype(object),
        }
    )
    order = np.lexsort((np.arange(count), -runs["leaks_per_km"].to_numpy().round(9), ~has_alarm, ~overdue))
    runs["_order"] = np.empty(count, dtype=np.int64)
    runs.loc[order, "_order"] = np.arange(count)
    return runs


def _nights(runs: pd.DataFrame, effort: SearchEffort) -> tuple[Array, Array]:
    """Return the slot of each run, night times crews plus crew, -1 for none, and its night."""
    nights = effort.nights
    length = runs["length_m"].to_numpy(dtype=float)
    order = np.argsort(runs["_order"].to_numpy(), kind="stable")
    due = runs["due_on"].to_numpy(dtype="datetime64[D]")
    last = np.clip((due - nights[0]).astype(np.int64), -1, len(nights) - 1)
    must = due <= effort.end
    overdue = (runs["reason"] == OVERDUE).to_numpy()
    by_rank = slot = _slots_of(order, length, last, np.zeros(len(runs), dtype=bool), effort)
    reserved = np.zeros(len(runs), dtype=bool)
    for _round in range(_ROUNDS):
        late = must & ((slot < 0) | (~overdue & (slot // effort.crews > last)))
        if not late.any():
            break
        if (late & (reserved | overdue)).any():
            # There is no way to be in time: the rest is by rate.
            slot = by_rank
            break
        reserved |= late
        slot = _slots_of(order, length, last, reserved, effort)
    else:
        slot = by_rank
    night = np.full(len(runs), np.datetime64("NaT", "D"))
    night[slot >= 0] = nights[slot[slot >= 0] // effort.crews]
    return slot, night


def _slots_of(order: Array, length_m: Array, last: Array, reserved: Array, effort: SearchEffort) -> Array:
    """Return the slot of each run: the first that has room, of reserved ones the last in time."""
    slots = len(effort.nights) * effort.crews
    room = np.full(slots, effort.km_per_night * _KM_M + _ROUNDING_M)
    slot = np.full(len(length_m), -1, dtype=np.int64)
    for run in order[reserved[order]][np.argsort(last[order[reserved[order]]], kind="stable")].tolist():
        until = (int(last[run]) + 1) * effort.crews
        fits = np.flatnonzero(room[:until] >= length_m[run])
        if len(fits):
            slot[run] = fits[-1]
            room[fits[-1]] -= length_m[run]
    for run in order[~reserved[order]].tolist():
        first = int(np.argmax(room >= length_m[run]))
        if room[first] >= length_m[run]:
            slot[run] = first
            room[first] -= length_m[run]
    return slot


def _is_short(runs: pd.DataFrame, night: Array, effort: SearchEffort) -> Array:
    """Return which runs are due up to the end of the plan and have no night in time."""
    due = runs["due_on"].to_numpy(dtype="datetime64[D]")
    overdue = (runs["reason"] == OVERDUE).to_numpy()
    missing = np.isnat(night)
    return np.asarray((due <= effort.end) & (missing | (~overdue & ~missing & (night > due))))
