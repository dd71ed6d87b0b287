"""The oracle of the planner: packages and years by mixed-integer programming (HiGHS)."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.renewal.solving.choosing import fill, locked
from waternet_plugin.core.renewal.solving.problem import (
    FREE,
    Problem,
    cost_of,
    district_counts,
    shortfall_m,
    spent,
)


class _Rows:
    """Constraints under way: each adds rows to one sparse matrix."""

    def __init__(self) -> None:
        self.rows: list[Array] = []
        self.columns: list[Array] = []
        self.values: list[Array] = []
        self.lower: list[Array] = []
        self.upper: list[Array] = []
        self.used = 0

    def add(self, row: Array, column: Array, value: Array, lower: Array, upper: Array) -> None:
        """Add rows 0, 1, ... of a constraint with their limits."""
        self.rows.append(self.used + row)
        self.columns.append(column)
        self.values.append(np.broadcast_to(value, len(row)))
        self.lower.append(np.asarray(lower, dtype=float))
        self.upper.append(np.asarray(upper, dtype=float))
        self.used += len(lower)

    def constraint(self, size: int) -> LinearConstraint:
        """Return them all."""
        matrix = coo_matrix(
            (np.concatenate(self.values), (np.concatenate(self.rows), np.concatenate(self.columns))),
            shape=(self.used, size),
        ).tocsr()
        return LinearConstraint(matrix, np.concatenate(self.lower), np.concatenate(self.upper))


def exact(problem: Problem, *, time_limit_s: float, gap: float) -> Array | None:
    """Return the solver's best choice within a time limit, None when it found none.

    Budgets are held to the cent: the solver works in floating point, so its choice is checked in whole
    cents, mended, and filled up.

    Parameters
    ----------
    problem
        What to choose from.
    time_limit_s
        Seconds after which the best choice so far is taken.
    gap
        Share of the bound at which it may stop.
    """
    start = locked(problem)
    left = problem.budget - spent(problem, start)
    gainful = problem.benefit > 0 if problem.penalty == 0 else np.ones(len(start), dtype=bool)
    possible = ((problem.wish == FREE) & gainful)[:, None] & ~problem.banned & (problem.cost <= left[None, :])
    # One variable for each package and year that may be.
    place, year = np.nonzero(possible)
    size = len(place)
    if size == 0:
        return start
    years = problem.years
    package, once = np.unique(place, return_inverse=True)
    rows = _Rows()
    every = np.arange(size)
    rows.add(once, every, np.ones(size), np.full(len(package), -np.inf), np.ones(len(package)))
    cost = problem.cost[place, year]
    rows.add(year, every, cost / np.maximum(left, 1)[year], np.full(years, -np.inf), np.ones(years))
    _keep_cap(problem, start, rows, place, year)
    _keep_apart(problem, start, rows, place, year)
    slack = years if problem.penalty > 0 else 0
    if slack:
        # length of the year + what it lacks >= wish; lacking costs the penalty
        rows.add(
            np.concatenate([year, np.arange(years)]),
            np.concatenate([every, size + np.arange(years)]),
            np.concatenate([problem.length_m[place], np.ones(years)]),
            shortfall_m(problem, start),
            np.full(years, np.inf),
        )
    gain = np.concatenate([problem.gain[place, year], np.full(slack, -problem.penalty)])
    answer = milp(
        -gain / max(float(np.abs(gain).max()), 1e-12),
        constraints=rows.constraint(size + slack),
        integrality=np.concatenate([np.ones(size), np.zeros(slack)]),
        bounds=Bounds(np.zeros(size + slack), np.concatenate([np.ones(size), np.full(slack, np.inf)])),
        options={"time_limit": time_limit_s, "mip_rel_gap": gap},
    )
    if answer.x is None:
        return None
    picked = np.flatnonzero(answer.x[:size] > 0.5)
    chosen = start.copy()
    chosen[place[picked]] = year[picked]
    chosen = mended(problem, chosen)
    order = problem.by_ratio
    return fill(problem, chosen, order[problem.benefit[order] > 0])


def _keep_cap(problem: Problem, start: Array, rows: _Rows, place: Array, year: Array) -> None:
    """Add: at most so many packages of a district in a year, the locked ones counted."""
    if problem.cap is None:
        return
    district = problem.district[place]
    inside = np.flatnonzero(district >= 0)
    if not len(inside):
        return
    keys, row = np.unique(district[inside] * problem.years + year[inside], return_inverse=True)
    counts = district_counts(problem, start)
    room = [
        max(problem.cap - counts.get((int(key) // problem.years, int(key) % problem.years), 0), 0)
        for key in keys
    ]
    rows.add(row, inside, np.ones(len(inside)), np.full(len(keys), -np.inf), np.array(room))


def _keep_apart(problem: Problem, start: Array, rows: _Rows, place: Array, year: Array) -> None:
    """Add: of two packages that are kept apart at most one in a year."""
    if not len(problem.apart):
        return
    column = np.full(problem.cost.shape, -1)
    column[place, year] = np.arange(len(place))
    for both in problem.apart.tolist():
        there = column[both]
        taken = np.array([(start[both] == one).any() for one in range(problem.years)])
        row, which = np.nonzero(there.T >= 0)
        if len(row):
            rows.add(
                row,
                there.T[row, which],
                np.ones(len(row)),
                np.full(problem.years, -np.inf),
                np.where(taken, 0.0, 1.0),
            )


def mended(problem: Problem, chosen: Array) -> Array:
    """Return a choice with every year within its budget to the cent; the worst packages go."""
    chosen = chosen.copy()
    for year in np.flatnonzero(spent(problem, chosen) > problem.budget).tolist():
        inside = np.flatnonzero((chosen == year) & (problem.wish == FREE))
        over = int(spent(problem, chosen)[year] - problem.budget[year])
        for place in inside[np.argsort(problem.ratio[inside], kind="stable")].tolist():
            if over <= 0:
                break
            over -= int(cost_of(problem, chosen)[place])
            chosen[place] = -1
    return chosen
