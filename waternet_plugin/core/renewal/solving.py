"""Choose packages and their years: greedily, exactly, and how good any choice could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

FREE = -1
DROPPED = -2
# A metre that is missing from the wished length weighs this many times the best benefit of a metre.
_SHORTFALL_WEIGHT = 2.0


@dataclass(frozen=True)
class Problem:
    """What to choose from; all arrays in the order of the packages.

    Attributes
    ----------
    cost
        Cents, whole numbers.
    benefit
        Money a year once renewed.
    length_m
        Metres.
    worth
        What one unit a year is worth today when it starts in each year of the plan; falling.
    budget
        Cents of each year, whole numbers.
    wish
        Year each package is locked to (0, 1, ...), FREE or DROPPED.
    district
        Number of the district each package lies in, -1 for none.
    cap
        Most packages of one district in one year; None for no limit.
    least_length_m
        Length wished for in each year, metres.
    """

    cost: np.ndarray[Any, Any]
    benefit: np.ndarray[Any, Any]
    length_m: np.ndarray[Any, Any]
    worth: np.ndarray[Any, Any]
    budget: np.ndarray[Any, Any]
    wish: np.ndarray[Any, Any]
    district: np.ndarray[Any, Any]
    cap: int | None = None
    least_length_m: float = 0.0

    @property
    def years(self) -> int:
        """The number of years of the plan."""
        return len(self.budget)

    @property
    def ratio(self) -> np.ndarray[Any, Any]:
        """Benefit a year per cent of cost."""
        return np.asarray(self.benefit / np.maximum(self.cost, 1))

    @property
    def penalty(self) -> float:
        """Money that a missing metre of the wished length counts."""
        if self.least_length_m <= 0:
            return 0.0
        per_metre = self.benefit / np.maximum(self.length_m, 1e-9)
        return _SHORTFALL_WEIGHT * float(self.worth[0] * max(per_metre.max(initial=0.0), 1e-9))


def spent(problem: Problem, chosen: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the cents spent in each year, exactly."""
    total = np.zeros(problem.years, dtype=np.int64)
    funded = chosen >= 0
    np.add.at(total, chosen[funded], problem.cost[funded])
    return total


def shortfall_m(problem: Problem, chosen: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the metres that each year lacks of the wished length."""
    funded = chosen >= 0
    length = np.bincount(chosen[funded], weights=problem.length_m[funded], minlength=problem.years)
    return np.maximum(problem.least_length_m - length, 0.0)


def benefit_of(problem: Problem, chosen: np.ndarray[Any, Any]) -> float:
    """Return the discounted benefit of a choice, money."""
    funded = chosen >= 0
    return float((problem.benefit[funded] * problem.worth[chosen[funded]]).sum())


def value_of(problem: Problem, chosen: np.ndarray[Any, Any]) -> float:
    """Return what a choice is worth: its benefit, less what it lacks of the wished length."""
    return benefit_of(problem, chosen) - problem.penalty * float(shortfall_m(problem, chosen).sum())


def _district_counts(problem: Problem, chosen: np.ndarray[Any, Any]) -> dict[tuple[int, int], int]:
    counts: dict[tuple[int, int], int] = {}
    for place in np.flatnonzero((chosen >= 0) & (problem.district >= 0)).tolist():
        key = (int(problem.district[place]), int(chosen[place]))
        counts[key] = counts.get(key, 0) + 1
    return counts


def locked(problem: Problem) -> np.ndarray[Any, Any]:
    """Return the choice in which only locked packages have a year: the best ones, as far as money goes."""
    chosen = np.full(len(problem.cost), -1, dtype=np.int64)
    left = problem.budget.copy()
    order = np.lexsort((np.arange(len(chosen)), -problem.ratio))
    for place in order[problem.wish[order] >= 0].tolist():
        year = int(problem.wish[place])
        if problem.cost[place] <= left[year]:
            chosen[place] = year
            left[year] -= problem.cost[place]
    return chosen


def fill(
    problem: Problem,
    chosen: np.ndarray[Any, Any],
    order: Sequence[int] | np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    """Return a choice that adds packages year by year in a given order while money lasts.

    What does not fit is passed over, so that later, smaller packages may still fit.
    """
    chosen = chosen.copy()
    costs = problem.cost.tolist()
    left = (problem.budget - spent(problem, chosen)).tolist()
    counts = _district_counts(problem, chosen)
    waiting = [int(i) for i in order if chosen[i] < 0 and problem.wish[i] == FREE]
    for year in range(problem.years):
        rest: list[int] = []
        for place in waiting:
            key = (int(problem.district[place]), year)
            full = problem.cap is not None and key[0] >= 0 and counts.get(key, 0) >= problem.cap
            if full or costs[place] > left[year]:
                rest.append(place)
                continue
            chosen[place] = year
            left[year] -= costs[place]
            counts[key] = counts.get(key, 0) + 1
        waiting = rest
    return chosen


def greedy(problem: Problem) -> np.ndarray[Any, Any]:
    """Return the best of several greedy choices by benefit per cost.

    Where a length a year is wished for, metres count as a benefit too, with several weights; the choice
    that is worth most is kept.
    """
    start = locked(problem)
    best, best_value = start, -np.inf
    for weight in (0.0,) if problem.penalty == 0 else (0.0, 0.1, 0.3, 1.0):
        gain = problem.benefit * problem.worth[0] + weight * problem.penalty * problem.length_m
        ratio = gain / np.maximum(problem.cost, 1)
        order = np.lexsort((np.arange(len(ratio)), -ratio))
        candidate = fill(problem, start, order[gain[order] > 0])
        value = value_of(problem, candidate)
        if value > best_value:
            best, best_value = candidate, value
    return best


def _mended(problem: Problem, chosen: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a solver's choice with every year within its budget to the cent."""
    chosen = chosen.copy()
    for year in np.flatnonzero(spent(problem, chosen) > problem.budget).tolist():
        inside = np.flatnonzero((chosen == year) & (problem.wish == FREE))
        for place in inside[np.argsort(problem.ratio[inside], kind="stable")]:
            if spent(problem, chosen)[year] <= problem.budget[year]:
                break
            chosen[place] = -1
    return chosen


def exact(problem: Problem, *, time_limit_s: float, gap: float) -> np.ndarray[Any, Any] | None:
    """Return the solver's best choice within a time limit, None when it found none.

    Budgets are held to the cent: the solver works in floating point, so its choice is checked in whole
    cents, mended, and filled up.
    """
    start = locked(problem)
    left = problem.budget - spent(problem, start)
    gainful = problem.benefit > 0 if problem.penalty == 0 else np.ones(len(start), dtype=bool)
    free = np.flatnonzero((problem.wish == FREE) & gainful & (problem.cost <= left.max(initial=0)))
    if len(free) == 0:
        return start
    years, count = problem.years, len(free)
    package = np.repeat(np.arange(count), years)
    year = np.tile(np.arange(years), count)
    size = count * years
    cost = problem.cost[free][package]
    rows = [package, count + year]
    columns = [np.arange(size), np.arange(size)]
    values = [np.ones(size), cost / np.maximum(left, 1)[year]]
    lower = [np.full(count + years, -np.inf)]
    upper = [np.ones(count + years)]
    used = count + years
    if problem.cap is not None:
        district = problem.district[free][package]
        inside = np.flatnonzero(district >= 0)
        keys, row = np.unique(district[inside] * years + year[inside], return_inverse=True)
        counts = _district_counts(problem, start)
        rows.append(used + row)
        columns.append(inside)
        values.append(np.ones(len(inside)))
        room = [max(problem.cap - counts.get((int(k) // years, int(k) % years), 0), 0) for k in keys]
        lower.append(np.full(len(keys), -np.inf))
        upper.append(np.array(room, dtype=float))
        used += len(keys)
    slack = years if problem.penalty > 0 else 0
    if slack:
        # length of the year + what it lacks >= wish; lacking costs the penalty
        rows += [used + year, used + np.arange(years)]
        columns += [np.arange(size), size + np.arange(years)]
        values += [problem.length_m[free][package], np.ones(years)]
        lower.append(shortfall_m(problem, start))
        upper.append(np.full(years, np.inf))
        used += years
    matrix = coo_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(used, size + slack)
    ).tocsr()
    worth = problem.benefit[free][package] * problem.worth[year]
    gain = np.concatenate([worth, np.full(slack, -problem.penalty)])
    top = np.concatenate([(cost <= left[year]).astype(float), np.full(slack, np.inf)])
    answer = milp(
        -gain / max(float(np.abs(gain).max()), 1e-12),
        constraints=LinearConstraint(matrix, np.concatenate(lower), np.concatenate(upper)),
        integrality=np.concatenate([np.ones(size), np.zeros(slack)]),
        bounds=Bounds(np.zeros(size + slack), top),
        options={"time_limit": time_limit_s, "mip_rel_gap": gap},
    )
    if answer.x is None:
        return None
    picked = np.flatnonzero(answer.x[:size] > 0.5)
    chosen = start.copy()
    chosen[free[package[picked]]] = year[picked]
    chosen = _mended(problem, chosen)
    order = np.lexsort((np.arange(len(chosen)), -problem.ratio))
    return fill(problem, chosen, order[problem.benefit[order] > 0])


def upper_bound(problem: Problem) -> float:
    """Return the most benefit any choice could have if packages could be split (linear relaxation).

    Money of the first year is worth most, so the best packages per cost take it first: the relaxation
    has a closed form. District caps and the wished length are left out, so the bound holds with them.
    """
    start = locked(problem)
    left = problem.budget - spent(problem, start)
    free = np.flatnonzero((problem.wish == FREE) & (problem.benefit > 0))
    free = free[np.argsort(-problem.ratio[free], kind="stable")]
    until = np.cumsum(problem.cost[free])
    money = np.cumsum(left)
    if len(free) == 0 or money[-1] <= 0:
        return benefit_of(problem, start)
    edges = np.unique(np.concatenate([[0], until, money]))
    edges = edges[edges <= min(until[-1], money[-1])]
    middle = (edges[:-1] + edges[1:]) / 2
    ratio = problem.ratio[free][np.searchsorted(until, middle)]
    worth = problem.worth[np.searchsorted(money, middle)]
    return benefit_of(problem, start) + float((np.diff(edges) * ratio * worth).sum())
