"""What rates need of pipes and failures, as sums: those of parts of a network add up to those of the whole.

In the order in which they are made: `Norms` of what factors are normed by and of the days of failures; with
these the `Sums` of cohorts and of sorts of pipes. All numbers in them are whole, so neither order nor parts
show in a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, MILLIONTHS, sum_in_steps
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums


@dataclass(frozen=True)
class Norms:
    """What factors of single pipes are normed by, and the days of failures of kinds that count.

    ``length_um`` of all pipes, ``weighted_um`` the same times the factor of length; ``pressures`` pipes by
    highest pressure (MPa), ``days`` failures by day (since 1970).
    """

    length_um: int
    weighted_um: int
    pressures: KeyedSums
    days: KeyedSums

    @classmethod
    def of(cls, length_m: Array, length_factor: Array, pressure_mpa: Array, days: Array) -> Norms:
        """Return the norms of pipes and failures.

        Parameters
        ----------
        length_m
            Length of each pipe, 0 where unknown.
        length_factor
            Factor of length of each pipe, not normed.
        pressure_mpa
            Highest pressure of each pipe, NaN where unknown.
        days
            Day of each failure, NaT where unknown.
        """
        known = pressure_mpa[pressure_mpa > 0]
        return cls(
            sum_in_steps(length_m, MILLIONTHS),
            sum_in_steps(length_factor * length_m, MILLIONTHS),
            KeyedSums.of({"pressure_mpa": known}, {"pipes": np.ones(len(known))}),
            _by_day(days),
        )

    @classmethod
    def merged(cls, parts: Iterable[Norms]) -> Norms:
        """Return the sum of one or more."""
        every = list(parts)
        return cls(
            sum(part.length_um for part in every),
            sum(part.weighted_um for part in every),
            KeyedSums.merged(part.pressures for part in every),
            KeyedSums.merged(part.days for part in every),
        )

    def __add__(self, more: Norms) -> Norms:
        return Norms.merged((self, more))

    @property
    def mean_length_factor(self) -> float:
        """The mean factor of length by length, 0 without any."""
        return round(self.weighted_um / max(self.length_um, 1), 9)

    @property
    def median_pressure_mpa(self) -> float:
        """The median of the known pressures, NaN without any."""
        reached = np.cumsum(self.pressures.values["pipes"])
        if not len(reached):
            return float("nan")
        middle = np.array([(reached[-1] - 1) // 2, reached[-1] // 2])
        values = self.pressures.keys["pressure_mpa"][np.searchsorted(reached, middle, side="right")]
        return float(values.mean())

    @property
    def dates(self) -> pd.Series:
        """Each day with failures once, in order."""
        days = self.days.keys["day"].astype("datetime64[D]").astype("datetime64[ns]")
        dates: pd.Series = pd.Series(days)
        return dates

    @property
    def failures(self) -> Array:
        """How many failures each of the dates has."""
        return self.days.values["failures"]


def _by_day(days: Array) -> KeyedSums:
    known = days[~np.isnat(days)].astype("datetime64[D]").astype(np.int64)
    return KeyedSums.of({"day": known}, {"failures": np.ones(len(known))})


@dataclass(frozen=True)
class Sums:
    """What the rates of a network are made of.

    ``cohorts`` have their expected and counted failures (billionths of a failure), by material, class of
    diameter and laying year. ``sorts`` are pipes alike, for the regression, by material, size, length and
    laying year: how many, sums of their logarithms, exposure and failures. ``own_failures`` are those that
    count on a pipe.
    """

    cohorts: KeyedSums
    sorts: KeyedSums
    own_failures: int

    @classmethod
    def merged(cls, parts: Iterable[Sums]) -> Sums:
        """Return the sum of one or more."""
        every = list(parts)
        return cls(
            KeyedSums.merged(part.cohorts for part in every),
            KeyedSums.merged(part.sorts for part in every),
            sum(part.own_failures for part in every),
        )

    def __add__(self, more: Sums) -> Sums:
        return Sums.merged((self, more))

    @property
    def failures(self) -> float:
        """Failures that count in the rates, those in cohorts only included."""
        return int(self.cohorts.values["failures"].sum()) / BILLIONTHS
