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
from waternet_plugin.core.health.rates.pipe_types import types_of
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
    """Sort of each pipe, and the columns that name each sort in any network.

    ``diameter`` and ``length`` are logarithms over the reference, one a pipe; 0 for an unknown diameter.
    """

    sort: Array
    keys: Mapping[str, Array]
    diameter: Array
    length: Array


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


def log_diameter(diameter_mm: Array) -> Array:
    """Return the logarithm of diameters over the reference, 0 where unknown."""
    return np.asarray(np.log(np.where(diameter_mm > 0, diameter_mm, _REFERENCE_MM) / _REFERENCE_MM))


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
    shortest, longest = settings.real("health.length_min_m"), settings.real("health.length_max_m")
    length = np.log(np.clip(length_m, shortest, longest) / _REFERENCE_M)
    types = types_of(pipes)
    diameter_mm = types.pipes["diameter_mm"].to_numpy(float)
    diameter = log_diameter(diameter_mm)
    # Materials share some variables of the regression, and differ in what the surveys say.
    material, words = coded(types.pipes["material"])
    size = np.where(diameter_mm > 0, np.round(diameter / _STEP), _UNKNOWN_SIZE).astype(np.int64)
    long = np.round(length / _STEP).astype(np.int64)
    years = np.clip(types.pipes["install_year"].to_numpy(float), _FIRST_YEAR, _LAST_YEAR)
    year = np.nan_to_num(years, nan=_NO_YEAR).astype(np.int64)
    (sizes, of_size), (laid, of_year) = numbered(size), numbered(year)
    least = int(long.min(initial=0))
    lengths = int(long.max(initial=0)) - least + 1
    # By material, size, length and year, in this order.
    of_type = (material * len(sizes) + of_size) * (lengths * len(laid)) + of_year
    distinct, sort = numbered(of_type[types.number] + (long - least) * len(laid))
    first = np.zeros(len(distinct), dtype=np.int64)
    first[sort[::-1]] = np.arange(len(sort))[::-1]
    type_of = types.number[first]
    keys = {
        "material": np.array(words, dtype=object)[material[type_of]],
        "size": size[type_of],
        "long": long[first],
        "year": year[type_of],
    }
    return Sorts(sort, keys, diameter[types.number], length)


def sort_sums(
    sorts: Sorts,
    factors: Factors,
    *,
    exposure: Array,
    failures: Array,
) -> KeyedSums:
    """Return the sums of pipes by sort.

    Parameters
    ----------
    sorts
        Those of the pipes.
    factors
        What the surveys expect of each pipe.
    exposure, failures
        Of the pipes that count, 0 for others: 100 km-years, failures.
    """
    size = len(sorts.keys["year"])
    values = {
        "diameter": sorts.diameter,
        "length": sorts.length,
        "survey": ln(factors.unsized),
        "exposure": exposure,
        "failures": failures * (exposure > 0),
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
