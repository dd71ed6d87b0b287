"""The rate engine: surveys, then the network, then the cohort, then the pipe's own record.

A closed-form hierarchical Gamma-Poisson model. With m the surveys' rate of a pipe, E its exposure in
100 km-years, n its failures, B and X the failures and the expected ones (sum of m E) of a group:

    network  s = (B + 1) / (X + 1)
    cohort   c = (B_c + 5) / (s X_c + 5), over the pipes of its kind laid within two years of it
    pipe     r = s c m (k + n) / (k + s c m E),  k = 1

A pipe that never failed learns from the others of its street, with N failures where X were likely:
r is taken times (2 + N) / (2 + X). One that has failed is told by its own record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, in_steps, sums_by
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.rates.cohorts import Cohorts
from waternet_plugin.core.schema.settings import Settings

# One failure more, recorded and expected: without any records the surveys set the level.
ONE_FAILURE = 1.0


@dataclass(frozen=True)
class CohortRates:
    """What the records say of a network and its cohorts.

    ``scale`` is the network's failures over those that the surveys expect, ``level`` what rates are taken
    times of it. ``cell_factor``, ``cell_failures`` and ``cell_expected`` are one a cohort. The factor and the
    expected ones (survey level times network scale) are of the laying years around it too.
    """

    scale: float
    level: float
    cell_factor: Array
    cell_failures: Array
    cell_expected: Array


@dataclass(frozen=True)
class Rates:
    """Rates in failures per 100 km and year, and how they came about.

    ``rate``, ``history`` (the factor of the pipe's own record) and ``street`` (that of the others of its
    street) are one a pipe.
    """

    rate: Array
    history: Array
    street: Array
    of_cohorts: CohortRates


def cohort_sums(
    expected: Array,
    exposure: Array,
    failures: Array,
    cohorts: Cohorts,
    *,
    counted: Array,
    cell_extra: Array,
) -> KeyedSums:
    """Return the expected and the counted failures by cohort, in billionths.

    Parameters
    ----------
    expected
        The surveys' rate of each pipe, failures per 100 km and year.
    exposure
        Exposure of each pipe, 100 km-years.
    failures
        Own failures of each pipe within its exposure.
    cohorts
        The cohorts of these pipes.
    counted
        Which pipes count in the sums of network and cohorts.
    cell_extra
        Failures of each cohort that are on no pipe (ambiguous ones).
    """
    in_sums = counted.astype(float)
    return KeyedSums.of(
        cohorts.keys,
        {
            "expected": sums_by(cohorts.cell, in_steps(expected * exposure * in_sums), cohorts.size),
            "failures": sums_by(cohorts.cell, in_steps(failures * in_sums), cohorts.size)
            + in_steps(cell_extra),
        },
    )


@dataclass(frozen=True, eq=False)
class CohortPrior:
    """What a group of utilities says of cohorts: their factors, by the keys of cohorts."""

    cohorts: KeyedSums
    factor: Array

    def of(self, cohorts: Cohorts) -> Array:
        """Return the factors of cohorts, 1 for those that the group does not have."""
        return np.append(self.factor, 1.0)[self.cohorts.rows_of(cohorts.keys)]


def fit_cohorts(
    sums: KeyedSums, cohorts: Cohorts, settings: Settings, prior: CohortPrior | None = None
) -> CohortRates:
    """Fit network and cohorts to their sums.

    Parameters
    ----------
    sums
        As `cohort_sums` returns them, of the whole network.
    cohorts
        The cohorts of these sums, in their order.
    settings
        Prior weights.
    prior
        What a group says of cohorts; None: that they are as the network.
    """
    weight = settings.real("health.cell_prior" if prior is None else "health.pool_prior")
    expected_factor = 1.0 if prior is None else prior.of(cohorts)
    failures, expected = sums.values["failures"], sums.values["expected"]
    total = int(failures.sum()) / BILLIONTHS
    # Without records nobody was watched.
    expected = expected if total > 0 else np.zeros_like(expected)
    scale = (total + ONE_FAILURE) / (int(expected.sum()) / BILLIONTHS + ONE_FAILURE)
    cell_expected = scale * (cohorts.with_neighbours(expected) / BILLIONTHS)
    cell_factor = (cohorts.with_neighbours(failures) / BILLIONTHS + weight * expected_factor) / (
        cell_expected + weight
    )
    # A handful of records says little of their completeness: the surveys keep the level then, and
    # ``scale`` is taken as the share of failures that was written down.
    level = scale if total >= settings.integer("health.min_failures") else 1.0
    return CohortRates(scale, level, cell_factor, failures / BILLIONTHS, cell_expected)


def rate_pipes(
    fit: CohortRates,
    expected: Array,
    exposure: Array,
    failures: Array,
    cell: Array,
    *,
    counted: Array,
    street: Array | None = None,
    settings: Settings,
) -> Rates:
    """Rate every pipe by its cohort, its own record and its street.

    Parameters
    ----------
    fit
        What the records say of network and cohorts.
    expected, exposure, failures, counted
        As of `cohort_sums`.
    cell
        Cohort of each pipe.
    street
        Number of each pipe's street, -1 where unknown; None: no streets.
    settings
        Prior weights.
    """
    k = settings.real("health.pipe_prior")
    likely = fit.scale * fit.cell_factor[cell] * expected * exposure
    history = (k + failures) / (k + likely)
    others = np.ones(len(history))
    if street is not None:
        others = street_factor(likely, failures, street, counted, settings)
    rate = fit.level * fit.cell_factor[cell] * expected * history * others
    return Rates(rate, history, others, fit)


def street_factor(likely: Array, failures: Array, street: Array, counted: Array, settings: Settings) -> Array:
    """Return for pipes that never failed what the others of their street say, 1 for all else.

    Parameters
    ----------
    likely
        Failures that each pipe's rate makes likely within the records.
    failures
        Its own failures.
    street
        Number of its street, -1 where unknown.
    counted
        Which pipes count in the sums.
    settings
        Prior weight.
    """
    prior = settings.real("health.street_prior")
    index = street + 1
    failed = np.flatnonzero(failures)
    of_failed = np.where(counted[failed], failures[failed], 0.0)
    seen = np.bincount(index[failed], of_failed, index.max(initial=0) + 1)
    own = in_steps(likely * counted)
    others = sums_by(index, own, len(seen))[index]
    others -= own
    # In place: memory that was never used takes longer than what is computed in it.
    factor = others / BILLIONTHS
    factor += prior
    np.divide((prior + seen)[index], factor, out=factor)
    factor[failed] = 1.0
    factor[street < 0] = 1.0
    return np.asarray(factor)
