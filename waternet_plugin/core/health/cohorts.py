"""Cohorts: pipes of one material, one class of diameter and one span of laying years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.health.arrays import Array, numbered
from waternet_plugin.core.health.candidates import Pairs
from waternet_plugin.core.health.factors import UNKNOWN, coded
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

_NO_YEAR = -(10**6)


@dataclass(frozen=True)
class Cohorts:
    """Cohort of each pipe (``cell``) and what each cohort is.

    ``diameter_from`` and ``diameter_to`` are its limits in mm (0 and infinity at the ends, NaN unknown),
    ``year_from`` the first laying year (NaN unknown), ``years`` how many years it spans.
    """

    cell: Array
    material: tuple[str, ...]
    diameter_from: Array
    diameter_to: Array
    year_from: Array
    years: int

    @property
    def size(self) -> int:
        """How many cohorts there are."""
        return len(self.material)

    def label(self, place: int) -> str:
        """Return a cohort in words: material and span of years."""
        code = self.material[place]
        known = domain("material").get(code)
        material = known.label if known else code
        year = self.year_from[place]
        if np.isnan(year):
            return tr("{material}, year unknown").format(material=material)
        return tr("{material}, laid {start}–{end}").format(
            material=material, start=int(year), end=int(year) + self.years - 1
        )


def cohorts_of(pipes: pd.DataFrame, settings: Settings) -> Cohorts:
    """Return the cohorts of pipes; what is unknown is a class of its own.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year.
    settings
        Limits of diameter classes and years of a cohort.
    """
    span = settings.integer("health.vintage_years")
    limits = np.array([float(word) for word in settings.words("health.diameter_classes")])
    materials, words = coded(pipes["material"])
    diameter = pipes["diameter_mm"].to_numpy(float)
    known = diameter > 0
    sizes = np.where(known, np.searchsorted(limits, np.where(known, diameter, 0.0)), len(limits) + 1)
    year = pipes["install_year"].to_numpy(float)
    has_year = ~np.isnan(year)
    vintage = np.where(has_year, np.floor(np.where(has_year, year, 0.0) / span), _NO_YEAR).astype(np.int64)

    vintages, vintage_code = numbered(vintage)
    width = len(limits) + 2
    key = (materials * width + sizes) * len(vintages) + vintage_code
    keys, cell = numbered(key)
    of_vintage = vintages[keys % len(vintages)]
    of_size = keys // len(vintages) % width
    lower = np.concatenate(([0.0], limits, [np.nan]))
    upper = np.concatenate((limits, [np.inf, np.nan]))
    return Cohorts(
        cell=cell,
        material=tuple(words[number] for number in keys // len(vintages) // width),
        diameter_from=lower[of_size],
        diameter_to=upper[of_size],
        year_from=np.where(of_vintage == _NO_YEAR, np.nan, of_vintage * float(span)),
        years=span,
    )


def shared_failures(pairs: Pairs, cell: Array, counts: Array, size: int) -> Array:
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
