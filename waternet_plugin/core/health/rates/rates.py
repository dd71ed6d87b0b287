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
from waternet_plugin.core.health.rates.cohorts import Cohorts
from waternet_plugin.core.schema.settings import Settings

# One failure more, recorded and expected: without any records the surveys set the level.
ONE_FAILURE = 1.0
# Sums are rounded so that the order of rows never shows in a result.
_DIGITS = 9


@dataclass(frozen=True)
class Rates:
    """Rates in failures per 100 km and year, and how they came about.

    ``rate``, ``history`` (the factor of the pipe's own record) and ``street`` (that of the others of its
    street) are one a pipe; ``cell_factor``, ``cell_failures`` and ``cell_expected`` one a cohort. The factor
    and the expected ones (survey level times network scale) are of the laying years around it too.
    """

    rate: Array
    history: Array
    street: Array
    scale: float
    level: float
    cell_factor: Array
    cell_failures: Array
    cell_expected: Array


def fit_rates(
    expected: Array,
    exposure: Array,
    failures: Array,
    cohorts: Cohorts,
    *,
    counted: Array,
    cell_extra: Array,
    street: Array | None = None,
    settings: Settings,
) -> Rates:
    """Fit the hierarchy and rate every pipe.

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
    street
        Number of each pipe's street, -1 where unknown; None: no streets.
    settings
        Prior weights.
    """
    cell_weight = settings.real("health.cell_prior")
    k = settings.real("health.pipe_prior")
    cell, size = cohorts.cell, cohorts.size
    in_sums = np.where(counted, 1.0, 0.0)
    survey_total = np.round(np.bincount(cell, expected * exposure * in_sums, size), _DIGITS)
    cell_failures = np.round(np.bincount(cell, failures * in_sums, size) + cell_extra, _DIGITS)
    total = round(float(np.sum(cell_failures)), _DIGITS)
    scale = (total + ONE_FAILURE) / (round(float(np.sum(survey_total)), _DIGITS) + ONE_FAILURE)
    cell_expected = scale * cohorts.with_neighbours(survey_total)
    cell_factor = (cohorts.with_neighbours(cell_failures) + cell_weight) / (cell_expected + cell_weight)
    # A handful of records says little of their completeness: the surveys keep the level then, and
    # ``scale`` is taken as the share of failures that was written down.
    level = scale if total >= settings.integer("health.min_failures") else 1.0
    likely = scale * cell_factor[cell] * expected * exposure
    history = (k + failures) / (k + likely)
    others = np.ones(len(history))
    if street is not None:
        others = street_factor(likely, failures, street, counted, settings)
    rate = level * cell_factor[cell] * expected * history * others
    return Rates(rate, history, others, scale, level, cell_factor, cell_failures, cell_expected)


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
    in_sums = np.where(counted, 1.0, 0.0)
    seen = np.bincount(index, failures * in_sums)
    foreseen = np.round(np.bincount(index, likely * in_sums), _DIGITS)
    others = np.maximum(foreseen[index] - likely * in_sums, 0.0)
    return np.where((failures == 0) & (street >= 0), (prior + seen[index]) / (prior + others), 1.0)
