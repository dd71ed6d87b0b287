"""Visits of a month: work put together by place, shared among crews, laid on days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array, sums
from waternet_plugin.core.drainage.compounds.duties.crews import Crew, Workload, share
from waternet_plugin.core.drainage.compounds.duties.shortage import cut_to_hours
from waternet_plugin.core.months import Month

_ROUNDING = 1e-9


@dataclass(frozen=True)
class MonthVisits:
    """Visits of a month (v,), and what is done in each.

    Parameters
    ----------
    visit
        Visit of each duty, -1 where hours don't suffice (n,).
    place, crew, day, hours
        Of each visit; the day as datetime64[D], hours with the work.
    is_short
        Crews whose hours don't suffice (c,).
    is_cut
        Whether anything is left undone.
    """

    visit: Array
    place: Array
    crew: Array
    day: Array
    hours: Array
    is_short: Array
    is_cut: bool


def month_visits(work: Workload, crews: Sequence[Crew], days: Array) -> MonthVisits:
    """Return who goes where on which day of a month: as few visits as can be, the same load for all."""
    groups = np.maximum(work.rounds, _visits_for_work(work, len(days)))
    visit, place = _parted(work.place, work, groups)
    hours = work.visit_h + sums(visit, work.hours, len(place))
    shared = share(hours, place, work.own, crews)
    load = sums(shared.crew, hours, len(crews))
    if (load <= np.array([crew.hours for crew in crews]) + 1e-6).all():
        crew, is_short, is_cut = shared.crew, shared.is_short, False
    else:
        home = np.full(len(work.own), 0)
        home[place] = shared.crew
        cut = cut_to_hours(work, np.where(work.own >= 0, work.own, home), crews)
        is_short, is_cut = cut.is_short | shared.is_short, cut.is_cut
        done = np.flatnonzero(cut.crew >= 0)
        # A group is what one crew does at one place.
        group = work.place[done] * len(crews) + cut.crew[done]
        part, of_group = _parted(group, work, cut.visits.ravel(), done)
        visit = np.full(len(work.place), -1)
        visit[done] = part
        place, crew = of_group // len(crews), of_group % len(crews)
        hours = work.visit_h + sums(part, work.hours[done], len(place))
    due = np.full(len(place), math.inf)
    np.minimum.at(due, visit[visit >= 0], work.rank[visit >= 0].astype(float))
    day = days[_days(place, crew, hours, due, len(days))]
    return MonthVisits(visit, place, crew, day, hours, is_short, is_cut)


def _visits_for_work(work: Workload, most: int) -> Array:
    """Return how many visits the work at each place needs (p,)."""
    total = sums(work.place, work.hours, len(work.rounds))
    has_work = np.bincount(work.place, minlength=len(work.rounds)) > 0
    needed = np.ceil(total / work.a_visit_h - 1e-9).astype(np.int64)
    return np.asarray(np.clip(needed, has_work.astype(np.int64), max(most, 1)))


def _parted(group: Array, work: Workload, visits: Array, duties: Array | None = None) -> tuple[Array, Array]:
    """Return the visit of each duty, the first due first, and the group of each visit.

    Parameters
    ----------
    group
        Group of each duty.
    visits
        Visits of each group.
    duties
        Which duties these are; all if None.
    """
    rows = np.arange(len(work.place)) if duties is None else duties
    hours, rank = work.hours[rows], work.rank[rows]
    first = np.cumsum(visits) - visits
    order = np.lexsort((rank, group))
    total = sums(group, hours, len(visits))
    before = np.cumsum(hours[order]) - hours[order] / 2
    start = np.cumsum(total) - total
    whole = np.where(total > 0, total, 1.0)
    share_done = np.clip((before - start[group[order]]) / whole[group[order]], 0.0, 1.0)
    # Halves of rounding belong to the later visit, whatever the order of rows.
    number = (share_done * visits[group[order]] + _ROUNDING).astype(np.int64)
    number = np.clip(number, 0, visits[group[order]] - 1)
    visit = np.empty(len(rows), dtype=np.int64)
    visit[order] = first[group[order]] + number
    return visit, np.repeat(np.arange(len(visits)), visits)


def _days(place: Array, crew: Array, hours: Array, due: Array, day_count: int) -> Array:
    """Return the day of each visit, 0 to ``many``: as much each day, what is due first, rounds far apart."""
    day = np.zeros(len(place), dtype=np.int64)
    number = np.zeros(len(place), dtype=np.int64)
    by_place = np.lexsort((np.arange(len(place)), place))
    _places, first, counts = np.unique(place[by_place], return_index=True, return_counts=True)
    number[by_place] = np.arange(len(place)) - np.repeat(first, counts)
    of_place = np.empty(len(place), dtype=np.int64)
    of_place[by_place] = np.repeat(counts, counts)
    when = number / of_place
    for each in np.unique(crew):
        crew_visits = np.flatnonzero(crew == each)
        crew_visits = crew_visits[np.lexsort((place[crew_visits], due[crew_visits], when[crew_visits]))]
        # Visits without hours are spread too.
        weight = hours[crew_visits] + 1e-9
        middle = np.cumsum(weight) - weight / 2
        day[crew_visits] = np.minimum(
            (middle / weight.sum() * day_count + _ROUNDING).astype(np.int64), day_count - 1
        )
    return _apart(place, crew, day, day_count)


def _apart(place: Array, crew: Array, day: Array, day_count: int) -> Array:
    """Return days on which no crew visits a place twice, as far as there are days."""
    day = day.copy()
    order = np.lexsort((day, place, crew))
    for before, now in zip(order[:-1].tolist(), order[1:].tolist()):
        if place[before] == place[now] and crew[before] == crew[now] and day[now] <= day[before]:
            day[now] = min(day[before] + 1, day_count - 1)
    return day


def work_days(month: Month, as_of: datetime.date) -> Array:
    """Return the days of a month on which crews work, from a day on: Monday to Friday, else what is left."""
    first = np.datetime64(max(month.first, as_of) if as_of <= month.last else month.first, "D")
    days = np.arange(first, np.datetime64(month.plus(1).first, "D"))
    weekdays = days[np.is_busday(days)]
    return weekdays if len(weekdays) else days
