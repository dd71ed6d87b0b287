"""Improve a plan in short steps: a few packages and years at a time are chosen anew.

No step takes more than a fraction of a second and all are Python and NumPy, so other threads go on, the
screen with them. A solver for mixed-integer programs would keep them all waiting until it is done.
"""

from __future__ import annotations

import time

import numpy as np

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.branching import best_years
from waternet_plugin.core.renewal.choosing import by_worth, fill, locked
from waternet_plugin.core.renewal.core import core_of
from waternet_plugin.core.renewal.core_prices import Prices, beyond, bound_of, first_prices, lowered, part_of
from waternet_plugin.core.renewal.problem import FREE, Array, Problem, benefit_of, value_of

# States that go on, and rounds without anything better until more of them are tried.
_STAGES = ((80, 120), (400, 80), (1600, 40))
_STEPS, _STEPS_OF_PART = 300, 30
# Packages chosen anew at a time: funded ones and others.
_FUNDED, _OTHERS = (4, 40), (8, 90)
_MOST_YEARS = 4
_SEED = 9


class _Search:
    """A choice that gets better."""

    def __init__(self, problem: Problem, chosen: Array, progress: Progress) -> None:
        self.problem = problem
        self.chosen = chosen
        self.value = value_of(problem, chosen)
        self.random = np.random.default_rng(_SEED)
        start = locked(problem)
        core = core_of(problem, start, np.flatnonzero(problem.wish == FREE))
        self.core = core
        self.near = np.full(len(chosen), np.inf)
        self.bound = self.value
        if not len(core.places):
            return
        self.prices: Prices = lowered(core, first_prices(core, progress), _STEPS, progress)
        progress.at(0.0)
        reduced = beyond(core, self.prices)
        self.bound = benefit_of(problem, start) + bound_of(core, self.prices, reduced)
        # How far each package is from another decision: those that are near are tried more often.
        ranked = np.sort(np.column_stack([np.zeros(len(reduced)), reduced]), axis=1)
        self.near[core.places] = ranked[:, -1] - ranked[:, -2]
        self._try(by_worth(problem, start, core.places, reduced))

    def _try(self, chosen: Array) -> bool:
        """Keep a choice when it is worth more."""
        order = self.problem.by_ratio
        chosen = fill(self.problem, chosen, order[self.problem.benefit[order] > 0])
        value = value_of(self.problem, chosen)
        if value <= self.value:
            return False
        self.chosen, self.value = chosen, value
        return True

    def _some(self, places: Array, most: int) -> Array:
        """Return some packages, those near another decision more often."""
        near = self.near[places] + 1e-9 if self.random.random() < 0.7 else 1.0
        luck = near * self.random.exponential(1.0, len(places))
        return np.asarray(places[np.argsort(luck, kind="stable")[:most]])

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
        if not len(core.places):
            return False
        prices = lowered(core, part_of(core, self.core, self.prices), _STEPS_OF_PART)
        known = core.value_of(self.chosen[core.places])
        found = best_years(core, prices, known + 1e-9 * abs(known), width)
        if found is None:
            return False
        chosen = self.chosen.copy()
        chosen[core.places] = found
        return self._try(chosen)


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
    progress
        Listener, asked between any two steps.
    """
    begin = time.monotonic()
    search = _Search(problem, chosen, progress)
    for width, patience in _STAGES:
        waited = 0
        while waited < patience and search.value < search.bound - gap * abs(search.bound):
            used = (time.monotonic() - begin) / time_limit_s
            if used >= 1.0:
                return search.chosen
            progress.at(used)
            waited = 0 if search.step(width) else waited + 1
    return search.chosen
