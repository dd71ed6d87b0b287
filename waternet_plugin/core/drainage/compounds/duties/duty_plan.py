"""The plan: what of the duties is done in which month, by whom and on which day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array, sums
from waternet_plugin.core.drainage.compounds.duties.crews import Crew, Workload
from waternet_plugin.core.drainage.compounds.duties.done_work import NEVER, DoneWork
from waternet_plugin.core.drainage.compounds.duties.duty_rows import CLEAN, INSPECT, RATE, STORM, after
from waternet_plugin.core.drainage.compounds.duties.month_choice import Cleanable, MonthlyRates, extras
from waternet_plugin.core.drainage.compounds.duties.node_duties import storm_days
from waternet_plugin.core.drainage.compounds.duties.visits import MonthVisits, month_visits, work_days
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import tank_states
from waternet_plugin.core.drainage.compounds.work_hours import hours_of
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.months import Month
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import KM_M

DUTY_COLUMNS = ("duty", "asset", "compound_id", "grid_id", "due_on", "state", "basis", "hours", "visit")
VISIT_COLUMNS = ("visit", "day", "crew", "compound_id", "hours")
RATE_COLUMNS = ("month", "compound_id", "pipe_rate", "appurtenance_rate")
_UM = 1e6
# Share of the hours of a compound and month by which a choice may be longer and still count as the shortest.
_SPARE = 0.005
# What of an asset counts for the rates: drains that are cleaned, covers that are opened too.
_PIPE_TYPES, _COVER_TYPES = (CLEAN,), (CLEAN, INSPECT)
_LAST_RANK = np.iinfo(np.int64).max


@dataclass(frozen=True)
class PlanBasis(PlainFrames):
    """What a plan is made from.

    Parameters
    ----------
    duties
        Rows of `duty_rows` with compound_id and grid_id (of what lies in no compound).
    compounds
        compound_id and grid_id of all compounds.
    teams
        The crew of each grid, by its id.
    crews
        All crews, at least one.
    work
        What was done and what is ordered.
    """

    duties: pd.DataFrame
    compounds: pd.DataFrame
    teams: Mapping[str, str]
    crews: Sequence[Crew]
    work: DoneWork


@dataclass(frozen=True)
class DutyPlan(PlainFrames):
    """The plan of some months.

    Parameters
    ----------
    duties
        DUTY_COLUMNS, and table, length_m, month (None where it is not planned), day and crew: what comes due
        until the end of the plan, what is done beside it for the rates, and what nobody knows the day of.
    visits
        VISIT_COLUMNS, and month and grid_id.
    rates
        RATE_COLUMNS; NaN where a compound has no drains, or no manholes and inlets.
    loads
        month, crew, hours, available (NaN where nobody said), is_short.
    left_out
        How many duties were due and found no hours.
    drains_m
        Length of all drains of compounds.
    wanted
        The rates that are to be kept.
    """

    duties: pd.DataFrame
    visits: pd.DataFrame
    rates: pd.DataFrame
    loads: pd.DataFrame
    left_out: int
    drains_m: float
    wanted: MonthlyRates

    @property
    def hours(self) -> float:
        """Hours of all visits."""
        return float(self.visits["hours"].sum())

    @property
    def short(self) -> tuple[str, ...]:
        """Crews whose hours don't suffice."""
        return tuple(dict.fromkeys(self.loads.loc[self.loads["is_short"].astype(bool), "crew"]))


def plan_duties(
    basis: PlanBasis, months: Sequence[Month], as_of: datetime.date, settings: Settings
) -> DutyPlan:
    """Plan some months, one after the other: what one of them does moves what the next has to do."""
    planner = _Planner(basis, as_of, settings)
    for month in months:
        planner.plan(month)
    return planner.result(months[-1])


class _Planner:
    def __init__(self, basis: PlanBasis, as_of: datetime.date, settings: Settings) -> None:
        self._basis, self._as_of, self._settings = basis, as_of, settings
        duties = basis.duties
        self._compound_ids = basis.compounds["compound_id"].to_numpy(dtype=object)
        self._ids = duties["asset"].to_numpy(dtype=object)
        self._duty = duties["duty"].to_numpy(dtype=object)
        self._hours = duties["hours"].to_numpy(dtype=float)
        self._interval_d = duties["interval_d"].to_numpy(dtype=float)
        self._notice = duties["notice_d"].to_numpy(dtype="timedelta64[D]")
        self._is_storm = duties["is_storm"].to_numpy(dtype=bool)
        self._basis_of = duties["basis"].to_numpy(dtype=object).copy()
        # When each is due next, and when it was done last, as the plan goes on.
        self._first_due = duties["due_on"].to_numpy(dtype="datetime64[D]")
        self._due_on = self._first_due.copy()
        self._last_on = duties["last_on"].to_numpy(dtype="datetime64[D]").copy()
        self._by_id = np.argsort(np.argsort(self._ids.astype(str), kind="stable"), kind="stable")
        self._find_places()
        self._take_ordered()
        self._cleanable = Cleanable(
            self._compound,
            np.round(duties["length_m"].to_numpy(dtype=float) * _UM).astype(np.int64),
            duties["is_cover"].to_numpy(dtype=bool),
            len(self._compound_ids),
        )
        self._missed = np.zeros(0, dtype=np.int64)
        self._planned: list[pd.DataFrame] = []
        self._visits: list[pd.DataFrame] = []
        self._rates: list[pd.DataFrame] = []
        self._loads: list[pd.DataFrame] = []

    def _find_places(self) -> None:
        """Give numbers to the places that are visited: compounds, then what lies in none by its grid."""
        compounds, duties = self._basis.compounds, self._basis.duties
        many = len(compounds)
        self._compound = rows_of_ids(self._compound_ids, duties["compound_id"])
        outside = np.flatnonzero(self._compound < 0)
        code, grids = pd.factorize(duties["grid_id"].to_numpy(dtype=object)[outside], use_na_sentinel=False)
        self._place = self._compound.copy()
        self._place[outside] = many + code
        elsewhere = np.array([None if pd.isna(grid) else grid for grid in grids], dtype=object)
        self._grid_ids = np.concatenate([compounds["grid_id"].to_numpy(dtype=object), elsewhere])
        names = {crew.name: number for number, crew in enumerate(self._basis.crews)}
        teams = {str(grid): names.get(team, -1) for grid, team in self._basis.teams.items()}
        self._own = np.array([teams.get(str(grid), -1) for grid in self._grid_ids], dtype=np.int64)

    def _take_ordered(self) -> None:
        """Take what is ordered as done on its day."""
        ordered_on = np.full(len(self._ids), NEVER)
        self._ordered_visit = np.full(len(self._ids), None, dtype=object)
        for duty in np.unique(self._duty.astype(str)):
            rows = np.flatnonzero(self._duty == duty)
            ordered_on[rows] = self._basis.work.ordered((duty,), self._ids[rows])
            self._ordered_visit[rows] = self._basis.work.ordered_visits((duty,), self._ids[rows])
        self._is_ordered = ~np.isnat(ordered_on)
        rows = np.flatnonzero(self._is_ordered)
        self._done(rows, ordered_on[rows])

    def _done(self, rows: Array, day: Array) -> None:
        """Have duties done on days: they come due again."""
        self._last_on[rows] = day
        due_on = after(day, self._interval_d[rows])
        self._basis_of[rows] = self._basis.duties["basis"].to_numpy(dtype=object)[rows]
        storm = np.flatnonzero(self._is_storm[rows])
        storm_on = storm_days(day[storm], self._as_of, self._settings)
        is_storm = ~np.isnat(storm_on) & ~(due_on[storm] <= storm_on)
        due_on[storm[is_storm]] = storm_on[is_storm]
        self._basis_of[rows[storm[is_storm]]] = STORM
        self._due_on[rows] = due_on

    def plan(self, month: Month) -> None:
        """Plan the next month."""
        first, last = np.datetime64(month.first, "D"), np.datetime64(month.last, "D")
        is_due = (self._due_on - self._notice) <= last
        counted = self._counted(first, last)
        is_clean = self._duty == CLEAN
        order = np.lexsort((self._by_id, self._last_on.astype(np.int64)))
        free = is_clean & ~is_due & ~counted
        has = counted | (is_due & is_clean)
        more = extras(self._cleanable, has, free, order, self._monthly, self._spare_um(is_due))
        rows = np.flatnonzero(is_due | more)
        days = work_days(month, self._as_of)
        visits = month_visits(self._workload(rows, is_due[rows], first, last, days), self._basis.crews, days)
        self._keep(month, rows, is_due[rows], visits)
        is_done = visits.visit >= 0
        # What was done and is due once more before the month ends is for the next one.
        self._missed = rows[~is_done & is_due[rows]]
        counted[rows[is_done & is_clean[rows]]] = True
        pipe, cover = self._cleanable.rates(counted)
        self._rates.append(
            pd.DataFrame(
                {
                    "month": month.text,
                    "compound_id": self._compound_ids,
                    "pipe_rate": pipe,
                    "appurtenance_rate": cover,
                }
            )
        )
        self._done(rows[is_done], visits.day[visits.visit[is_done]])

    def _spare_um(self, is_due: Array) -> Array:
        """Return how many micrometres of drains make a month in each compound hardly longer."""
        settings, many = self._settings, len(self._compound_ids)
        due_rows = np.flatnonzero(is_due & (self._compound >= 0))
        hours = sums(self._compound[due_rows], self._hours[due_rows], many)
        hours += self._monthly.rounds * hours_of("patrol", settings)
        a_km_h = hours_of("clean_km", settings)
        return (_SPARE * hours / a_km_h * KM_M * _UM if a_km_h > 0 else 0 * hours).astype(np.int64)

    @property
    def _monthly(self) -> MonthlyRates:
        return MonthlyRates.of(self._settings)

    def _counted(self, first: np.datetime64, last: np.datetime64) -> Array:
        """Return what is done, or ordered, in a month already and counts for its rates."""
        counted = np.zeros(len(self._ids), dtype=bool)
        for chosen, types in (
            (self._cleanable.length_um > 0, _PIPE_TYPES),
            (self._cleanable.is_cover, _COVER_TYPES),
        ):
            rows = np.flatnonzero(chosen)
            counted[rows] = self._basis.work.within(types, self._ids[rows], first, last)
        return counted

    def _workload(
        self, rows: Array, is_due: Array, first: np.datetime64, last: np.datetime64, days: Array
    ) -> Workload:
        settings, crews = self._settings, self._basis.crews
        rounds = np.zeros(len(self._grid_ids), dtype=np.int64)
        there = self._basis.work.rounds(self._compound_ids, first, last)
        rounds[: len(there)] = np.maximum(self._monthly.rounds - there, 0)
        due = np.where(is_due, self._due_on[rows].astype(np.int64), _LAST_RANK)
        rank = np.empty(len(rows), dtype=np.int64)
        rank[np.lexsort((self._by_id[rows], self._last_on[rows].astype(np.int64), due))] = np.arange(
            len(rows)
        )
        usual_h = settings.real("drainage.crew_day_h")
        return Workload(
            self._place[rows],
            self._hours[rows],
            rank,
            is_due,
            rounds,
            self._own,
            hours_of("patrol", settings),
            max(usual_h, *(crew.hours / max(len(days), 1) for crew in crews)),
        )

    def _keep(self, month: Month, rows: Array, is_due: Array, visits: MonthVisits) -> None:
        """Keep what a month does as rows of the plan."""
        crews = np.array([crew.name for crew in self._basis.crews], dtype=object)
        many = len(self._compound_ids)
        compound = np.append(self._compound_ids, np.array([None], dtype=object))
        in_order = np.lexsort((visits.place, visits.crew, visits.day))
        name = np.empty(len(in_order), dtype=object)
        name[in_order] = self._names(month, len(in_order))
        columns = {
            "visit": name,
            "day": visits.day.astype("datetime64[ns]"),
            "crew": crews[visits.crew],
            "compound_id": compound[np.where(visits.place < many, visits.place, -1)],
            "hours": np.round(visits.hours, 6),
            "month": month.text,
            "grid_id": self._grid_ids[visits.place],
        }
        self._visits.append(pd.DataFrame(columns).iloc[in_order])
        kept = visits.visit >= 0
        of_duty = visits.visit[kept]
        basis = np.where(is_due[kept], self._basis_of[rows[kept]], RATE)
        planned = self._listed(rows[kept], self._due_on[rows[kept]], basis)
        planned["visit"], planned["month"] = name[of_duty], month.text
        planned["day"], planned["crew"] = columns["day"][of_duty], columns["crew"][of_duty]
        self._planned.append(planned)
        hours = sums(visits.crew, visits.hours, len(crews))
        available = np.array([crew.hours for crew in self._basis.crews])
        self._loads.append(
            pd.DataFrame(
                {
                    "month": month.text,
                    "crew": crews,
                    "hours": hours,
                    "available": np.where(np.isfinite(available), available, np.nan),
                    "is_short": visits.is_short,
                }
            )
        )

    def _names(self, month: Month, count: int) -> list[str]:
        """Return names for visits that no other has."""
        prefix, taken = f"V-{month.text}-", self._basis.work.visits()
        numbers = [name.removeprefix(prefix) for name in taken if name.startswith(prefix)]
        first = 1 + max((int(number) for number in numbers if number.isdecimal()), default=0)
        return [f"{prefix}{first + number:03d}" for number in range(count)]

    def _listed(self, rows: Array, due_on: Array, basis: Array) -> pd.DataFrame:
        """Return duties as rows of the plan that are not visited."""
        duties = self._basis.duties
        text: dict[str, Any] = {
            "duty": self._duty[rows],
            "asset": self._ids[rows],
            "compound_id": duties["compound_id"].to_numpy(dtype=object)[rows],
            "grid_id": self._grid_ids[self._place[rows]],
            "due_on": due_on.astype("datetime64[ns]"),
            "state": tank_states(due_on, self._as_of, self._settings.integer("drainage.tank.notice_d")),
            "basis": basis,
            "hours": np.round(self._hours[rows], 6),
            "visit": np.full(len(rows), None, dtype=object),
            "table": duties["table"].to_numpy(dtype=object)[rows],
            "length_m": duties["length_m"].to_numpy(dtype=float)[rows],
            "month": np.full(len(rows), None, dtype=object),
            "day": np.full(len(rows), np.datetime64("NaT", "ns")),
            "crew": np.full(len(rows), None, dtype=object),
        }
        listed: pd.DataFrame = pd.DataFrame(text)
        return listed

    def result(self, month: Month) -> DutyPlan:
        """Return the plan; ``month`` is its last one."""
        last = np.datetime64(month.last, "D")
        first_basis = self._basis.duties["basis"].to_numpy(dtype=object)
        ordered = np.flatnonzero(self._is_ordered & ((self._first_due - self._notice) <= last))
        there = self._listed(ordered, self._first_due[ordered], first_basis[ordered])
        there["visit"] = self._ordered_visit[ordered]
        missed = self._missed
        left = self._listed(missed, self._due_on[missed], self._basis_of[missed])
        is_listed = self._basis.duties["is_listed"].to_numpy(dtype=bool)
        unknown = np.flatnonzero(is_listed & np.isnat(self._first_due) & ~self._is_ordered)
        unknown_rows = self._listed(unknown, self._first_due[unknown], first_basis[unknown])
        duties = stacked([*self._planned, there, left, unknown_rows])
        duties = duties.sort_values(["due_on", "day", "asset", "duty"], kind="stable", na_position="last")
        visits = stacked(self._visits)
        rates = stacked(self._rates)
        loads = stacked(self._loads)
        return DutyPlan(
            duties.reset_index(drop=True),
            visits,
            rates,
            loads,
            len(missed),
            self._cleanable.total_m,
            self._monthly,
        )
