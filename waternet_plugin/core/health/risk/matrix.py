"""Bands 1 to 5 of likelihood and consequence, and the matrix of both.

Beside the money, for those who judge by bands. Every factor has a band by fixed limits, never by the rest of
the network, so that runs can be compared. Factors are weighed within their group, groups within their side;
the weights of each level add up to 100. A factor that is unknown of a pipe is left out and the others keep
their proportions; where all are unknown there is no band. Classes do not depend on bands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.coded_columns import by_word
from waternet_plugin.core.health.rates.pipe_types import types_of
from waternet_plugin.core.health.risk.crossings import CROSSINGS
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import listed, tr

LIKELIHOOD, CONSEQUENCE = "likelihood", "consequence"
# Factors by group by side.
SIDES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    LIKELIHOOD: {"record": ("rate", "failures"), "ageing": ("life",)},
    CONSEQUENCE: {"customers": ("households", "critical"), "site": ("diameter", "road", "crossing")},
}
BANDS = 5
_KM = 1000.0
_WHOLE = 100.0


@dataclass(frozen=True)
class RiskBands:
    """Band of each pipe, 1 to 5, 0 where nothing is known."""

    likelihood: Array
    consequence: Array


@dataclass(frozen=True)
class FactorBands:
    """Band of each factor of each pipe by side, 0 where unknown; ``rated`` pipes have bands at all."""

    likelihood: Mapping[str, Array]
    consequence: Mapping[str, Array]
    rated: Array


@dataclass(frozen=True)
class Matrix:
    """Pipes and km by band of likelihood (rows, 1 first) and of consequence (columns, 1 first)."""

    pipes: tuple[tuple[int, ...], ...]
    km: tuple[tuple[float, ...], ...]
    unknown_pipes: int
    unknown_km: float


def check_weights(settings: Settings) -> None:
    """Refuse weights that do not add up to 100 at each level.

    Raises
    ------
    InputError
        When they do not.
    """
    for side, groups in SIDES.items():
        _check_level(side, tuple(groups), settings)
        for group, factors in groups.items():
            _check_level(group, factors, settings)


def _key(level: str, name: str) -> str:
    return f"health.weight.{level}.{name}"


def _check_level(level: str, names: tuple[str, ...], settings: Settings) -> None:
    weights = [settings.real(_key(level, name)) for name in names]
    total = sum(weights)
    if min(weights) >= 0 and abs(total - _WHOLE) < 1e-6:
        return
    parts = listed(f"{_key(level, name)} = {weight:g}" for name, weight in zip(names, weights))
    message = tr(
        "Weights must be 0 or more and add up to 100; these add up to {total}: {parts}. Correct them in the "
        "settings table."
    )
    raise InputError(message.format(total=f"{total:g}", parts=parts))


def _limits(name: str, settings: Settings) -> Array:
    """Return the four values from which bands 2 to 5 of a factor begin."""
    key = f"health.band.{name}"
    try:
        limits = np.array([float(word) for word in settings.words(key)])
    except ValueError:
        limits = np.zeros(0)
    if len(limits) != BANDS - 1 or (np.diff(limits) < 0).any():
        message = tr("Setting {key}: write four rising numbers separated by semicolons, such as 3;6;13;30.")
        raise InputError(message.format(key=key))
    return limits


def _band_of(values: Array, name: str, settings: Settings) -> Array:
    """Return the band of numbers, 0 for NaN."""
    # Of so few limits each is compared with sooner than it is searched for.
    reached = [values >= limit for limit in _limits(name, settings)]
    band = np.sum(reached, axis=0, dtype=np.int8) + 1
    return np.asarray(np.where(np.isnan(values), 0, band), dtype=np.int8)


def _road_band(road: pd.Series, settings: Settings) -> Array:
    prefix = "health.band.road."
    known = {key[len(prefix) :]: settings.integer(key) for key in defaults() if key.startswith(prefix)}
    return np.asarray(by_word(road, lambda word: known.get(word, 0)), dtype=np.int8)


def _weighed(level: str, values: Mapping[str, Array], settings: Settings) -> Array:
    """Return the mean of values by their weights, 0 where all are; a value of 0 is unknown."""
    first = next(iter(values.values()))
    total, weight = np.zeros(len(first)), np.zeros(len(first))
    for name, value in values.items():
        own = settings.real(_key(level, name))
        total += own * value
        weight += own * (value > 0)
    return np.divide(total, weight, out=np.zeros(len(first)), where=weight > 0)


def _side(side: str, factors: Mapping[str, Array], settings: Settings) -> Array:
    """Return the band of one side from the bands of its factors; pipes share what few bands make."""
    names = [name for group in SIDES[side].values() for name in group if name in factors]
    every = dict(zip(names, np.indices([BANDS + 1] * len(names)).reshape(len(names), -1)))
    made = np.zeros(len(factors[names[0]]), dtype=np.int16)
    for name in names:
        made *= BANDS + 1
        made += factors[name]
    return _bands_made(side, every, settings)[made]


def _bands_made(side: str, factors: Mapping[str, Array], settings: Settings) -> Array:
    """Return the band of one side from the bands of its factors, computed for each."""
    groups = {
        group: _weighed(group, {name: factors[name] for name in names if name in factors}, settings)
        for group, names in SIDES[side].items()
        if any(name in factors for name in names)
    }
    score = _weighed(side, groups, settings)
    # Halves go up; rounded first, so that 2.4999999 is a half.
    return np.asarray(np.floor(np.round(score, 9) + 0.5), dtype=np.int8)


def factor_bands(
    pipes: pd.DataFrame,
    rate: Array,
    recent_failures: Array,
    *,
    as_of_year: int,
    settings: Settings,
    households: Array | None = None,
    critical: Array | None = None,
    crossing: Array | None = None,
) -> FactorBands:
    """Return the bands of every factor of every pipe; weights play no part.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year, road_class.
    rate
        Failures per 100 km and year, NaN where not rated: such a pipe has no band.
    recent_failures
        Own failures of the last years.
    as_of_year
        Year of the assessment.
    households, critical
        Who loses water, NaN where unknown; None where unknown of all pipes.
    crossing
        Place in `CROSSINGS`; None where unknown of all pipes.

    Raises
    ------
    InputError
        When limits do not rise.
    """
    types = types_of(pipes)
    life = by_word(types.pipes["material"], lambda word: median_life(word, settings))
    age = as_of_year - types.pipes["install_year"].to_numpy(float)
    likelihood = {
        "rate": _band_of(rate, "rate", settings),
        "failures": _band_of(np.asarray(recent_failures, dtype=float), "failures", settings),
        "life": _band_of(age / life, "life", settings)[types.number],
    }
    diameter = types.pipes["diameter_mm"].to_numpy(float)
    consequence = {
        "diameter": _band_of(np.where(diameter > 0, diameter, np.nan), "diameter", settings)[types.number],
        "road": _road_band(pipes["road_class"], settings),
    }
    if households is not None and critical is not None:
        consequence["households"] = _band_of(households, "households", settings)
        consequence["critical"] = _band_of(critical, "critical", settings)
    if crossing is not None:
        bands = [settings.integer(f"health.band.crossing.{word}") for word in CROSSINGS]
        consequence["crossing"] = np.array(bands, dtype=np.int8)[crossing]
    return FactorBands(likelihood, consequence, ~np.isnan(rate))


def weighed(factors: FactorBands, settings: Settings) -> RiskBands:
    """Return the bands of both sides by the weights in force.

    Raises
    ------
    InputError
        When weights do not add up.
    """
    check_weights(settings)
    return RiskBands(
        _side(LIKELIHOOD, factors.likelihood, settings) * factors.rated,
        _side(CONSEQUENCE, factors.consequence, settings) * factors.rated,
    )


def median_life(material: str, settings: Settings) -> float:
    """Return the age at which half of a material's pipes are gone, years."""
    key = f"health.life.{material}"
    text = settings.get(key) or settings.text("health.life.other")
    try:
        return float(text.split(";")[1])
    except (IndexError, ValueError):
        message = tr("Setting {key}: write three ages in years separated by semicolons, such as 40;80;120.")
        raise InputError(message.format(key=key)) from None


def matrix_of(bands: RiskBands, length_m: Array) -> Matrix:
    """Return pipes and km by both bands.

    Parameters
    ----------
    bands
        Of the pipes.
    length_m
        Their lengths, m; 0 for those that are not rated.
    """
    known = (bands.likelihood > 0) & (bands.consequence > 0)
    # With the unknown ones as band 0, which are left out.
    every = BANDS + 1
    cell = bands.likelihood.astype(np.int64) * every + bands.consequence
    pipes = np.bincount(cell, minlength=every**2).reshape(every, every)[1:, 1:]
    km = np.bincount(cell, length_m, every**2).reshape(every, every)[1:, 1:] / _KM
    unknown = ~known & (length_m > 0)
    return Matrix(
        tuple(tuple(row) for row in pipes.tolist()),
        tuple(tuple(row) for row in np.round(km, 6).tolist()),
        int(unknown.sum()),
        round(float(length_m[unknown].sum()) / _KM, 6),
    )
