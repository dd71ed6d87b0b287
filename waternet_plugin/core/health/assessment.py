"""The health of every pipe on one day: rate, likelihood, consequence, risk, class, evidence, reasons."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import empty_column
from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.classes import (
    CLASSES,
    UNKNOWN,
    Classes,
    classify,
    health_of,
    on_policy_list,
)
from waternet_plugin.core.health.cohorts import Cohorts, cohorts_of, is_unknown
from waternet_plugin.core.health.consequence import cost_of_failure
from waternet_plugin.core.health.counting import CountedFailures, count_failures, counts_in_rates
from waternet_plugin.core.health.factors import Factors, factors_of, survey_rate
from waternet_plugin.core.health.rates import Rates, fit_rates
from waternet_plugin.core.health.reasons import reasons_of
from waternet_plugin.core.health.window import Window, find_window, watched
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr

PIPE_COLUMNS = (
    "pipe_id",
    "system",
    "function",
    "status",
    "material",
    "diameter_mm",
    "length_m",
    "install_year",
    "retired_on",
    "lining",
    "soil",
    "road_class",
    "pressure_mpa",
    "pressure_max_mpa",
)
_CODED = ("system", "function", "status", "material", "lining", "soil", "road_class")
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
# Why a pipe has no rate; the first that applies.
NOT_RATED = ("drain", "planned", "retired", "retired_undated", "connector", "no_length")
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


@dataclass(frozen=True)
class Assessment:
    """The columns of table ``assessment`` (without run_id) for every pipe, in the rows' order."""

    pipes: pd.DataFrame
    summary: Summary


def complete(pipes: pd.DataFrame) -> pd.DataFrame:
    """Return the pipes with every column that is read, unknown where the frame has none."""
    described, size = table("pipe"), len(pipes)
    columns: dict[str, Any] = {
        name: pipes[name].to_numpy()
        if name in pipes.columns
        else empty_column(described.field(name), size).to_numpy()
        for name in PIPE_COLUMNS
    }
    # Codes are compared again and again: once as numbers is a quarter of the time.
    columns.update({name: pd.Categorical(columns[name]) for name in _CODED})
    # Where ambiguous failures may lie.
    columns.update({name: pipes[name].to_numpy() for name in ("street", "geom") if name in pipes.columns})
    result: pd.DataFrame = pd.DataFrame(columns, copy=False)
    return result


def why_not_rated(pipes: pd.DataFrame, as_of: datetime.date, settings: Settings) -> Array:
    """Return for each pipe which of `NOT_RATED` applies first, -1 for those that are rated."""
    status = pipes["status"]
    retired = pipes["retired_on"].to_numpy("datetime64[ns]")
    gone = retired <= np.datetime64(as_of, "ns")
    undated = status.isin(("abandoned", "removed")).to_numpy() & np.isnat(retired)
    length = pipes["length_m"].to_numpy(float)
    rules = {
        "drain": ~pipes["system"].isin(settings.words("health.rated_systems")).to_numpy(),
        "planned": (status == "planned").to_numpy(),
        "retired": gone,
        "retired_undated": undated,
        "connector": (pipes["function"] == "connector").to_numpy(),
        "no_length": ~(length > 0),
    }
    return np.select([rules[code] for code in NOT_RATED], list(range(len(NOT_RATED))), -1)


def reason_sentences() -> dict[str, str]:
    """Return why pipes are not rated, by reason code."""
    return {
        "drain": tr("Not assessed: this model rates water supply pipes only."),
        "planned": tr("Not assessed: planned, not yet in use."),
        "retired": tr("Not assessed: out of service on that day."),
        "retired_undated": tr("Not assessed: out of service, date unknown."),
        "connector": tr("Not assessed: a connector is no pipe in the ground."),
        "no_length": tr("Not assessed: its length is unknown or 0."),
    }


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
    settings
        Everything else.
    progress
        Hears of progress and may cancel.

    Raises
    ------
    InputError
        When the dates or the horizon make no sense.
    """
    settings = settings or Settings()
    if not (np.isfinite(horizon_years) and horizon_years > 0):
        raise InputError(tr("The horizon must be a number of years above 0."))
    if window_start is not None and window_start > as_of:
        message = tr("The records can't begin on {start}, after the day of the assessment, {as_of}.")
        raise InputError(message.format(start=window_start, as_of=as_of))
    progress.at(0.0)
    frame = complete(pipes)
    there = ~(frame["install_year"].to_numpy(float) > as_of.year)
    if not there.all():
        frame = frame.loc[there].reset_index(drop=True)
    failures = failures.reset_index(drop=True)

    why = why_not_rated(frame, as_of, settings)
    rated = why < 0
    length = frame["length_m"].to_numpy(float)
    # Retired pipes teach what pipes like them do, as long as they were in service.
    trained = (rated | (why == NOT_RATED.index("retired"))) & (length >= settings.real("health.min_length_m"))
    trained &= (frame["function"] != "connector").to_numpy()

    dates = failures["date"][counts_in_rates(failures, settings)]
    window = find_window(dates, as_of=as_of, given=window_start, settings=settings)
    progress.at(0.1)

    factors = factors_of(frame, settings)
    cohorts = cohorts_of(frame, settings)
    progress.at(0.3)

    begin, end, years = watched(
        frame["install_year"].to_numpy(float), frame["retired_on"].to_numpy("datetime64[ns]"), window
    )
    counted = count_failures(
        failures,
        frame,
        cohorts,
        trained,
        window=window,
        spans=(begin, end),
        radius_m=match_radius_m,
        settings=settings,
    )
    # No record at all is no proof of a network without failures.
    recorded = counted.own.sum() + counted.in_cells.sum() > 0
    exposure = years * np.where(length > 0, length, 0.0) / _100_KM if recorded else np.zeros(len(frame))
    rates = fit_rates(
        factors.expected,
        exposure,
        counted.own,
        cohorts.cell,
        counted=trained,
        cell_extra=counted.in_cells,
        settings=settings,
    )
    progress.at(0.5)
    return _assessment(
        frame,
        why,
        factors,
        cohorts,
        rates,
        counted,
        window=window,
        as_of=as_of,
        horizon_years=horizon_years,
        laid_later=int((~there).sum()),
        retired_counted=int((trained & ~rated & (exposure > 0)).sum()),
        settings=settings,
        progress=progress.part(0.5, 1.0),
    )


def _assessment(
    frame: pd.DataFrame,
    why: Array,
    factors: Factors,
    cohorts: Cohorts,
    rates: Rates,
    counted: CountedFailures,
    *,
    window: Window,
    as_of: datetime.date,
    horizon_years: float,
    laid_later: int,
    retired_counted: int,
    settings: Settings,
    progress: Progress,
) -> Assessment:
    """Turn rates into the columns of the result."""
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
        retired_counted=retired_counted,
        cohorts=_cohort_rows(cohorts, rates, length, np.where(rated, rates.rate, 0.0), rated),
    )
    progress.at(1.0)
    return Assessment(result, summary)
