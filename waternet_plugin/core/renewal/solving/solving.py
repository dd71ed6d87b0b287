"""Improve a plan in short steps: a few packages and years at a time are chosen anew.

No step takes more than a fraction of a second, and nearly all of it is Python and NumPy, so other threads go
on, the screen with them. A solver for mixed-integer programs would keep them all waiting until it is done.
Where no step wins anything more, some packages are chosen by false benefits and the search goes on from there
(iterated local search: Lourenco, Martin, Stuetzle 2003); the best choice of all is kept.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.solving.branching import best_years
from waternet_plugin.core.renewal.solving.choosing import by_worth, fill, locked
from waternet_plugin.core.renewal.solving.core import core_of
from waternet_plugin.core.renewal.solving.core_prices import beyond, bound_of, first_prices, lowered
from waternet_plugin.core.renewal.solving.linear import exact_prices
from waternet_plugin.core.renewal.solving.problem import FREE, Problem, benefit_of, value_of

# States that go on, and rounds without anything better until more of them are tried.
_FIRST_STAGES = ((80, 80), (400, 40))
_LATER_STAGES = ((80, 30), (400, 20))
_STEPS = 300
# Parts chosen by false benefits before the search goes on, how false they are (deviation of the logarithm),
# and how often that may win nothing.
_KICKS, _FALSE, _MOST_FAILS = 2, 0.2, 25
_KICK_WIDTH = 40
# Up to this many open packages it is tried whether any choice of all of them can be better; the more there
# are, the fewer states go on: packages times states.
_FEW, _WIDEST = 150, 600_000
# Packages chosen anew at a time: funded ones and others.
_FUNDED, _OTHERS = (4, 40), (8, 90)
_MOST_YEARS = 4
_SEED = 9


class SearchClock:
    """How much of the time is used up; the listener is told, and may cancel."""

    def __init__(self, limit_s: float, progress: Progress) -> None:
        self._begin, self._limit_s, self._progress = time.monotonic(), limit_s, progress

    def is_over(self) -> bool:
        """Return whether the time is over."""
        used = (time.monotonic() - self._begin) / self._limit_s
        self._progress.at(min(used, 1.0))
        return used >= 1.0


class PlanSearch:
    """A choice that gets better."""

    def __init__(self, problem: Problem, chosen: Array, progress: Progress) -> None:
        self.problem = problem
        self.chosen = chosen
        self.value = value_of(problem, chosen)
        self.random = np.random.default_rng(_SEED)
        start = locked(problem)
        core = core_of(problem, start, np.flatnonzero(problem.wish == FREE))
        self.near = np.full(len(chosen), np.inf)
        self.bound = self.value
        if not len(core.rows):
            return
        prices = exact_prices(core) or lowered(core, first_prices(core, progress), _STEPS, progress)
        progress.at(0.0)
        reduced = beyond(core, prices)
        self.bound = benefit_of(problem, start) + bound_of(core, prices, reduced)
        # How far each package is from another decision: those that are near are tried more often.
        ranked = np.sort(np.column_stack([np.zeros(len(reduced)), reduced]), axis=1)
        self.near[core.rows] = ranked[:, -1] - ranked[:, -2]
        self._try(by_worth(problem, start, core.rows, reduced))

    def _try(self, chosen: Array) -> bool:
        """Keep a choice when it is worth more."""
        order = self.problem.by_ratio
        chosen = fill(self.problem, chosen, order[self.problem.benefit[order] > 0])
        value = value_of(self.problem, chosen)
        if value <= self.value:
            return False
        self.chosen, self.value = chosen, value
        return True

    def _some(self, packages: Array, most: int) -> Array:
        """Return some packages, those near another decision more often."""
        near = self.near[packages] + 1e-9 if self.random.random() < 0.7 else 1.0
        luck = near * self.random.exponential(1.0, len(packages))
        return np.asarray(packages[np.argsort(luck, kind="stable")[:most]])

    def _part(self) -> tuple[Array, Array]:
        """Return the packages and the years that are chosen anew next."""
        years = np.arange(self.problem.years)
        open_ = np.isfinite(self.near)
        if self.random.random() < 0.7:
            count = int(self.random.integers(1, _MOST_YEARS + 1))
            years = np.sort(self.random.choice(years, min(count, len(years)), replace=False))
        funded = np.flatnonzero(open_ & np.isin(self.chosen, years))
        others = np.flatnonzero(open_ & (self.chosen < 0))
        district = self.problem.district
        if self.problem.cap is not None and self.random.random() < 0.5:
            # A full district frees a place only by a package of its own.
            names = np.unique(district[open_])
            few = self.random.choice(names, min(4, len(names)), replace=False)
            funded, others = (each[np.isin(district[each], few)] for each in (funded, others))
        most_funded = int(self.random.integers(*_FUNDED))
        most_others = int(self.random.integers(*_OTHERS))
        return np.concatenate([self._some(funded, most_funded), self._some(others, most_others)]), years

    def step(self, width: int) -> bool:
        """Choose a few packages anew; say whether that won anything."""
        free, years = self._part()
        core = core_of(self.problem, self.chosen, free, years)
        prices = exact_prices(core)
        if prices is None:
            return False
        known = core.value_of(self.chosen[core.rows])
        best = best_years(core, prices, known + 1e-9 * abs(known), width).year
        if best is None:
            return False
        chosen = self.chosen.copy()
        chosen[core.rows] = best
        return self._try(chosen)

    def prove(self, clock: SearchClock) -> None:
        """Take the best choice of all, where few packages are open and it is found; then it is the bound."""
        while not clock.is_over() and self._prove():
            pass

    def _prove(self) -> bool:
        """Choose all packages anew, as far as they are few; say whether it is worth while to do it again."""
        start = locked(self.problem)
        core = core_of(self.problem, start, np.flatnonzero(self.problem.wish == FREE))
        prices = exact_prices(core) if len(core.rows) <= _FEW else None
        if prices is None:
            return False
        known = core.value_of(self.chosen[core.rows])
        width = _WIDEST // max(len(core.rows), 1)
        best = best_years(core, prices, known + 1e-9 * abs(known), width)
        if best.year is not None:
            start[core.rows] = best.year
            self._try(start)
        if best.is_best:
            self.bound = self.value
        # The more is known, the more states are dropped.
        return best.year is not None and not best.is_best

    def kick(self) -> None:
        """Choose a few packages anew by false benefits, whatever that loses."""
        free, years = self._part()
        core = core_of(self.problem, self.chosen, free, years)
        size = (len(core.rows), 1)
        core = replace(core, gain=core.gain * np.exp(_FALSE * self.random.standard_normal(size)))
        prices = exact_prices(core)
        if prices is None:
            return
        nothing = core.value_of(np.full(len(core.rows), -1))
        best = best_years(core, prices, nothing - 1.0, _KICK_WIDTH).year
        if best is not None:
            self.chosen = self.chosen.copy()
            self.chosen[core.rows] = best
            self.value = value_of(self.problem, self.chosen)

    def is_close(self, gap: float) -> bool:
        """Return whether no choice can be worth more than a share of the bound more."""
        return self.value >= self.bound - gap * abs(self.bound)


def _descend(search: PlanSearch, stages: tuple[tuple[int, int], ...], gap: float, clock: SearchClock) -> bool:
    """Take steps as long as they win; return whether there is time and reason to go on after that."""
    for width, patience in stages:
        waited = 0
        while waited < patience:
            if search.is_close(gap) or clock.is_over():
                return False
            waited = 0 if search.step(width) else waited + 1
    return True


def improved(
    problem: Problem, chosen: Array, *, time_limit_s: float, gap: float, progress: Progress = SILENT
) -> Array:
    """Return a choice that is worth at least as much as the one given; budgets hold to the cent.

    Parameters
    ----------
    problem
        What to choose from.
    chosen
        A choice that keeps all rules.
    time_limit_s
        Seconds after which the best choice so far is taken. Within them the answer is always the same.
    gap
        Share of the bound at which it stops.
    """
    clock = SearchClock(time_limit_s, progress)
    search = PlanSearch(problem, chosen, progress)
    search.prove(clock)
    goes_on = _descend(search, _FIRST_STAGES, gap, clock)
    search.prove(clock)
    best, value, fails = search.chosen, search.value, 0
    while goes_on and fails < _MOST_FAILS:
        for _ in range(_KICKS):
            search.kick()
        goes_on = _descend(search, _LATER_STAGES, gap, clock)
        if search.value > value + 1e-9 * abs(value):
            fails = 0
            search.prove(clock)
            best, value = search.chosen, search.value
        else:
            fails += 1
            search.chosen, search.value = best, value
    return best
