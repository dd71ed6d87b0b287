"""The part of a plan that is chosen anew: some packages and years, while all others keep their year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.renewal.solving.problem import FREE, Problem, shortfall_m, spent


@dataclass(frozen=True)
class Core:
    """Packages that may still be given a year; N of them, Y years.

    Attributes
    ----------
    rows
        (N,) row numbers of the packages in the problem.
    gain
        (N, Y) money, minus infinity where a package can't be built in that year.
    cost
        (N, Y) cents.
    length_m
        (N,) metres.
    left
        (Y,) cents that the others leave.
    lacking_m
        (Y,) metres of the wished length that the others leave open.
    penalty
        Money a metre that lacks in the end counts.
    group
        (N,) number of the district, -1 where no cap binds.
    districts
        (G,) numbers of these districts in the problem.
    room
        (G, Y) packages that they still take.
    apart
        (K, 2) numbers of packages here that are not built in the same year.
    """

    rows: Array
    gain: Array
    cost: Array
    length_m: Array
    left: Array
    lacking_m: Array
    penalty: float
    group: Array
    districts: Array
    room: Array
    apart: Array

    def value_of(self, year: Array) -> float:
        """Return what a choice of years (-1: none) is worth."""
        return float(self.values_of(year[None])[0])

    def values_of(self, year: Array) -> Array:
        """Return (S,) what each of S choices (S, N) of years is worth."""
        built = year >= 0
        gain = self.gain[np.arange(len(self.rows)), np.maximum(year, 0)]
        value = np.where(built, gain, 0.0).sum(axis=1)
        for each, lacking in enumerate(self.lacking_m if self.penalty else ()):
            length = np.where(year == each, self.length_m, 0.0).sum(axis=1)
            value -= self.penalty * np.maximum(lacking - length, 0.0)
        return np.asarray(value)


def core_of(problem: Problem, chosen: Array, free: Array, years: Array | None = None) -> Core:
    """Return what is open when some packages are chosen anew, and all others keep their year.

    Parameters
    ----------
    chosen
        Year of each package, -1 for none.
    free
        Row numbers of the packages that are open; those that are locked or dropped are left out.
    years
        Years that they may take; None for all.
    """
    free = free[problem.wish[free] == FREE]
    others = chosen.copy()
    others[free] = -1
    left = problem.budget - spent(problem, others)
    possible = ~problem.banned[free] & (problem.cost[free] <= left[None, :])
    if years is not None:
        possible &= np.isin(np.arange(problem.years), years)[None, :]
    if problem.penalty == 0:
        possible &= (problem.benefit[free] > 0)[:, None]
    apart = _pairs(problem, others, free, possible)
    group, names, room = _districts(problem, others, free)
    if len(room):
        possible &= (group < 0)[:, None] | (room[group] > 0)
    some = possible.any(axis=1)
    number = np.cumsum(some) - 1
    return Core(
        rows=free[some],
        gain=np.where(possible, problem.gain[free], -np.inf)[some],
        cost=problem.cost[free][some],
        length_m=problem.length_m[free][some],
        left=left,
        lacking_m=shortfall_m(problem, others) if problem.penalty else np.zeros(problem.years),
        penalty=problem.penalty,
        group=group[some],
        districts=names,
        room=room,
        apart=number[apart[some[apart].all(axis=1)]],
    )


def _pairs(problem: Problem, others: Array, free: Array, possible: Array) -> Array:
    """Return the open pairs that are kept apart; years that a chosen partner has are shut in ``possible``."""
    inside = np.full(len(others), -1)
    inside[free] = np.arange(len(free))
    both = inside[problem.apart]
    for first, second in ((0, 1), (1, 0)):
        taken = others[problem.apart[:, second]]
        shut = (both[:, first] >= 0) & (taken >= 0)
        possible[both[shut, first], taken[shut]] = False
    return np.asarray(both[(both >= 0).all(axis=1) & (both[:, 0] != both[:, 1])])


def _districts(problem: Problem, others: Array, free: Array) -> tuple[Array, Array, Array]:
    """Return the district of each open package, their numbers, and how many packages each still takes."""
    district = problem.district[free]
    names = np.unique(district[district >= 0])
    if problem.cap is None or not len(names):
        return np.full(len(free), -1), names[:0], np.zeros((0, problem.years), dtype=np.int64)
    room = np.full((len(names), problem.years), problem.cap, dtype=np.int64)
    in_district = np.flatnonzero((others >= 0) & np.isin(problem.district, names))
    np.subtract.at(room, (np.searchsorted(names, problem.district[in_district]), others[in_district]), 1)
    # More than the cap may be locked by hand.
    return np.where(district >= 0, np.searchsorted(names, district), -1), names, np.maximum(room, 0)
