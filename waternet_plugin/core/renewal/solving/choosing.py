"""Choose packages and their years by rule: locked ones, in a given order, or by prices with swaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.solving.pricing import best_prices, beyond_prices, open_gain
from waternet_plugin.core.renewal.solving.problem import (
    FREE,
    Problem,
    district_counts,
    neighbours,
    spent,
    value_of,
)

# Weights of the wished length beside the benefit that are tried; the best choice is kept.
_LENGTH_WEIGHTS = (0.0, 0.1, 0.3, 1.0)
_MOST_SWAPS = 500


class _Choice:
    """A choice under way: what is spent, which districts are full, who is apart from whom."""

    def __init__(self, problem: Problem, chosen: Array) -> None:
        self.problem = problem
        self.chosen = chosen.copy()
        self.costs = problem.cost.tolist()
        self.left = (problem.budget - spent(problem, chosen)).tolist()
        self.counts = district_counts(problem, chosen)
        self.apart = neighbours(problem)
        self.banned = problem.banned

    def fits(self, package: int, year: int, *, freed: int = 0) -> bool:
        """Return whether a package may be built in a year, with ``freed`` cents more than are left."""
        if self.costs[package][year] > self.left[year] + freed or self.banned[package, year]:
            return False
        district = int(self.problem.district[package])
        cap = self.problem.cap
        if cap is not None and district >= 0 and self.counts.get((district, year), 0) >= cap:
            return False
        return all(self.chosen[other] != year for other in self.apart.get(package, ()))

    def put(self, package: int, year: int) -> None:
        """Build a package in a year."""
        self._count(package, year, 1)
        self.chosen[package] = year

    def take(self, package: int) -> int:
        """Take a package out again and return the year it had."""
        year = int(self.chosen[package])
        self._count(package, year, -1)
        self.chosen[package] = -1
        return year

    def _count(self, package: int, year: int, sign: int) -> None:
        self.left[year] -= sign * self.costs[package][year]
        key = (int(self.problem.district[package]), year)
        self.counts[key] = self.counts.get(key, 0) + sign


def locked(problem: Problem) -> Array:
    """Return the choice in which only locked packages have a year: the best ones, as far as money goes."""
    chosen = np.full(len(problem.benefit), -1, dtype=np.int64)
    left = problem.budget.copy()
    order = problem.by_ratio
    for package in order[problem.wish[order] >= 0].tolist():
        year = int(problem.wish[package])
        if problem.cost[package, year] <= left[year]:
            chosen[package] = year
            left[year] -= problem.cost[package, year]
    return chosen


def resumed(problem: Problem, years: Array) -> Array:
    """Return the choice of an earlier plan, as far as it still fits.

    Parameters
    ----------
    problem
        What to choose from.
    years
        (P,) year each package had (0, 1, ...), -1 for none.
    """
    choice = _Choice(problem, locked(problem))
    for package in problem.by_ratio.tolist():
        year = int(years[package])
        is_free = choice.chosen[package] < 0 and problem.wish[package] == FREE
        if is_free and year >= 0 and choice.fits(package, year):
            choice.put(package, year)
    return choice.chosen


def fill(problem: Problem, chosen: Array, order: Sequence[int] | Array) -> Array:
    """Return a choice that adds packages year by year in a given order while money lasts.

    What does not fit is passed over, so that later, smaller packages may still fit.
    """
    choice = _Choice(problem, chosen)
    waiting = [int(i) for i in order if chosen[i] < 0 and problem.wish[i] == FREE]
    for year in range(problem.years):
        rest: list[int] = []
        for package in waiting:
            if choice.fits(package, year):
                choice.put(package, year)
            else:
                rest.append(package)
        waiting = rest
    return choice.chosen


def _by_prices(problem: Problem, start: Array, value: Array, progress: Progress) -> Array:
    """Return a choice in which every package takes the year that pays it best beyond the prices."""
    left = problem.budget - spent(problem, start)
    gain = open_gain(problem, value, left)
    prices = best_prices(gain, problem.cost, left, progress)
    return by_worth(problem, start, np.arange(len(gain)), beyond_prices(gain, problem.cost, prices))


def by_worth(problem: Problem, start: Array, members: Array, reduced: Array) -> Array:
    """Return a choice in which packages take the year that pays them best, those paid most first.

    Parameters
    ----------
    start
        The choice to add to.
    members
        Row numbers of the packages that may be added.
    reduced
        (N, Y) what each is worth in each year beyond all prices.
    """
    most = reduced.max(axis=1, initial=-np.inf)
    likes = np.argsort(-reduced, axis=1, kind="stable")
    with np.errstate(invalid="ignore"):
        strength = most / np.maximum(problem.cost[members].min(axis=1), 1)
    rows = np.flatnonzero(most >= 0)
    choice = _Choice(problem, start)
    for row in rows[np.argsort(-strength[rows], kind="stable")].tolist():
        package = int(members[row])
        for year in likes[row].tolist():
            if reduced[row, year] < 0:
                break
            if choice.fits(package, year):
                choice.put(package, year)
                break
    return choice.chosen


def _swapped(problem: Problem, chosen: Array, value: Array) -> Array:
    """Return a choice in which packages left out have taken the place of worse ones."""
    choice = _Choice(problem, chosen)
    free = problem.wish == FREE
    waiting = np.flatnonzero((choice.chosen < 0) & free & (value.max(axis=1, initial=-np.inf) > 0))
    waiting = waiting[np.argsort(-problem.ratio[waiting], kind="stable")][:_MOST_SWAPS]
    for package in waiting.tolist():
        best, loser, when = 0.0, -1, -1
        for year in range(problem.years):
            inside = np.flatnonzero((choice.chosen == year) & free)
            freed = problem.cost[inside, year]
            lost = value[inside, year]
            better = (freed + choice.left[year] >= problem.cost[package, year]) & (
                lost < value[package, year]
            )
            if not better.any():
                continue
            least = inside[better][np.argmin(lost[better])]
            won = float(value[package, year] - value[least, year])
            if won > best:
                best, loser, when = won, int(least), year
        if loser < 0:
            continue
        year = choice.take(loser)
        if choice.fits(package, when):
            choice.put(package, when)
        else:
            choice.put(loser, year)
    return choice.chosen


def greedy(problem: Problem, progress: Progress = SILENT) -> Array:
    """Return the best of several choices: by benefit per cost, and by prices of the years with swaps.

    Where a length a year is wished for, metres count as a benefit too, with several weights; the choice
    that is worth most is kept.
    """
    start = locked(problem)
    best, best_value = start, value_of(problem, start)
    for weight in (0.0,) if problem.penalty == 0 else _LENGTH_WEIGHTS:
        progress.at(0.0)
        value = problem.gain + weight * problem.penalty * problem.length_m[:, None]
        ratio = value[:, 0] / np.maximum(problem.cost.min(axis=1), 1) if problem.years else problem.ratio
        order = np.lexsort((np.arange(len(ratio)), -ratio))
        order = order[ratio[order] > 0]
        plain = fill(problem, start, order)
        priced = fill(problem, _by_prices(problem, start, value, progress), order)
        progress.at(0.0)
        for candidate in (plain, fill(problem, _swapped(problem, priced, value), order)):
            worth = value_of(problem, candidate)
            if worth > best_value:
                best, best_value = candidate, worth
    return best
