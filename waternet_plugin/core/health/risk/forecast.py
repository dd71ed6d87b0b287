"""How many failures to expect in each of the years ahead, and between which limits.

Rates are those of an assessment. Pipes grow older, renewed ones get the rate of new pipe. What is not
known of a year is its winter (the year effect, from the network's own yearly totals) and where the level
goes (the trend), and where records are few, what the level is; all are of all pipes at once and do not
average out over the network. What is not known of a pipe or a cohort is its own rate, and how chance falls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.coded_columns import by_word
from waternet_plugin.core.health.rates.cohorts import table_cohorts
from waternet_plugin.core.health.rates.rates import ONE_FAILURE
from waternet_plugin.core.health.risk.assessment import Assessment
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import HUNDRED_KM_M

_MOST_YEARS = 100
# Of a standard normal: four fifths lie within this many deviations.
FOUR_FIFTHS = 1.2816


@dataclass(frozen=True)
class Outlook:
    """Failures expected of something, and the limits between which four of five outcomes lie."""

    expected: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Forecast(PlainFrames):
    """Failures ahead: by year, over all years, and by pipe and group over all years.

    ``years`` has year, expected, lower, upper; ``pipes`` one row a pipe with expected, lower, upper and
    ``probability`` of one failure or more; ``groups`` group, km, expected, lower, upper, and ``cohorts`` the
    same of cohorts. ``year_effect`` is the relative spread of a year, ``trend`` that of the level over the
    years, ``level`` that of the level today: the fewer the records, the larger.
    """

    years: pd.DataFrame
    total: Outlook
    pipes: pd.DataFrame
    groups: pd.DataFrame
    cohorts: pd.DataFrame
    year_effect: float
    trend: float
    level: float


def year_effect(yearly: Sequence[int], settings: Settings) -> float:
    """Return the relative spread of yearly totals beyond chance.

    The published spread counts as much as a set number of years of the network's own.

    Parameters
    ----------
    yearly
        Failures of each whole year of records.
    settings
        The published spread and its weight.
    """
    prior = settings.real("health.year_effect") ** 2
    weight = settings.real("health.year_effect_weight")
    counts = np.asarray(yearly, dtype=float)
    if len(counts) < 2 or counts.mean() <= 0:
        return float(np.sqrt(prior))
    mean = counts.mean()
    own = max(float(counts.var(ddof=1)) - mean, 0.0) / mean**2
    degrees = len(counts) - 1
    return float(np.sqrt((degrees * own + weight * prior) / (degrees + weight)))


def limits(mean: Array, relative_variance: Array, level: float = 0.8) -> tuple[Array, Array]:
    """Return the limits of counts with a mean and a relative variance of that mean, beside chance.

    Parameters
    ----------
    mean
        Expected counts.
    relative_variance
        Variance of the rate over its square.
    level
        Share of the outcomes within the limits.
    """
    from scipy.stats import nbinom

    mean = np.asarray(mean, dtype=float)
    shape = 1.0 / np.maximum(np.asarray(relative_variance, dtype=float), 1e-9)
    tail = (1.0 - level) / 2.0
    safe_mean = np.where(mean > 0, mean, 1.0)
    chance = shape / (shape + safe_mean)
    lower, upper = (nbinom.ppf(side, shape, chance) for side in (tail, 1.0 - tail))

    def told(value: Array) -> Array:
        return np.where(np.isnan(mean), np.nan, np.where(mean > 0, value, 0.0))

    return told(lower), told(upper)


def ageing_exponent(material: pd.Series, settings: Settings) -> Array:
    """Return the power of age with which each pipe's rate grows, 0 where it does not."""
    fallback = settings.real("health.age_exponent.other")
    return by_word(material, lambda word: settings.real_or(f"health.age_exponent.{word}", fallback))


def _growth(age: Array, exponent: Array, ahead: float, settings: Settings) -> Array:
    """Return the factor on today's rate some years ahead; an unknown age does not grow."""
    young = settings.real("health.age_least_years")
    limited_age = np.maximum(age, young)
    factor = ((limited_age + ahead) / limited_age) ** exponent
    return np.where(np.isnan(age), 1.0, factor)


@dataclass(frozen=True)
class RatedPipes(PlainFrames):
    """Pipes with their rates today, and the records these rest on.

    Attributes
    ----------
    pipes
        pipe_id, material, length_m, install_year.
    rate
        Rate of each pipe today, failures per 100 km and year; NaN: not rated, expected 0.
    failures
        Own failures of each pipe in the records: the more, the surer its rate.
    yearly
        Failures of each whole year of records, for the year effect.
    """

    pipes: pd.DataFrame
    rate: Array
    failures: Array
    yearly: Sequence[int]


def forecast_failures(
    rated: RatedPipes,
    *,
    first_year: int,
    years: int,
    groups: Array | None = None,
    cohorts: Array | None = None,
    renewed_in: Array | None = None,
    new_rate: float = 0.0,
    settings: Settings | None = None,
) -> Forecast:
    """Forecast the failures of some years.

    Parameters
    ----------
    rated
        The pipes, their rates and records.
    first_year
        The first year ahead.
    years
        How many.
    groups
        District of each pipe, or any other group; None for no groups.
    cohorts
        Cohort of each pipe, by its name; None for no cohorts.
    renewed_in
        Year in which each pipe is renewed, NaN for never; from the next year on it has ``new_rate``.
    new_rate
        Rate of new pipe, failures per 100 km and year.
    settings
        Ageing, year effect, trend.

    Raises
    ------
    InputError
        When the number of years makes no sense.
    """
    settings = settings or Settings()
    if not 1 <= years <= _MOST_YEARS:
        raise InputError(tr("Give 1 to {most} years to forecast.").format(most=_MOST_YEARS))
    renewed = np.inf if renewed_in is None else np.nan_to_num(renewed_in, nan=np.inf)
    of_pipe = np.zeros(len(rated.pipes))
    of_year = np.zeros(years)
    length = np.nan_to_num(rated.pipes["length_m"].to_numpy(float))
    for ahead, old in enumerate(_rates_ahead(rated, first_year, years, settings)):
        now = np.where(first_year + ahead > renewed, new_rate, old) * length / HUNDRED_KM_M
        of_pipe += now
        # Rounded, so that the order of rows never shows.
        of_year[ahead] = round(float(now.sum()), 6)

    effect = year_effect(rated.yearly, settings)
    trend = settings.real("health.trend") / FOUR_FIFTHS
    own = 1.0 / (settings.real("health.pipe_prior") + np.asarray(rated.failures, dtype=float))
    # The surveys are worth one failure; without records nothing else tells the level.
    level = float((ONE_FAILURE + np.nansum(rated.failures)) ** -0.5)
    common = effect**2 / years + trend**2 + level**2
    chance = float((of_pipe**2 * own).sum()) / max(float(of_pipe.sum()) ** 2, 1e-12)
    total = np.array([round(float(of_pipe.sum()), 6)])
    low, high = limits(total, np.array([common + chance]))
    every_year = _between(of_year, np.full(years, effect**2 + trend**2 + level**2 + chance))
    every_pipe = _between(np.where(np.isnan(rated.rate), np.nan, of_pipe), own + common)
    return Forecast(
        years=pd.DataFrame({"year": np.arange(first_year, first_year + years), **every_year}),
        total=Outlook(float(total[0]), float(low[0]), float(high[0])),
        pipes=pd.DataFrame(
            {
                "pipe_id": rated.pipes["pipe_id"].to_numpy(dtype=object),
                **every_pipe,
                "probability": _probability(every_pipe["expected"], own + common),
            }
        ),
        groups=_grouped(groups, length, of_pipe, own, common, settings),
        cohorts=_grouped(cohorts, length, of_pipe, own, common, settings),
        year_effect=effect,
        trend=trend,
        level=level,
    )


def _rates_ahead(rated: RatedPipes, first_year: int, years: int, settings: Settings) -> Iterator[Array]:
    """Yield the rate of each pipe as it grows older in each of the years ahead; 0 where it is not rated."""
    today = np.nan_to_num(np.asarray(rated.rate, dtype=float))
    age = first_year - 0.5 - rated.pipes["install_year"].to_numpy(float)
    exponent = ageing_exponent(rated.pipes["material"], settings)
    for ahead in range(years):
        yield today * _growth(age, exponent, ahead + 0.5, settings)


def _between(expected: Array, relative_variance: Array) -> dict[str, Array]:
    """Return expected counts with their limits, as columns."""
    lower, upper = limits(expected, relative_variance)
    return {"expected": expected, "lower": lower, "upper": upper}


def _probability(expected: Array, relative_variance: Array) -> Array:
    """Return how likely one failure or more is, by a gamma-Poisson distribution."""
    shape = 1.0 / relative_variance
    return np.asarray(1.0 - (1.0 + expected / shape) ** -shape)


def forecast_of(assessment: Assessment, pipes: pd.DataFrame, *, settings: Settings) -> Forecast:
    """Forecast the years of an assessment's horizon, by cohort, and by district where pipes name one.

    Parameters
    ----------
    assessment
        Of these pipes.
    pipes
        pipe_id, material, diameter_mm, length_m, install_year; dma_id for districts.
    settings
        Ageing, year effect, trend.
    """
    summary = assessment.summary
    rows = rows_of_ids(pipes["pipe_id"], assessment.pipes["pipe_id"])
    pipes_of_cell = pipes.iloc[rows]
    districts = pipes_of_cell["dma_id"].to_numpy(dtype=object) if "dma_id" in pipes_of_cell.columns else None
    if districts is not None and pd.isna(districts).all():
        districts = None
    rate = assessment.pipes["rate_per_100km_y"].to_numpy(float)
    cohorts = None
    cells = table_cohorts(pipes_of_cell, settings)
    # Sizes of one material and span of years are one here.
    if cells.size:
        names = np.array([cells.label(index) for index in range(cells.size)], dtype=object)
        cohorts = names[cells.cell]
        cohorts[np.isnan(rate)] = None
    return forecast_failures(
        RatedPipes(pipes_of_cell, rate, assessment.own_failures, summary.window.counts),
        first_year=summary.as_of.year + 1,
        years=min(max(round(summary.horizon_years), 1), _MOST_YEARS),
        groups=districts,
        cohorts=cohorts,
        settings=settings,
    )


def _grouped(
    groups: Array | None, length: Array, expected: Array, own: Array, common: float, settings: Settings
) -> pd.DataFrame:
    """Return the outlook of each group, most failures first; unknown groups are one of their own."""
    if groups is None:
        groups, length, expected, own = (np.zeros(0, dtype=kind) for kind in (object, float, float, float))
    group, names = pd.factorize(np.asarray(groups, dtype=object), use_na_sentinel=True)
    group = np.where(group < 0, len(names), group)
    size = len(names) + 1
    total = np.bincount(group, expected, size)
    spread = np.bincount(group, expected**2 * own, size) / np.maximum(total, 1e-12) ** 2
    # A group's own level is no surer than its record is long.
    record = 1.0 / (settings.real("health.cell_prior") + total)
    low, high = limits(total, common + spread + record)
    frame = pd.DataFrame(
        {
            "group": np.array([*names, None], dtype=object),
            "km": np.bincount(group, length, size) / 1000.0,
            "expected": total,
            "lower": low,
            "upper": high,
        }
    )
    frame["word"] = frame["group"].astype(str)
    frame = frame.loc[np.bincount(group, minlength=size) > 0]
    ordered: pd.DataFrame = frame.sort_values(
        ["expected", "word"], ascending=[False, True], ignore_index=True
    )
    del ordered["word"]
    return ordered
