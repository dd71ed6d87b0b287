"""Cohorts: pipes of one material, one class of diameter and one span of laying years.

Rates are made of cohorts of one laying year each, and each leans on those laid within a few years of it: a
sliding span, so that no border between spans decides. Tables for people have fixed spans, `TABLE_YEARS` long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import UNKNOWN, coded
from waternet_plugin.core.health.matching.candidates import CandidatePairs
from waternet_plugin.core.health.numbered_values import numbered
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.rates.pipe_types import types_of
from waternet_plugin.core.health.rates.reason_words import cohort_label
from waternet_plugin.core.schema.settings import Settings

TABLE_YEARS = 20
_NO_YEAR = -(10**6)


@dataclass(frozen=True)
class Cohorts:
    """Cohort of each pipe (``cell``) and what each cohort is.

    ``keys`` are the columns that name a cohort in any network: material, class of diameter, span of years.
    ``diameter_from`` and ``diameter_to`` are its limits in mm (0 and infinity at the ends, NaN unknown),
    ``year_from`` the first laying year (NaN unknown), ``years`` how many years it spans. ``around`` is how
    many laying years before and after it count with it; those are the cohorts from ``first`` to before
    ``last``, in the order of cohorts.
    """

    cell: Array
    keys: Mapping[str, Array]
    material: tuple[str, ...]
    diameter_from: Array
    diameter_to: Array
    year_from: Array
    years: int
    around: int
    first: Array
    last: Array

    @property
    def size(self) -> int:
        """How many cohorts there are."""
        return len(self.material)

    def with_neighbours(self, values: Array) -> Array:
        """Return the sums of a whole number of each cohort over it and the laying years around it."""
        running = np.concatenate(([0], np.cumsum(values)))
        return np.asarray(running[self.last] - running[self.first])

    def label(self, index: int) -> str:
        """Return a cohort in words: material and span of years, with those around it."""
        return cohort_label(self.material[index], *self.span(index))

    def span(self, index: int) -> tuple[float, int]:
        """Return the first laying year of a cohort, with those around it (NaN unknown), and their number."""
        return float(self.year_from[index]) - self.around, self.years + 2 * self.around


def table_cohorts(pipes: pd.DataFrame, settings: Settings) -> Cohorts:
    """Return cohorts of fixed spans, for tables; parameters as of `cohorts_of`."""
    return _cohorts(pipes, settings, span=TABLE_YEARS, around=0)


def cohorts_of(pipes: pd.DataFrame, settings: Settings) -> Cohorts:
    """Return the cohorts of pipes by laying year; what is unknown is a class of its own.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year.
    settings
        Limits of diameter classes, and the laying years that count together.
    """
    return _cohorts(pipes, settings, span=1, around=max(settings.integer("health.vintage_years"), 1) // 2)


def _cohorts(pipes: pd.DataFrame, settings: Settings, *, span: int, around: int) -> Cohorts:
    limits = np.array([float(word) for word in settings.words("health.diameter_classes")])
    types = types_of(pipes)
    materials, words = coded(types.pipes["material"])
    diameter = types.pipes["diameter_mm"].to_numpy(float)
    known = diameter > 0
    sizes = np.where(known, np.searchsorted(limits, np.where(known, diameter, 0.0)), len(limits) + 1)
    year = types.pipes["install_year"].to_numpy(float)
    has_year = ~np.isnan(year)
    vintage = np.where(has_year, np.floor(np.where(has_year, year, 0.0) / span), _NO_YEAR).astype(np.int64)

    vintages, vintage_code = numbered(vintage)
    width = len(limits) + 2
    key = (materials * width + sizes) * len(vintages) + vintage_code
    numbers, cell = numbered(key)
    of_kind = numbers // len(vintages)
    keys = {
        "material": np.array(words, dtype=object)[of_kind // width],
        "size": of_kind % width,
        "vintage": vintages[numbers % len(vintages)],
    }
    return _described(cell[types.number], keys, settings, span=span, around=around)


def pooled_cohorts(own: Cohorts, pooled: KeyedSums, settings: Settings) -> Cohorts:
    """Return the cohorts of pipes among those of a whole group.

    Parameters
    ----------
    own
        The cohorts of these pipes.
    pooled
        Sums by cohort, which hold each of them.
    settings
        As the cohorts were made with.
    """
    return _described(
        pooled.rows_of(own.keys)[own.cell], pooled.keys, settings, span=own.years, around=own.around
    )


def cohorts_by(keys: Mapping[str, Array], settings: Settings) -> Cohorts:
    """Return the cohorts of laying years that have some keys, of no pipe."""
    around = max(settings.integer("health.vintage_years"), 1) // 2
    return _described(np.zeros(0, dtype=np.int64), keys, settings, span=1, around=around)


def _described(
    cell: Array, keys: Mapping[str, Array], settings: Settings, *, span: int, around: int
) -> Cohorts:
    """Return cohorts by their keys, which are in order."""
    limits = np.array([float(word) for word in settings.words("health.diameter_classes")])
    width = len(limits) + 2
    of_size, of_vintage = keys["size"], keys["vintage"]
    of_kind = numbered(keys["material"])[1] * width + of_size
    # An unknown year lies so far off the known ones that it has no neighbours.
    line = of_kind * (-4 * _NO_YEAR) + of_vintage
    lower = np.concatenate(([0.0], limits, [np.nan]))
    upper = np.concatenate((limits, [np.inf, np.nan]))
    return Cohorts(
        cell=cell,
        keys=keys,
        material=tuple(keys["material"].tolist()),
        diameter_from=lower[of_size],
        diameter_to=upper[of_size],
        year_from=np.where(of_vintage == _NO_YEAR, np.nan, of_vintage * float(span)),
        years=span,
        around=around,
        first=np.searchsorted(line, line - around),
        last=np.searchsorted(line, line + around, side="right"),
    )


def shared_failures(pairs: CandidatePairs, cell: Array, counts: Array, size: int) -> Array:
    """Return how many ambiguous failures fall on each cohort.

    A failure counts 1 in the cohort of its candidates; where they are of several, in equal parts by
    candidate.

    Parameters
    ----------
    pairs
        Ambiguous failures and their equal candidates.
    cell
        Cohort of each pipe, by row.
    counts
        Which pipes count.
    size
        How many cohorts there are.
    """
    pairs = pairs.keep(counts[pairs.pipe])
    if not len(pairs.failure):
        return np.zeros(size)
    of_each = np.bincount(pairs.failure)
    return np.bincount(cell[pairs.pipe], 1.0 / of_each[pairs.failure], size)


def is_unknown(cohorts: Cohorts) -> Array:
    """Return which cohorts lack material or laying year."""
    lacks = np.array([material == UNKNOWN for material in cohorts.material], dtype=bool)
    return np.asarray(lacks | np.isnan(cohorts.year_from))
