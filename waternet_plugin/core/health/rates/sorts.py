"""Sorts of pipes for the regression: alike in material, size, length and laying year, summed before a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import coded
from waternet_plugin.core.health.numbered_values import numbered
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, in_steps, sums_by
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.rates.factors import Factors
from waternet_plugin.core.health.rates.reasons.rate_parts import ln
from waternet_plugin.core.schema.settings import Settings

_REFERENCE_MM, _REFERENCE_M = 150.0, 100.0
# Logarithms of size and length are rounded to this.
_STEP = 0.2
_UNKNOWN_SIZE = -1000
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_NO_YEAR = _FIRST_YEAR - 1


@dataclass(frozen=True)
class Sorts:
    """Sort of each pipe, and the columns that name each sort in any network."""

    sort: Array
    keys: Mapping[str, Array]


@dataclass(frozen=True)
class SortTable:
    """What is known of each sort: means of its pipes, their exposure in 100 km-years and their failures.

    ``diameter`` and ``length`` are logarithms over the reference, ``survey`` the logarithm of the surveys'
    rate without the factor of length; ``year`` is NaN where unknown.
    """

    material: Array
    diameter: Array
    length: Array
    year: Array
    survey: Array
    exposure: Array
    failures: Array


def log_sizes(pipes: pd.DataFrame, length_m: Array, settings: Settings) -> tuple[Array, Array]:
    """Return the logarithms of diameter and length over the reference; 0 where the diameter is unknown."""
    shortest, longest = settings.real("health.length_min_m"), settings.real("health.length_max_m")
    diameter = pipes["diameter_mm"].to_numpy(float)
    diameter = np.log(np.where(diameter > 0, diameter, _REFERENCE_MM) / _REFERENCE_MM)
    return diameter, np.log(np.clip(length_m, shortest, longest) / _REFERENCE_M)


def sorts_of(pipes: pd.DataFrame, length_m: Array, settings: Settings) -> Sorts:
    """Return the sorts of pipes.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year.
    length_m
        Length of each, 0 where unknown.
    settings
        Limits of lengths.
    """
    diameter, length = log_sizes(pipes, length_m, settings)
    # Materials share some variables of the regression, and differ in what the surveys say.
    material, words = coded(pipes["material"])
    known = (pipes["diameter_mm"] > 0).to_numpy()
    size = np.where(known, np.round(diameter / _STEP), _UNKNOWN_SIZE).astype(np.int64)
    long = np.round(length / _STEP).astype(np.int64)
    years = np.clip(pipes["install_year"].to_numpy(float), _FIRST_YEAR, _LAST_YEAR)
    year = np.nan_to_num(years, nan=_NO_YEAR).astype(np.int64)
    columns = {"size": size, "long": long, "year": year}
    packed = material
    for column in columns.values():
        least = int(column.min(initial=0))
        packed = packed * (int(column.max(initial=0)) - least + 1) + column - least
    distinct, sort = numbered(packed)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[sort[::-1]] = np.arange(len(sort))[::-1]
    keys = {name: column[first] for name, column in columns.items()}
    return Sorts(sort, {"material": np.array(words, dtype=object)[material[first]], **keys})


def sort_sums(
    sorts: Sorts,
    pipes: pd.DataFrame,
    factors: Factors,
    *,
    length_m: Array,
    exposure: Array,
    failures: Array,
    settings: Settings,
) -> KeyedSums:
    """Return the sums of pipes by sort.

    Parameters
    ----------
    sorts
        Those of the pipes.
    pipes
        diameter_mm.
    factors
        What the surveys expect of each pipe.
    length_m
        Length of each pipe, 0 where unknown.
    exposure, failures
        Of the pipes that count, 0 for others: 100 km-years, failures.
    settings
        Limits of lengths.
    """
    diameter, length = log_sizes(pipes, length_m, settings)
    size = len(sorts.keys["year"])
    values = {
        "diameter": diameter,
        "length": length,
        "survey": ln(factors.unsized),
        "exposure": exposure,
        "failures": np.where(exposure > 0, failures, 0.0),
    }
    sums = {name: sums_by(sorts.sort, in_steps(value), size) for name, value in values.items()}
    return KeyedSums.of(sorts.keys, {"pipes": np.bincount(sorts.sort, minlength=size), **sums})


def sort_table(sums: KeyedSums) -> SortTable:
    """Return what is known of each sort, in the order of its key."""
    year = sums.keys["year"].astype(float)

    def of_all(name: str) -> Array:
        return sums.values[name] / BILLIONTHS

    pipes = sums.values["pipes"]
    return SortTable(
        material=sums.keys["material"],
        # What is rounded or differs within a sort, soil and pressure, counts by its mean.
        diameter=of_all("diameter") / pipes,
        length=of_all("length") / pipes,
        year=np.where(year == _NO_YEAR, np.nan, year),
        survey=of_all("survey") / pipes,
        exposure=of_all("exposure"),
        failures=of_all("failures"),
    )
