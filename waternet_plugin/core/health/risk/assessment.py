"""The health of every pipe on one day: rate, likelihood, consequence, risk, class, evidence, reasons."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.health.evaluation.model_choice import ModelChoice
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions, SnapshotCache
from waternet_plugin.core.health.parameter_checks import check_span
from waternet_plugin.core.health.rates.cohorts import table_cohorts
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot
from waternet_plugin.core.health.rates.factors import survey_rate
from waternet_plugin.core.health.rates.inservice import NOT_RATED
from waternet_plugin.core.health.rates.window import Window
from waternet_plugin.core.health.risk.class_edges import ClassEdges
from waternet_plugin.core.health.risk.classes import (
    CLASSES,
    Classes,
    health_of,
)
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.risk.matrix import (
    BANDS,
    RiskBands,
    check_weights,
    matrix_of,
)
from waternet_plugin.core.health.risk.rating import EVIDENCE, LOCAL, OWN, SURVEY, Rating, RatingSums
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
    origin: CutoffSnapshot, rate: Array, rated: Array, settings: Settings
) -> tuple[CohortRow, ...]:
    """Return the cohorts that hold rated pipes, by material, size and span of laying years."""
    frame, cell, rates = origin.frame, origin.cohorts.cell, origin.rates.of_cohorts
    cohorts = table_cohorts(frame, settings)
    length_m = np.where(rated, frame["length_m"].to_numpy(float), 0.0)
    pipes = np.bincount(cohorts.cell[rated], minlength=cohorts.size)
    length = np.bincount(cohorts.cell, length_m, cohorts.size)
    weighted = np.bincount(cohorts.cell, length_m * rate, cohorts.size)
    factor = np.bincount(cohorts.cell, length_m * rates.cell_factor[cell], cohorts.size)
    # The first pipe of each cell, written last.
    first = np.full(len(rates.cell_failures), -1)
    first[cell[::-1]] = np.arange(len(cell))[::-1]
    cells = np.flatnonzero(first >= 0)
    failures = np.bincount(cohorts.cell[first[cells]], rates.cell_failures[cells], cohorts.size)
    return tuple(
        CohortRow(
            material=cohorts.material[index],
            diameter_from_mm=float(cohorts.diameter_from[index]),
            diameter_to_mm=float(cohorts.diameter_to[index]),
            year_from=float(cohorts.year_from[index]),
            years=cohorts.years,
            pipes=int(pipes[index]),
            km=float(length[index]) / _KM,
            failures=float(failures[index]),
            factor=float(factor[index] / length[index]),
            rate_per_100km_y=float(weighted[index] / length[index]),
        )
        for index in range(cohorts.size)
        if pipes[index]
    )


@uncollected()
def assess(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    as_of: datetime.date,
    options: RatingOptions = RatingOptions(),
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
    options
        Records, horizon and model of the rates.
    impact
        Who loses water when each of these pipes fails; None where unknown.
    crossing
        What each of these pipes crosses (`crossings`); None where unknown.
    settings
        Everything else.

    Raises
    ------
    InputError
        When the dates, the horizon, the model or the weights of the bands make no sense.
    """
    settings = settings or Settings()
    check_weights(settings)
    check_span(as_of=as_of, horizon_years=options.horizon_years, window_start=options.window_start)
    progress.at(0.0)
    past = SnapshotCache(
        pipes,
        failures,
        horizon_years=options.horizon_years,
        window_start=options.window_start,
        radius_m=options.match_radius_m,
        settings=settings,
    )
    origin = past.on(as_of)
    progress.at(0.4)
    choice = past.choice(options.model, as_of)
    made = past.rated(choice.model, as_of)
    progress.at(0.5)
    rating = Rating(
        origin,
        made,
        horizon_years=options.horizon_years,
        impact=impact,
        crossing=None if crossing is None else crossing[origin.rows],
        settings=settings,
    )
    return assessed(rating, rating.sums, rating.edges, choice, progress.part(0.5, 1.0))


def assessed(
    rating: Rating, means: RatingSums, edges: ClassEdges, choice: ModelChoice, progress: Progress = SILENT
) -> Assessment:
    """Return the assessment of rated pipes, which may be a part of a network.

    Parameters
    ----------
    rating
        The pipes with their rates.
    means
        The sums of their network.
    edges
        What decides its classes.
    choice
        The model that rated them.
    """
    classes = rating.classes(edges)
    progress.at(0.4)
    reasons = rating.reasons(classes, means)
    progress.at(0.7)
    bands = rating.bands()
    progress.at(0.9)
    result = _columns(rating, classes, reasons, bands)
    summary = _summary(rating, rating.sums, classes, bands, choice)
    progress.at(1.0)
    return Assessment(result, summary, rating.origin.counted.own, rating.origin.rows)


def _columns(
    rating: Rating, classes: Classes, reasons: tuple[Array, Array], bands: RiskBands
) -> pd.DataFrame:
    """Return the columns of the result."""
    texts, facts = reasons
    # Band 0 is an unknown one.
    band = np.array([np.nan, *range(1, BANDS + 1)])
    return made_of(
        {
            "pipe_id": rating.origin.frame["pipe_id"].to_numpy(dtype=object),
            "rate_per_100km_y": rating.rate,
            "health": health_of(rating.rate, survey_rate("ductile_iron", rating.settings)),
            "likelihood": rating.likelihood,
            "consequence": rating.cost,
            "risk": rating.likelihood * rating.cost,
            "class": np.array(CLASSES, dtype=object)[classes.class_index],
            "evidence": np.array([*EVIDENCE, None], dtype=object)[rating.evidence],
            "reasons": texts,
            "reason_facts": facts,
            "policy": rating.policy(),
            "likelihood_band": band[bands.likelihood],
            "consequence_band": band[bands.consequence],
        }
    )


def _km_by(names: Sequence[str], class_index: Array, length_m: Array) -> dict[str, float]:
    """Return the km of each name; ``place`` is the name of each pipe."""
    return dict(zip(names, (np.bincount(class_index, length_m, len(names)) / _KM).tolist()))


def _summary(
    rating: Rating, sums: RatingSums, classes: Classes, bands: RiskBands, choice: ModelChoice
) -> Summary:
    """Return the figures of an assessment."""
    origin, rated, settings, impact = rating.origin, rating.rated, rating.settings, rating.impact
    frame, counted, rates = origin.frame, origin.counted, origin.rates.of_cohorts
    length = rating.length_m
    all_length = np.nan_to_num(frame["length_m"].to_numpy(float))
    unrated = np.bincount(origin.why[~rated], minlength=len(NOT_RATED)).tolist()
    unrated_km = _km_by(NOT_RATED, origin.why[~rated], all_length[~rated])
    used = int(counted.own.sum())
    likelihood, parts = rating.likelihood, rating.consequence
    return Summary(
        as_of=origin.cutoff,
        horizon_years=rating.horizon_years,
        window=origin.window,
        pipes=len(frame),
        rated_pipes=int(rated.sum()),
        rated_km=float(length.sum()) / _KM,
        class_pipes=dict(zip(CLASSES, np.bincount(classes.class_index, minlength=len(CLASSES)).tolist())),
        class_km=_km_by(CLASSES, classes.class_index, all_length),
        renew_now_share=settings.real("health.renew_now_share"),
        priority_share=settings.real("health.priority_share"),
        policy_pipes=int(classes.by_policy.sum()),
        policy_km=float(length[classes.by_policy].sum()) / _KM,
        evidence_km=_km_by(EVIDENCE, rating.evidence, length),
        used=used,
        in_cohorts=round(float(counted.in_cells.sum()), 6),
        left_out=dict(counted.left_out),
        matched_share=counted.matched_share,
        network_rate=sums.mean_rate,
        survey_rate=sums.mean_survey_rate,
        scale=rates.level,
        expected_failures=float(np.nansum(likelihood)),
        risk=float(np.nansum(likelihood * rating.cost)),
        risk_parts={
            name: float(np.nansum(likelihood * getattr(parts, name)))
            for name in ("repair", "damage", "interruption")
        },
        matrix=matrix_of(bands, length),
        data_grade=_grade(origin.window, used, counted.matched_share, settings),
        not_rated={code: count for code, count in zip(NOT_RATED, unrated) if count},
        laid_later=len(origin.row_of) - len(frame),
        retired_counted=int((origin.trained & ~rated & (origin.exposure > 0)).sum()),
        cohorts=_cohort_rows(origin, np.where(rated, rating.made.rate, 0.0), rated, settings),
        model=choice.model,
        model_how=choice.how,
        customers_from="" if impact is None else impact.how,
        customers=0 if impact is None else impact.connected,
        customers_lost=0 if impact is None else impact.lost,
        crossings_known=rating.crossing is not None,
        not_rated_km={code: unrated_km[code] for code, count in zip(NOT_RATED, unrated) if count},
        estimated_pressures=_estimated_pressures(frame, rated),
    )


def _estimated_pressures(pipes: pd.DataFrame, rated: Array) -> int:
    """Return how many of the rated pipes have a highest pressure that is marked as estimated."""
    marks = pipes["estimated"][rated & pipes["pressure_max_mpa"].notna().to_numpy()]
    return sum("pressure_max_mpa" in str(words).split(";") for words in marks[marks.notna()])
