"""What a plan may choose from, and what a choice costs and is worth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array

FREE = -1
DROPPED = -2
# A metre that is missing from the wished length weighs this many times the best benefit of a metre.
_SHORTFALL_WEIGHT = 2.0


def _nothing_banned() -> Array:
    return np.zeros((0, 0), dtype=bool)


def _no_pairs() -> Array:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Problem:
    """What to choose from; P packages in their order, Y years.

    Attributes
    ----------
    cost
        (P, Y) cents, whole numbers: what each package costs in each year.
    benefit
        (P,) money a year once renewed.
    length_m
        (P,) metres.
    worth
        (Y,) what one unit a year is worth today when it starts in each year of the plan; falling.
    budget
        (Y,) cents, whole numbers.
    wish
        (P,) year each package is locked to (0, 1, ...), FREE or DROPPED.
    district
        (P,) number of the district each package lies in, -1 for none.
    banned
        (P, Y) years in which a package must not be built; a lock by hand stands above it.
    apart
        (K, 2) packages that are not built in the same year.
    cap
        Most packages of one district in one year; None for no limit.
    least_length_m
        Length wished for in each year, metres.
    """

    cost: Array
    benefit: Array
    length_m: Array
    worth: Array
    budget: Array
    wish: Array
    district: Array
    banned: Array = field(default_factory=_nothing_banned)
    apart: Array = field(default_factory=_no_pairs)
    cap: int | None = None
    least_length_m: float = 0.0

    def __post_init__(self) -> None:
        if self.banned.size == 0:
            object.__setattr__(self, "banned", np.zeros(self.cost.shape, dtype=bool))

    @property
    def years(self) -> int:
        """The number of years of the plan."""
        return len(self.budget)

    @property
    def gain(self) -> Array:
        """(P, Y) discounted benefit of each package by the year it is built in, money."""
        return np.asarray(self.benefit[:, None] * self.worth[None, :])

    @property
    def ratio(self) -> Array:
        """(P,) benefit a year per cent of the least cost."""
        least = self.cost.min(axis=1) if self.years else np.ones(len(self.benefit))
        return np.asarray(self.benefit / np.maximum(least, 1))

    @property
    def by_ratio(self) -> Array:
        """The packages, most benefit per cost first."""
        return np.asarray(np.lexsort((np.arange(len(self.benefit)), -self.ratio)))

    @property
    def penalty(self) -> float:
        """Money that a missing metre of the wished length counts."""
        if self.least_length_m <= 0:
            return 0.0
        per_metre = self.benefit / np.maximum(self.length_m, 1e-9)
        return _SHORTFALL_WEIGHT * float(self.worth[0] * max(per_metre.max(initial=0.0), 1e-9))


def cost_of(problem: Problem, chosen: Array) -> Array:
    """Return what each package costs in the year it got, cents; 0 where it got none."""
    every = np.arange(len(chosen))
    return np.asarray(np.where(chosen >= 0, problem.cost[every, np.maximum(chosen, 0)], 0))


def spent(problem: Problem, chosen: Array) -> Array:
    """Return the cents spent in each year, exactly."""
    total = np.zeros(problem.years, dtype=np.int64)
    funded = chosen >= 0
    np.add.at(total, chosen[funded], cost_of(problem, chosen)[funded])
    return total


def shortfall_m(problem: Problem, chosen: Array) -> Array:
    """Return the metres that each year lacks of the wished length."""
    funded = chosen >= 0
    length = np.bincount(chosen[funded], weights=problem.length_m[funded], minlength=problem.years)
    return np.maximum(problem.least_length_m - length, 0.0)


def benefit_of(problem: Problem, chosen: Array) -> float:
    """Return the discounted benefit of a choice, money."""
    funded = chosen >= 0
    return float((problem.benefit[funded] * problem.worth[chosen[funded]]).sum())


def value_of(problem: Problem, chosen: Array) -> float:
    """Return what a choice is worth: its benefit, less what it lacks of the wished length."""
    return benefit_of(problem, chosen) - problem.penalty * float(shortfall_m(problem, chosen).sum())


def district_counts(problem: Problem, chosen: Array) -> dict[tuple[int, int], int]:
    """Return how many packages each district has in each year, by (district, year)."""
    counts: dict[tuple[int, int], int] = {}
    for package in np.flatnonzero((chosen >= 0) & (problem.district >= 0)).tolist():
        key = (int(problem.district[package]), int(chosen[package]))
        counts[key] = counts.get(key, 0) + 1
    return counts


def neighbours(problem: Problem) -> dict[int, list[int]]:
    """Return for each package those that are not built in the same year."""
    adjacent: dict[int, list[int]] = {}
    for a, b in problem.apart.tolist():
        adjacent.setdefault(a, []).append(b)
        adjacent.setdefault(b, []).append(a)
    return adjacent
