"""Ways of putting pipes in an order: ours, and those that a planner might use instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import by_word, coded
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot, Events, recorded
from waternet_plugin.core.health.rates.factors import survey_rate
from waternet_plugin.core.health.rates.glm import regression_rates
from waternet_plugin.core.health.rates.reasons.rate_parts import (
    COHORT,
    RECORD,
    STREETS,
    Rated,
    ln,
    mean_of,
)
from waternet_plugin.core.health.rates.window import without_gaps
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import HUNDRED_KM_M, YEAR_DAYS

OURS = "waternet"
RANDOM, OLDEST, MATERIAL_AGE = "random", "oldest", "material_age"
SURVEY, PAST_COUNT, RATE_TABLE = "survey", "past_count", "rate_table"
HIERARCHY, GLM, GLM_EB = "hierarchy", "glm", "glm_eb"
RANKINGS = (OURS, RANDOM, OLDEST, MATERIAL_AGE, SURVEY, PAST_COUNT, RATE_TABLE, HIERARCHY, GLM, GLM_EB)

# The models that may rate pipes. The combined one is the mean of its members' logarithms, in equal parts.
COMBINED, AUTO = "combined", "auto"
MODELS = (COMBINED, HIERARCHY, GLM, GLM_EB)
MEMBERS = (HIERARCHY, GLM_EB)

# An age that counts fully in the score of material and age.
_OLD_A = 100.0
_MOST_FAILURES = 3


def ranking_label(name: str) -> str:
    """Return a ranking in the user's words."""
    labels = {
        OURS: tr("WaterNet"),
        RANDOM: tr("Random order"),
        OLDEST: tr("Oldest first"),
        MATERIAL_AGE: tr("Material and age, half each"),
        SURVEY: tr("Published rates, no local records"),
        PAST_COUNT: tr("Most failures so far"),
        RATE_TABLE: tr("Table of rates: failures so far, material, decade"),
        HIERARCHY: tr("Cohorts and the pipe's own record"),
        GLM: tr("Regression with failures so far"),
        GLM_EB: tr("Regression, times the pipe's own record"),
    }
    return labels[name]


def model_label(name: str) -> str:
    """Return a model in the user's words."""
    return tr("Cohorts and regression, combined") if name == COMBINED else ranking_label(name)


@dataclass(frozen=True)
class Ranking:
    """Score of each pipe, highest first, NaN last; where it ``predicts`` it is a rate per 100 km and year."""

    name: str
    score: Array
    predicts: bool


def _by_hierarchy(origin: CutoffSnapshot) -> Rated:
    """Return the rates of the rate engine with their parts."""
    rates, factors = origin.rates, origin.factors
    of_cohorts = rates.of_cohorts
    of_cohort = ln(of_cohorts.level * of_cohorts.cell_factor)[origin.cohorts.cell]
    parts = {
        **factors.parts,
        COHORT: factors.parts[COHORT] + of_cohort,
        RECORD: ln(rates.history),
        STREETS: ln(rates.street),
    }
    return Rated(rates.rate, parts)


def rated_by(
    model: str, origin: CutoffSnapshot, events: Events, *, horizon_years: float, settings: Settings
) -> Rated:
    """Return the rate of each pipe by a model, failures per 100 km and year, and what it is made of.

    Parameters
    ----------
    model
        One of `MODELS`.
    origin, events
        What was known.
    horizon_years
        Years ahead.
    settings
        Everything else.
    """
    if model == HIERARCHY:
        return _by_hierarchy(origin)
    if model == COMBINED:
        return mean_of(
            [
                rated_by(member, origin, events, horizon_years=horizon_years, settings=settings)
                for member in MEMBERS
            ]
        )
    return regression_rates(
        origin, events, history=model == GLM, horizon_years=horizon_years, settings=settings
    )


def _material_age(origin: CutoffSnapshot, settings: Settings) -> Array:
    """Return half the material's rate over the worst one, and half the age over 100 years."""
    rate = by_word(origin.frame["material"], lambda word: survey_rate(word, settings))
    age = np.clip((origin.cutoff.year - origin.install_year) / _OLD_A, 0.0, 1.0)
    return np.asarray(0.5 * rate / max(float(rate.max(initial=0.0)), 1e-9) + 0.5 * age)


def _rate_table(origin: CutoffSnapshot, events: Events) -> Array:
    """Return the rate of the cell of failures so far, material and decade of laying.

    Each year of the records is asked what happened to pipes that had failed 0, 1, 2, 3 or more times
    before it. A cell leans on its class of failures and material, as if that had shown it one failure.
    """
    size = len(origin.rows)
    material, words = coded(origin.frame["material"])
    year = origin.install_year
    decade = np.where(np.isnan(year), 0, np.clip(np.floor(year / 10.0) - 150, 1, 70)).astype(np.int64)
    static = material * 71 + decade
    cells, static = np.unique(static, return_inverse=True)
    classes = _MOST_FAILURES + 1
    width = len(cells)
    failures, exposure = np.zeros(classes * width), np.zeros(classes * width)
    start = np.datetime64(origin.window.start or origin.cutoff, "D")
    end = np.datetime64(origin.cutoff, "D") + 1
    pipe, day = recorded(origin, events)
    past = np.zeros(size, dtype=np.int64)
    steps = max(1, round(float((end - start).astype(int)) / YEAR_DAYS))
    edges = start + np.round(np.linspace(0, float((end - start).astype(int)), steps + 1)).astype(int)
    length = np.where(origin.trained, origin.length_m, 0.0) / HUNDRED_KM_M / YEAR_DAYS
    for first, last in zip(edges[:-1], edges[1:]):
        days = without_gaps(np.maximum(origin.begin, first), np.minimum(origin.end, last), origin.window)
        cell = np.minimum(past, _MOST_FAILURES) * width + static
        exposure += np.bincount(cell, np.maximum(days, 0.0) * length, classes * width)
        pipes_then = pipe[(day >= first) & (day < last)]
        failures += np.bincount(cell[pipes_then], minlength=classes * width)
        past += np.bincount(pipes_then, minlength=size)
    mean_rate = (failures.sum() + 1.0) / max(float(exposure.sum()), 1e-9) if exposure.sum() > 0 else 0.0
    of_class = np.repeat(np.arange(classes), width) * len(words) + np.tile(cells // 71, classes)
    parents = classes * len(words)

    def shrunk(count: Array, time: Array, mean: Array | float) -> Array:
        return np.asarray((count + 1.0) / np.maximum(mean * time + 1.0, 1e-9) * mean)

    parent = shrunk(
        np.bincount(of_class, failures, parents), np.bincount(of_class, exposure, parents), mean_rate
    )
    table = shrunk(failures, exposure, parent[of_class])
    return np.asarray(table[np.minimum(past, _MOST_FAILURES) * width + static])


def rankings_of(
    origin: CutoffSnapshot,
    events: Events,
    names: Sequence[str],
    rate_of: Callable[[str], Array],
    *,
    model: str,
    settings: Settings,
) -> list[Ranking]:
    """Return rankings of the pipes as they would have been made at an origin.

    Parameters
    ----------
    origin, events
        What was known.
    names
        Which of `RANKINGS`.
    rate_of
        Returns the rates of a model at the origin.
    model
        The model behind our own, one of `MODELS`.
    settings
        Everything else.
    """

    def ranking(name: str) -> Ranking:
        if name == RANDOM:
            return Ranking(name, np.zeros(len(origin.rows)), False)
        if name == OLDEST:
            return Ranking(name, -origin.install_year, False)
        if name == MATERIAL_AGE:
            return Ranking(name, _material_age(origin, settings), False)
        if name == PAST_COUNT:
            return Ranking(name, origin.counted.own, False)
        if name == SURVEY:
            return Ranking(name, origin.factors.expected, True)
        if name == RATE_TABLE:
            return Ranking(name, _rate_table(origin, events), True)
        return Ranking(name, rate_of(model if name == OURS else name), True)

    return [ranking(name) for name in names]
