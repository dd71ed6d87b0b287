"""The rate that published surveys expect of a pipe, before any local record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.coded_columns import UNKNOWN, by_word, coded
from waternet_plugin.core.health.pooling.sums import Norms
from waternet_plugin.core.health.rates.pipe_types import types_of
from waternet_plugin.core.health.rates.reasons.rate_parts import (
    COHORT,
    DIAMETER,
    LENGTH,
    PRESSURE,
    SOIL,
    VINTAGE,
    ln,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

_REFERENCE_LENGTH_M = 100.0


@dataclass(frozen=True)
class Factors:
    """What the surveys say of each pipe; the product is its expected rate.

    ``survey`` is the material's mean rate in failures per 100 km and year, the others are factors: of
    diameter, length and vintage (tested in backtests), of soil and pressure (published, not tested here).
    """

    survey: Array
    diameter: Array
    length: Array
    vintage: Array
    soil: Array
    pressure: Array

    @cached_property
    def parts(self) -> Mapping[str, Array]:
        """What each stands for in a rate: their logarithms, by the name of the part."""
        return {
            COHORT: ln(self.survey),
            DIAMETER: ln(self.diameter),
            LENGTH: ln(self.length),
            VINTAGE: ln(self.vintage),
            SOIL: ln(self.soil),
            PRESSURE: ln(self.pressure),
        }

    @cached_property
    def expected(self) -> Array:
        """The expected rate in failures per 100 km and year."""
        return self.unsized * self.length

    @property
    def unsized(self) -> Array:
        """The expected rate without the factor of length, which the regression has a variable for."""
        return self.survey * self.diameter * self.vintage * self.soil * self.pressure


def survey_rate(material: str, settings: Settings) -> float:
    """Return the surveys' mean rate of a material in failures per 100 km and year."""
    fallback = settings.real(f"health.survey_rate.{UNKNOWN}")
    return settings.real_or(f"health.survey_rate.{material}", fallback)


def _curve(material: str, settings: Settings) -> tuple[Array, Array] | None:
    """Return the points (ln mm, ln factor) of a material's diameter curve, None for no effect."""
    source = settings.get(f"health.diameter_like.{material}", material)
    if source == "none":
        return None
    key = f"health.diameter_curve.{source}"
    text = settings.get(key) or settings.text("health.diameter_curve.all")
    try:
        pairs = [point.split(":") for point in text.split(";")]
        points = np.array(sorted((float(diameter), float(factor)) for diameter, factor in pairs))
    except ValueError:
        points = np.zeros((1, 2))
    if not (points > 0).all():
        message = tr("Setting {key}: write it as diameter:factor; diameter:factor; ..., all greater than 0.")
        raise InputError(message.format(key=key))
    logs = np.log(points)
    return logs[:, 0], logs[:, 1]


def _diameter_factor(material: pd.Series, diameter_mm: Array, settings: Settings) -> Array:
    """Return the factor of diameter: straight between the surveys' sizes on log scales, 1 where unknown."""
    result = np.ones(len(diameter_mm))
    known = diameter_mm > 0
    codes, words = coded(material)
    for code, word in enumerate(words):
        curve = _curve(word, settings)
        rows = known & (codes == code)
        if curve is not None and rows.any():
            result[rows] = np.exp(np.interp(np.log(diameter_mm[rows]), *curve))
    return result


def _length_factor(length_m: Array, settings: Settings) -> Array:
    """Return the factor of length (short pipes fail more per km), not normed."""
    limited_m = np.clip(length_m, settings.real("health.length_min_m"), settings.real("health.length_max_m"))
    return np.asarray((limited_m / _REFERENCE_LENGTH_M) ** settings.real("health.length_exponent"))


def _length_m(pipes: pd.DataFrame) -> Array:
    length_m = pipes["length_m"].to_numpy(float)
    return np.where(length_m > 0, length_m, 0.0)


def _pressure_mpa(pipes: pd.DataFrame) -> Array:
    """Return the highest pressure of each pipe, else its working pressure."""
    highest = pipes["pressure_max_mpa"].to_numpy(float)
    return np.where(np.isnan(highest), pipes["pressure_mpa"].to_numpy(float), highest)


def _soil_factor(material: pd.Series, soil: pd.Series, settings: Settings) -> Array:
    """Return the factor of soil corrosivity; 1 where the surveys have none."""
    soils, soil_words = coded(soil)
    materials, material_words = coded(material)
    table = np.array(
        [
            [settings.real_or(f"health.soil_factor.{word}.{soil_word}", 1.0) for soil_word in soil_words]
            for word in material_words
        ]
    )
    return np.asarray(table[materials, soils])


def _vintage_factor(material: pd.Series, install_year: Array, settings: Settings) -> Array:
    """Return the factor of the year of laying; 1 where unknown or where no year is told apart."""
    result = np.ones(len(install_year))
    codes, words = coded(material)
    for code, word in enumerate(words):
        key = f"health.vintage_factor.{word}"
        text = settings.get(key)
        if not text:
            continue
        try:
            steps = sorted(
                (int(year), float(factor)) for year, factor in (step.split(":") for step in text.split(";"))
            )
        except ValueError:
            message = tr(
                "Setting {key}: write it as year:factor; year:factor; ..., for pipes laid before that year."
            )
            raise InputError(message.format(key=key)) from None
        of_material = codes == code
        for year, factor in reversed(steps):
            result[of_material & (install_year < year)] = factor
    return result


def _pressure_factor(pressure_mpa: Array, median_mpa: float, settings: Settings) -> Array:
    """Return the factor of highest pressure over the network's median; 1 where unknown."""
    known = pressure_mpa > 0
    result = np.ones(len(pressure_mpa))
    if known.any():
        ratio = pressure_mpa[known] / median_mpa
        result[known] = np.clip(
            ratio ** settings.real("health.pressure_exponent"),
            settings.real("health.pressure_factor_min"),
            settings.real("health.pressure_factor_max"),
        )
    return result


def norms_of(pipes: pd.DataFrame, days: Array, settings: Settings) -> Norms:
    """Return what the factors of these pipes are normed by; parameters as of `factors_of` and `Norms.of`."""
    length_m = _length_m(pipes)
    return Norms.of(length_m, _length_factor(length_m, settings), _pressure_mpa(pipes), days)


def factors_of(pipes: pd.DataFrame, settings: Settings, norms: Norms | None = None) -> Factors:
    """Return what the surveys expect of each pipe.

    Parameters
    ----------
    pipes
        material, diameter_mm, length_m, install_year, soil, pressure_mpa, pressure_max_mpa.
    settings
        Survey rates, curves and exponents in force.
    norms
        Those of the network that the pipes are a part of; None where they are the whole of it.
    """
    norms = norms or norms_of(pipes, np.zeros(0, dtype="datetime64[D]"), settings)
    length = _length_factor(_length_m(pipes), settings)
    mean = norms.mean_length_factor
    types = types_of(pipes)
    material = types.pipes["material"]
    diameter_mm, install_year = (
        types.pipes[name].to_numpy(float) for name in ("diameter_mm", "install_year")
    )
    return Factors(
        survey=by_word(material, lambda word: survey_rate(word, settings))[types.number],
        diameter=_diameter_factor(material, diameter_mm, settings)[types.number],
        length=length / mean if mean > 0 else length,
        vintage=_vintage_factor(material, install_year, settings)[types.number],
        soil=_soil_factor(pipes["material"], pipes["soil"], settings),
        pressure=_pressure_factor(_pressure_mpa(pipes), norms.median_pressure_mpa, settings),
    )
