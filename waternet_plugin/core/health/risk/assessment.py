"""The health of every pipe on one day: rate, likelihood, consequence, risk, class, evidence, reasons."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import kept
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.asked import check_span
from waternet_plugin.core.health.evaluation.origin import Origin
from waternet_plugin.core.health.evaluation.origins import Past
from waternet_plugin.core.health.evaluation.rankings import AUTO
from waternet_plugin.core.health.rates import reason_words
from waternet_plugin.core.health.rates.choice import Choice
from waternet_plugin.core.health.rates.cohorts import Cohorts, is_unknown, table_cohorts
from waternet_plugin.core.health.rates.factors import survey_rate
from waternet_plugin.core.health.rates.inservice import NOT_RATED
from waternet_plugin.core.health.rates.parts import Rated
from waternet_plugin.core.health.rates.rates import Rates
from waternet_plugin.core.health.rates.reasons import reasons_of
from waternet_plugin.core.health.rates.window import Window
from waternet_plugin.core.health.risk.classes import (
    CLASSES,
    MONITOR,
    UNKNOWN,
    Classes,
    classify,
    health_of,
    on_policy_list,
    policy_flags,
)
from waternet_plugin.core.health.risk.consequence import consequence_of
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.risk.matrix import check_weights, factor_bands, matrix_of, weighed
from waternet_plugin.core.health.risk.summary import CohortRow, Summary
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings

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
    "reason_facts",
    "policy",
    "likelihood_band",
    "consequence_band",
)
OWN, LOCAL, SURVEY = "A", "B", "C"
EVIDENCE = (OWN, LOCAL, SURVEY)
_100_KM = 100_000.0
_KM = 1000.0


@dataclass(frozen=True)
class Assessment(PlainFrames):
    """The columns of table ``assessment`` (without run_id) for every pipe, in the rows' order.

    ``own_failures`` are those of each of these pipes in the records, ``rows`` their rows in the frame given.
    """

    pipes: pd.DataFrame
    summary: Summary
    own_failures: Array
    rows: Array


def _grade(window: Window, failures: int, matched_share: float, settings: Settings) -> str:
    """Return the grade of the network's data: A history, B some history, C surveys only."""
    if failures == 0:
        return SURVEY
    # Records that end before the day say nothing of the last years.
    enough = window.years >= settings.real("health.grade_years") - 0.01 and window.known_until == window.end
    well_matched = matched_share >= settings.real("health.grade_matched")
    return OWN if enough and well_matched and failures >= settings.integer("health.min_failures") else LOCAL


def _cohort_rows(
    frame: pd.DataFrame, cell: Array, rates: Rates, rate: Array, rated: Array, settings: Settings
) -> tuple[CohortRow, ...]:
    """Return the cohorts that hold rated pipes, by material, size and span of laying years.

    ``cell`` is the cohort of each pipe that the rates were made of.
    """
    cohorts = table_cohorts(frame, settings)
    length_m = np.where(rated, frame["length_m"].to_numpy(float), 0.0)
    pipes = np.bincount(cohorts.cell[rated], minlength=cohorts.size)
    length = np.bincount(cohorts.cell, length_m, cohorts.size)
    weighted = np.bincount(cohorts.cell, length_m * rate, cohorts.size)
    factor = np.bincount(cohorts.cell, length_m * rates.cell_factor[cell], cohorts.size)
    of_cell = np.zeros(len(rates.cell_failures), dtype=np.int64)
    of_cell[cell] = cohorts.cell
    failures = np.bincount(of_cell, rates.cell_failures, cohorts.size)
    return tuple(
        CohortRow(
            material=cohorts.material[place],
            diameter_from_mm=float(cohorts.diameter_from[place]),
            diameter_to_mm=float(cohorts.diameter_to[place]),
            year_from=float(cohorts.year_from[place]),
            years=cohorts.years,
            pipes=int(pipes[place]),
            km=float(length[place]) / _KM,
            failures=float(failures[place]),
            factor=float(factor[place] / length[place]),
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
    model: str = AUTO,
    impact: Impact | None = None,
    crossing: Array | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> Assessment:
    """Assess every pipe that was there on a day.

    Pipes laid after that year are left out. Rated are the supply pipes then in use, or of unknown year;
    the others are unknown, with the reason. Rates are those of the records; what a regression knows of
    ageing is taken at the middle of the horizon.

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
        One of `rankings.MODELS`, or auto: combined, or the hierarchy while failures on record are few.
    impact
        Who loses water when each of these pipes fails; None where unknown.
    crossing
        What each of these pipes crosses (`crossings`); None where unknown.
    settings
        Everything else.
    progress
        Hears of progress and may cancel.

    Raises
    ------
    InputError
        When the dates, the horizon, the model or the weights of the bands make no sense.
    """
    settings = settings or Settings()
    check_weights(settings)
    check_span(as_of=as_of, horizon_years=horizon_years, window_start=window_start)
    progress.at(0.0)
    past = Past(
        pipes,
        failures,
        horizon_years=horizon_years,
        window_start=window_start,
        radius_m=match_radius_m,
        settings=settings,
    )
    origin = past.on(as_of)
    progress.at(0.4)
    choice = past.choice(model, as_of)
    made = past.rated(choice.model, as_of)
    progress.at(0.5)
    return _assessment(
        origin,
        made,
        choice,
        laid_later=len(pipes) - len(origin.rows),
        horizon_years=horizon_years,
        impact=impact,
        crossing=None if crossing is None else crossing[origin.rows],
        settings=settings,
        progress=progress.part(0.5, 1.0),
    )


def _assessment(
    origin: Origin,
    made: Rated,
    choice: Choice,
    *,
    laid_later: int,
    horizon_years: float,
    impact: Impact | None,
    crossing: Array | None,
    settings: Settings,
    progress: Progress,
) -> Assessment:
    """Turn rates into the columns of the result."""
    frame, why, window, as_of = origin.frame, origin.why, origin.window, origin.cutoff
    factors, cohorts, counted, rates = origin.factors, origin.cohorts, origin.counted, origin.rates
    rated = why < 0
    length = np.where(rated, frame["length_m"].to_numpy(float), 0.0)
    rate = np.where(rated, made.rate, np.nan)
    people = {} if impact is None else impact.at(origin.rows)
    parts = consequence_of(frame, settings, crossing=crossing, **people)
    cost = np.where(rated, parts.total, np.nan)
    likelihood = rate * length / _100_KM * horizon_years
    tier = np.where(rated, _evidence(counted.own, cohorts, rates, settings), len(EVIDENCE))
    total = float(length.sum())
    network_rate = float(np.nansum(rate * length)) / total if total > 0 else float("nan")

    hazard = (counted.recent >= settings.integer("health.hazard_failures")) & (
        made.rate >= settings.real("health.hazard_rate")
    )
    rows = np.flatnonzero(rated)
    found: Classes = classify(
        frame["pipe_id"].to_numpy(dtype=object)[rows],
        length[rows],
        rate[rows],
        (rate * cost)[rows] * horizon_years / (_100_KM / _KM),
        policy_hazard=(hazard & on_policy_list(frame, as_of.year, settings))[rows],
        settings=settings,
    )
    place = np.full(len(frame), CLASSES.index(UNKNOWN))
    place[rows] = found.place
    by_policy = np.zeros(len(frame), dtype=bool)
    by_policy[rows] = found.by_policy
    tied = np.zeros(len(frame), dtype=bool)
    tied[rows] = found.tied
    progress.at(0.4)

    mean_cost = float(np.nansum(likelihood * cost)) / max(float(np.nansum(likelihood)), 1e-12)
    with np.errstate(invalid="ignore", divide="ignore"):
        # The rate alone decides whether a pipe is monitored.
        cost_ratio = np.where(place < CLASSES.index(MONITOR), cost / mean_cost, np.nan)
    reasons, facts = reasons_of(
        made.against(network_rate, length_m=length, rated=rated, known=(frame["diameter_mm"] > 0).to_numpy()),
        failures=counted.own,
        window=window,
        cohorts=cohorts,
        diameter_mm=frame["diameter_mm"].to_numpy(float),
        cost_ratio=cost_ratio,
        must_raise=np.isin(place, [CLASSES.index(code) for code in reason_words.RAISED]),
        by_policy=by_policy,
        tied=tied,
    )
    sentences = reason_words.reason_sentences()
    reasons[~rated] = np.array([sentences[code] for code in NOT_RATED], dtype=object)[why[~rated]]
    facts[~rated] = np.array([kept([{"is": code}]) for code in NOT_RATED], dtype=object)[why[~rated]]
    progress.at(0.7)

    banded = factor_bands(
        frame,
        rate,
        counted.recent,
        as_of_year=as_of.year,
        settings=settings,
        crossing=crossing,
        **people,
    )
    bands = weighed(banded, settings)
    policy = policy_flags(frame, hazard, as_of.year, settings)
    policy[~rated] = None
    progress.at(0.9)

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
            "reason_facts": facts,
            "policy": policy,
            "likelihood_band": np.where(bands.likelihood > 0, bands.likelihood, np.nan),
            "consequence_band": np.where(bands.consequence > 0, bands.consequence, np.nan),
        },
        copy=False,
    )
    all_length = np.nan_to_num(frame["length_m"].to_numpy(float))
    class_pipes = np.bincount(place, minlength=len(CLASSES)).tolist()
    class_km = (np.bincount(place, all_length, len(CLASSES)) / _KM).tolist()
    evidence_km = (np.bincount(tier, length, len(EVIDENCE) + 1) / _KM).tolist()
    unrated = np.bincount(why[~rated], minlength=len(NOT_RATED)).tolist()
    unrated_km = (np.bincount(why[~rated], all_length[~rated], len(NOT_RATED)) / _KM).tolist()
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
        risk_parts={
            name: float(np.nansum(likelihood * getattr(parts, name)))
            for name in ("repair", "damage", "interruption")
        },
        matrix=matrix_of(bands, length),
        data_grade=_grade(window, used, counted.matched_share, settings),
        not_rated={code: count for code, count in zip(NOT_RATED, unrated) if count},
        laid_later=laid_later,
        retired_counted=int((origin.trained & ~rated & (origin.exposure > 0)).sum()),
        cohorts=_cohort_rows(frame, cohorts.cell, rates, np.where(rated, made.rate, 0.0), rated, settings),
        model=choice.model,
        model_how=choice.how,
        customers_from="" if impact is None else impact.how,
        customers=0 if impact is None else impact.connected,
        customers_lost=0 if impact is None else impact.lost,
        crossings_known=crossing is not None,
        not_rated_km={code: km for code, km, count in zip(NOT_RATED, unrated_km, unrated) if count},
    )
    progress.at(1.0)
    return Assessment(result, summary, counted.own, origin.rows)
