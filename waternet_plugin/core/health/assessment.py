"""The health of every pipe on one day: rate, likelihood, consequence, risk, class, evidence, reasons."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.choice import GIVEN, Choice
from waternet_plugin.core.health.classes import (
    CLASSES,
    UNKNOWN,
    Classes,
    classify,
    health_of,
    on_policy_list,
)
from waternet_plugin.core.health.cohorts import Cohorts, is_unknown
from waternet_plugin.core.health.consequence import cost_of_failure
from waternet_plugin.core.health.factors import survey_rate
from waternet_plugin.core.health.inservice import NOT_RATED, reason_sentences
from waternet_plugin.core.health.origin import Origin
from waternet_plugin.core.health.past import Past
from waternet_plugin.core.health.rankings import HIERARCHY
from waternet_plugin.core.health.rates import Rates
from waternet_plugin.core.health.reasons import reasons_of
from waternet_plugin.core.health.window import Window
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

FAILURE_COLUMNS = ("failure_id", "date", "kind", "street", "pipe_id", "match_state")
COLUMNS = (
    "pipe_id",
    "rate_per_100km_y",
    "health",
    "likelihood",
    "consequence",
    "risk",
    "class",
    "evidence",
    "reasons",
)
OWN, LOCAL, SURVEY = "A", "B", "C"
EVIDENCE = (OWN, LOCAL, SURVEY)
_100_KM = 100_000.0
_KM = 1000.0


@dataclass(frozen=True)
class CohortRow:
    """One cohort of the rated pipes: km, failures in the records, factor on the surveys' rate, mean rate."""

    material: str
    diameter_from_mm: float
    diameter_to_mm: float
    year_from: float
    years: int
    pipes: int
    km: float
    failures: float
    factor: float
    rate_per_100km_y: float


@dataclass(frozen=True)
class Summary:
    """What an assessment is made of; lengths in km, rates in failures per 100 km and year.

    ``model`` rated the pipes, chosen as ``model_how`` says (`choice`); ``model_gains`` has what other models
    would have caught more before that day, with limits.

    ``used`` failures are those that count in a pipe's own record; ``in_cohorts`` ambiguous ones that
    count in a cohort; ``left_out`` says for each reason how many failures count nowhere; ``not_rated``
    how many pipes are unknown for each reason; ``laid_later`` pipes are not in the result at all.
    """

    as_of: datetime.date
    horizon_years: float
    window: Window
    pipes: int
    rated_pipes: int
    rated_km: float
    class_pipes: Mapping[str, int]
    class_km: Mapping[str, float]
    renew_now_share: float
    priority_share: float
    policy_pipes: int
    policy_km: float
    evidence_km: Mapping[str, float]
    used: int
    in_cohorts: float
    left_out: Mapping[str, int]
    matched_share: float
    network_rate: float
    survey_rate: float
    scale: float
    expected_failures: float
    risk: float
    data_grade: str
    not_rated: Mapping[str, int]
    laid_later: int
    retired_counted: int
    cohorts: tuple[CohortRow, ...]
    model: str = HIERARCHY
    model_how: str = GIVEN
    model_gains: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessment:
    """The columns of table ``assessment`` (without run_id) for every pipe, in the rows' order.

    ``own_failures`` are those of each of these pipes in the records.
    """

    pipes: pd.DataFrame
    summary: Summary
    own_failures: Array


def _grade(window: Window, failures: int, matched_share: float, settings: Settings) -> str:
    """Return the grade of the network's data: A history, B some history, C surveys only."""
    if failures == 0:
        return SURVEY
    enough = window.years >= settings.real("health.grade_years") - 0.01
    well_matched = matched_share >= settings.real("health.grade_matched")
    return OWN if enough and well_matched and failures >= settings.integer("health.min_failures") else LOCAL


def _cohort_rows(
    cohorts: Cohorts, rates: Rates, length_m: Array, rate: Array, rated: Array
) -> tuple[CohortRow, ...]:
    """Return the cohorts that hold rated pipes, by material, size and year."""
    cell = cohorts.cell[rated]
    pipes = np.bincount(cell, minlength=cohorts.size)
    length = np.bincount(cell, length_m[rated], cohorts.size)
    weighted = np.bincount(cell, length_m[rated] * rate[rated], cohorts.size)
    return tuple(
        CohortRow(
            material=cohorts.material[place],
            diameter_from_mm=float(cohorts.diameter_from[place]),
            diameter_to_mm=float(cohorts.diameter_to[place]),
            year_from=float(cohorts.year_from[place]),
            years=cohorts.years,
            pipes=int(pipes[place]),
            km=float(length[place]) / _KM,
            failures=float(rates.cell_failures[place]),
            factor=float(rates.cell_factor[place]),
            rate_per_100km_y=float(weighted[place] / length[place]),
        )
        for place in range(cohorts.size)
        if pipes[place]
    )


def _evidence(own: Array, cohorts: Cohorts, rates: Rates, settings: Settings) -> Array:
    """Return on what each rate rests, as a place in `EVIDENCE`.

    A: failures of its own. B: the cohort's records weigh at least as much as the prior. C: the surveys,
    and always where material or year is unknown.
    """
    local = (rates.cell_expected >= settings.real("health.cell_prior")) & ~is_unknown(cohorts)
    local &= float(rates.cell_failures.sum()) > 0
    return np.where(own > 0, 0, np.where(local[cohorts.cell], 1, 2))


def assess(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    as_of: datetime.date,
    window_start: datetime.date | None = None,
    horizon_years: float = 5.0,
    match_radius_m: float = 25.0,
    model: str = HIERARCHY,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> Assessment:
    """Assess every pipe that was there on a day.

    Pipes laid after that year are left out. Rated are the supply pipes then in use, or of unknown year;
    the others are unknown, with the reason. Rates are those of the records: nothing is projected, since
    over a few years ageing changes less than one winter does.

    Parameters
    ----------
    pipes
        `PIPE_COLUMNS`; geom only if ambiguous failures shall count in their cohorts.
    failures
        `FAILURE_COLUMNS` as matched; geom as above.
    as_of
        The day; later failures are not looked at.
    window_start
        From when on failures were recorded completely; None to find out.
    horizon_years
        Years ahead that likelihood and risk cover.
    match_radius_m
        The radius that the failures were matched with, m.
    model
        One of `rankings.MODELS`, or auto: chosen from years before the day.
    settings
        Everything else.
    progress
        Hears of progress and may cancel.

    Raises
    ------
    InputError
        When the dates, the horizon or the model make no sense.
    """
    settings = settings or Settings()
    if not (np.isfinite(horizon_years) and horizon_years > 0):
        raise InputError(tr("The horizon must be a number of years above 0."))
    if window_start is not None and window_start > as_of:
        message = tr("The records can't begin on {start}, after the day of the assessment, {as_of}.")
        raise InputError(message.format(start=window_start, as_of=as_of))
    progress.at(0.0)
    past = Past(
        pipes,
        failures,
        test_years=settings.integer("health.choice_test_years"),
        window_start=window_start,
        radius_m=match_radius_m,
        settings=settings,
    )
    origin = past.on(as_of)
    progress.at(0.4)
    choice = past.choice(model, as_of)
    rates = origin.rates
    if choice.model != HIERARCHY:
        rates = dataclasses.replace(rates, rate=past.rate(choice.model, as_of))
    progress.at(0.5)
    return _assessment(
        origin,
        rates,
        choice,
        laid_later=len(pipes) - len(origin.rows),
        horizon_years=horizon_years,
        settings=settings,
        progress=progress.part(0.5, 1.0),
    )


def _assessment(
    origin: Origin,
    rates: Rates,
    choice: Choice,
    *,
    laid_later: int,
    horizon_years: float,
    settings: Settings,
    progress: Progress,
) -> Assessment:
    """Turn rates into the columns of the result."""
    frame, why, window, as_of = origin.frame, origin.why, origin.window, origin.cutoff
    factors, cohorts, counted = origin.factors, origin.cohorts, origin.counted
    rated = why < 0
    length = np.where(rated, frame["length_m"].to_numpy(float), 0.0)
    rate = np.where(rated, rates.rate, np.nan)
    cost = np.where(rated, cost_of_failure(frame, settings), np.nan)
    likelihood = rate * length / _100_KM * horizon_years
    tier = np.where(rated, _evidence(counted.own, cohorts, rates, settings), len(EVIDENCE))
    total = float(length.sum())
    network_rate = float(np.nansum(rate * length)) / total if total > 0 else float("nan")

    hazard = (
        on_policy_list(frame, as_of.year, settings)
        & (counted.recent >= settings.integer("health.hazard_failures"))
        & (rates.rate >= settings.real("health.hazard_rate"))
    )
    rows = np.flatnonzero(rated)
    found: Classes = classify(
        frame["pipe_id"].to_numpy(dtype=object)[rows],
        length[rows],
        rate[rows],
        (rate * cost)[rows] * horizon_years / (_100_KM / _KM),
        policy_hazard=hazard[rows],
        settings=settings,
    )
    place = np.full(len(frame), CLASSES.index(UNKNOWN))
    place[rows] = found.place
    by_policy = np.zeros(len(frame), dtype=bool)
    by_policy[rows] = found.by_policy
    progress.at(0.4)

    plain_rate = np.where(rated, rates.rate / rates.history, 0.0) * length
    cell_length = np.bincount(cohorts.cell, length, cohorts.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        cohort_mean = np.bincount(cohorts.cell, plain_rate, cohorts.size) / cell_length
    reasons = reasons_of(
        failures=counted.own,
        history=rates.history,
        street=rates.street,
        window=window,
        cohorts=cohorts,
        cohort_mean=np.where(cell_length > 0, cohort_mean, network_rate),
        network_mean=network_rate,
        factors=factors,
        diameter_mm=frame["diameter_mm"].to_numpy(float),
        by_policy=by_policy,
    )
    sentences = reason_sentences()
    reasons[~rated] = np.array([sentences[code] for code in NOT_RATED], dtype=object)[why[~rated]]
    progress.at(0.8)

    new_rate = survey_rate("ductile_iron", settings)
    result = pd.DataFrame(
        {
            "pipe_id": frame["pipe_id"].to_numpy(dtype=object),
            "rate_per_100km_y": rate,
            "health": health_of(rate, new_rate),
            "likelihood": likelihood,
            "consequence": cost,
            "risk": likelihood * cost,
            "class": np.array(CLASSES, dtype=object)[place],
            "evidence": np.array([*EVIDENCE, None], dtype=object)[tier],
            "reasons": reasons,
        },
        copy=False,
    )
    all_length = np.nan_to_num(frame["length_m"].to_numpy(float))
    class_pipes = np.bincount(place, minlength=len(CLASSES)).tolist()
    class_km = (np.bincount(place, all_length, len(CLASSES)) / _KM).tolist()
    evidence_km = (np.bincount(tier, length, len(EVIDENCE) + 1) / _KM).tolist()
    unrated = np.bincount(why[~rated], minlength=len(NOT_RATED)).tolist()
    expected_km = factors.expected * length
    used = int(counted.own.sum())
    summary = Summary(
        as_of=as_of,
        horizon_years=horizon_years,
        window=window,
        pipes=len(frame),
        rated_pipes=len(rows),
        rated_km=total / _KM,
        class_pipes=dict(zip(CLASSES, class_pipes)),
        class_km=dict(zip(CLASSES, class_km)),
        renew_now_share=settings.real("health.renew_now_share"),
        priority_share=settings.real("health.priority_share"),
        policy_pipes=int(by_policy.sum()),
        policy_km=float(length[by_policy].sum()) / _KM,
        evidence_km=dict(zip(EVIDENCE, evidence_km)),
        used=used,
        in_cohorts=round(float(counted.in_cells.sum()), 6),
        left_out=dict(counted.left_out),
        matched_share=counted.matched_share,
        network_rate=network_rate,
        survey_rate=float(expected_km.sum()) / total if total > 0 else float("nan"),
        scale=rates.level,
        expected_failures=float(np.nansum(likelihood)),
        risk=float(np.nansum(likelihood * cost)),
        data_grade=_grade(window, used, counted.matched_share, settings),
        not_rated={code: count for code, count in zip(NOT_RATED, unrated) if count},
        laid_later=laid_later,
        retired_counted=int((origin.trained & ~rated & (origin.exposure > 0)).sum()),
        cohorts=_cohort_rows(cohorts, rates, length, np.where(rated, rates.rate, 0.0), rated),
        model=choice.model,
        model_how=choice.how,
        model_gains={
            name: (gain, choice.lower[name], choice.upper[name])
            for name, gain in (choice.gain or {}).items()
            if choice.lower and choice.upper and name != HIERARCHY
        },
    )
    progress.at(1.0)
    return Assessment(result, summary, counted.own)
