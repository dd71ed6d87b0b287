"""Rankings judged by what came after: captures with intervals, leads, calibration by band."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.bootstrap import band, resampled_captures
from waternet_plugin.core.health.evaluation.capture import Ranked, caught_shares, ranked
from waternet_plugin.core.health.evaluation.holdout_period import HoldoutPeriod
from waternet_plugin.core.health.evaluation.rankings import AUTO, OURS, RANDOM, RANKINGS, Ranking
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import HUNDRED_KM_M

COLUMNS = (
    "cutoff",
    "model",
    "segment",
    "share_of_length",
    "captured",
    "lower",
    "upper",
    "test_failures",
    "predicted_actual",
)
SHARES = (0.01, 0.05, 0.1, 0.2)
ALL, NEVER_BROKEN = "all", "never_broken"
SEGMENTS = (ALL, NEVER_BROKEN)
# Edges of the bands of length, worst first, for the calibration.
BANDS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class BacktestOptions:
    """How rankings are tested.

    Attributes
    ----------
    test_years
        Years after each cut-off; the end of the records cuts them short.
    window_start
        From when on failures were recorded completely; None to find out at each cut-off.
    model
        One of `MODELS`, or auto: by the records at each cut-off.
    rankings
        Which of `RANKINGS`; ours is always among them.
    bootstraps, seed
        Samples of the test pipes for the intervals, and their seed.
    match_radius_m
        The radius that the failures were matched with, m.

    Raises
    ------
    InputError
        When years or samples make no sense.
    """

    test_years: int = 3
    window_start: datetime.date | None = None
    model: str = AUTO
    rankings: Sequence[str] = RANKINGS
    bootstraps: int = 200
    seed: int = 0
    match_radius_m: float = 25.0

    def __post_init__(self) -> None:
        if self.test_years < 1:
            raise InputError(tr("TEST_YEARS must be 1 or more whole years."))
        if self.bootstraps < 0:
            raise InputError(tr("BOOTSTRAPS must be 0 or more."))


@dataclass(frozen=True)
class Band:
    """Pipes between two shares of length, worst first: km, failures predicted and seen."""

    first: float
    last: float
    km: float
    predicted: float
    actual: float


@dataclass(frozen=True)
class Lead:
    """How many more of the failures ours caught than another ranking, as a share, with its interval."""

    model: str
    share_of_length: float
    lead: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Judged:
    """One segment of one cut-off: rows of the result, samples behind them, orders of the pipes."""

    rows: list[dict[str, object]]
    samples: Array
    orders: list[Ranked]


def bands_of(trial: HoldoutPeriod, order: Ranked, rate: Array) -> tuple[Band, ...]:
    """Return predicted and seen failures by band of length, worst first.

    Parameters
    ----------
    trial
        What came after.
    order
        Order of the pipes of the trial by their rate.
    rate
        Rate of each, failures per 100 km and year.
    """
    length = trial.length_m[order.order]
    reached = np.concatenate(([0.0], np.cumsum(length)))
    expected = rate[order.order] * length / HUNDRED_KM_M * trial.years
    predicted = np.concatenate(([0.0], np.cumsum(expected)))
    actual = np.concatenate(([0.0], np.cumsum(trial.failures[order.order])))
    edges = np.array(BANDS) * reached[-1]
    km, foretold, seen = (
        np.diff(np.interp(edges, reached, values)) for values in (reached / 1000.0, predicted, actual)
    )
    return tuple(
        Band(first, last, float(km[index]), float(foretold[index]), float(seen[index]))
        for index, (first, last) in enumerate(zip(BANDS[:-1], BANDS[1:]))
    )


def judge(
    origin: CutoffSnapshot,
    trial: HoldoutPeriod,
    rankings: Sequence[Ranking],
    segment: str,
    options: BacktestOptions,
    *,
    settings: Settings,
    progress: Progress,
) -> Judged:
    """Judge rankings on one segment of the pipes of a cut-off; nothing is reported of too few failures.

    Parameters
    ----------
    origin, trial
        The cut-off and what came after.
    rankings
        What to judge.
    segment
        One of `SEGMENTS`.
    options
        Samples for the intervals.
    settings
        Level of the intervals, least number of failures.
    """
    chosen = np.ones(len(trial.rows), dtype=bool) if segment == ALL else trial.never_broken
    length, failures = trial.length_m[chosen], trial.failures[chosen]
    scores = [ranking.score[trial.rows[chosen]] for ranking in rankings]
    count = int(failures.sum())
    refused = count < max(settings.integer("health.backtest_min_failures"), 1)
    orders = [] if refused else [ranked(score) for score in scores]
    samples = np.full((options.bootstraps, len(rankings), len(SHARES)), np.nan)
    caught = np.full((len(rankings), len(SHARES)), np.nan)
    ratios = np.full(len(rankings), np.nan)
    if not refused:
        samples = resampled_captures(
            length,
            [None if ranking.name == RANDOM else order for ranking, order in zip(rankings, orders)],
            failures,
            SHARES,
            bootstraps=options.bootstraps,
            seed=options.seed,
            progress=progress,
        )
        caught = np.array([caught_shares(length, order, failures, SHARES) for order in orders])
        for ranking_row, (ranking, score) in enumerate(zip(rankings, scores)):
            if ranking.predicts:
                ratios[ranking_row] = float((score * length).sum()) / HUNDRED_KM_M * trial.years / count
    lower, upper = band(samples, settings.real("health.backtest_level"))
    rows: list[dict[str, object]] = [
        {
            "cutoff": pd.Timestamp(origin.cutoff),
            "model": ranking.name,
            "segment": segment,
            "share_of_length": share,
            "captured": float(caught[ranking_row, number]),
            "lower": float(lower[ranking_row, number]),
            "upper": float(upper[ranking_row, number]),
            "test_failures": count,
            "predicted_actual": float(ratios[ranking_row]),
        }
        for ranking_row, ranking in enumerate(rankings)
        for number, share in enumerate(SHARES)
    ]
    return Judged(rows, samples, orders)


def leads_of(rankings: Sequence[Ranking], judged: Judged, level: float) -> tuple[Lead, ...]:
    """Return how far ours is ahead of each other ranking, pair by pair on the same samples."""
    ours = [ranking.name for ranking in rankings].index(OURS)
    samples = judged.samples
    lower, upper = band(samples[:, ours : ours + 1] - samples, level)
    caught = np.array([row["captured"] for row in judged.rows], dtype=float).reshape(-1, len(SHARES))
    return tuple(
        Lead(
            ranking.name,
            share,
            float(caught[ours, number] - caught[ranking_row, number]),
            float(lower[ranking_row, number]),
            float(upper[ranking_row, number]),
        )
        for ranking_row, ranking in enumerate(rankings)
        for number, share in enumerate(SHARES)
        if ranking_row != ours
    )
