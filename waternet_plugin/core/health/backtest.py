"""What the rankings of earlier years would have caught of the failures that came after.

At each cut-off everything is made again from what was known on that day. Two segments are judged: all
pipes in service, and those that had never failed. Under a set number of test failures nothing is reported.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.bootstrap import band, resampled_captures
from waternet_plugin.core.health.capture import capture
from waternet_plugin.core.health.choice import GIVEN, Choice, choose_model
from waternet_plugin.core.health.cutoffs import end_of_records, rolling_cutoffs, years_on
from waternet_plugin.core.health.leaks import Leak, known_later, leaks_of
from waternet_plugin.core.health.origin import Origin
from waternet_plugin.core.health.past import Past
from waternet_plugin.core.health.rankings import MODELS, OURS, RANDOM, RANKINGS, Ranking, rankings_of
from waternet_plugin.core.health.trial import Trial, trial_of
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

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
AUTO = "auto"
# Edges of the bands of length, worst first, for the calibration.
BANDS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)
CURVE = tuple(step / 100.0 for step in range(0, 101, 2))
_100_KM = 100_000.0


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
class CutoffResult:
    """One cut-off: what was known, what came after, and what ours made of it.

    ``everything`` are all failures of the test years, ``captured_of_all`` what ours caught of those by
    share of length; ``refused`` is '' or why nothing is reported.
    """

    cutoff: datetime.date
    until: datetime.date
    window_start: datetime.date | None
    window_found: str
    records: float
    pipes: int
    km: float
    matched: int
    everything: int
    never_broken_matched: int
    choice: Choice
    captured_of_all: tuple[float, ...]
    bands: tuple[Band, ...]
    leads: tuple[Lead, ...]
    curves: dict[str, tuple[float, ...]]
    hidden: dict[str, int]
    refused: str


@dataclass(frozen=True)
class Backtest:
    """Rows of `COLUMNS`, one a cut-off, ranking, segment and share of length, and what is behind them."""

    rows: pd.DataFrame
    cutoffs: tuple[CutoffResult, ...]
    leaks: tuple[Leak, ...]
    test_years: int
    bootstraps: int
    level: float

    @property
    def tested(self) -> tuple[CutoffResult, ...]:
        """The cut-offs that could be tested."""
        return tuple(one for one in self.cutoffs if not one.refused)

    def mean(self, model: str, share: float, segment: str = ALL) -> float:
        """Return a ranking's mean capture over the cut-offs, NaN when none could be tested."""
        rows = self.rows
        chosen = (rows["model"] == model) & (rows["segment"] == segment)
        chosen &= np.isclose(rows["share_of_length"].to_numpy(float), share)
        return float(rows.loc[chosen, "captured"].mean())


def _refusal(origin: Origin, trial: Trial, settings: Settings) -> str:
    """Return why nothing can be said of a cut-off, '' when something can."""
    least = settings.integer("health.backtest_min_failures")
    if not len(trial.rows):
        return tr("No water supply pipe was in use on {cutoff}.").format(cutoff=origin.cutoff)
    if trial.years <= 0:
        return tr("There are no records after {cutoff} to test with.").format(cutoff=origin.cutoff)
    if trial.matched < least:
        return tr(
            "Not testable: {count} failures from {cutoff} to {until} lie on pipes in service; fewer than "
            "{least} say nothing of a ranking. Test more years, or match more failures."
        ).format(count=trial.matched, cutoff=origin.cutoff, until=trial.until, least=least)
    return ""


def _bands(trial: Trial, rate: Array) -> tuple[Band, ...]:
    """Return predicted and seen failures by band of length, worst first."""
    order = np.argsort(-rate, kind="stable")
    length = trial.length_m[order]
    reached = np.concatenate(([0.0], np.cumsum(length)))
    predicted = np.concatenate(([0.0], np.cumsum(rate[order] * length / _100_KM * trial.years)))
    actual = np.concatenate(([0.0], np.cumsum(trial.failures[order])))
    edges = np.array(BANDS) * reached[-1]
    km, expected, seen = (
        np.diff(np.interp(edges, reached, values)) for values in (reached / 1000.0, predicted, actual)
    )
    return tuple(
        Band(first, last, float(km[place]), float(expected[place]), float(seen[place]))
        for place, (first, last) in enumerate(zip(BANDS[:-1], BANDS[1:]))
    )


def _segment_rows(
    origin: Origin,
    trial: Trial,
    rankings: list[Ranking],
    segment: str,
    *,
    refused: bool,
    bootstraps: int,
    seed: int,
    settings: Settings,
    progress: Progress,
) -> tuple[list[dict[str, object]], Array]:
    """Return the rows of one segment of one cut-off, and the samples behind their intervals."""
    chosen = np.ones(len(trial.rows), dtype=bool) if segment == ALL else trial.never_broken
    length, failures = trial.length_m[chosen], trial.failures[chosen]
    scores = [ranking.score[trial.rows[chosen]] for ranking in rankings]
    count = int(failures.sum())
    refused = refused or count < settings.integer("health.backtest_min_failures")
    samples = np.full((bootstraps, len(rankings), len(SHARES)), np.nan)
    if not refused:
        samples = resampled_captures(
            length,
            [None if ranking.name == RANDOM else score for ranking, score in zip(rankings, scores)],
            failures,
            SHARES,
            bootstraps=bootstraps,
            seed=seed,
            progress=progress,
        )
    lower, upper = band(samples, settings.real("health.backtest_level"))
    rows: list[dict[str, object]] = []
    for place, (ranking, score) in enumerate(zip(rankings, scores)):
        caught: Sequence[float] = [float("nan")] * len(SHARES)
        ratio = float("nan")
        if not refused:
            caught = capture(length, score, failures, SHARES).matched
            if ranking.predicts:
                ratio = float((score * length).sum()) / _100_KM * trial.years / count
        rows += [
            {
                "cutoff": pd.Timestamp(origin.cutoff),
                "model": ranking.name,
                "segment": segment,
                "share_of_length": share,
                "captured": caught[number],
                "lower": float(lower[place, number]),
                "upper": float(upper[place, number]),
                "test_failures": count,
                "predicted_actual": ratio,
            }
            for number, share in enumerate(SHARES)
        ]
    return rows, samples


def _leads(
    rankings: list[Ranking], rows: list[dict[str, object]], samples: Array, level: float
) -> tuple[Lead, ...]:
    """Return how far ours is ahead of each other ranking, pair by pair on the same samples."""
    ours = [ranking.name for ranking in rankings].index(OURS)
    lower, upper = band(samples[:, ours : ours + 1] - samples, level)
    caught = np.array([row["captured"] for row in rows], dtype=float).reshape(len(rankings), len(SHARES))
    return tuple(
        Lead(
            ranking.name,
            share,
            float(caught[ours, number] - caught[place, number]),
            float(lower[place, number]),
            float(upper[place, number]),
        )
        for place, ranking in enumerate(rankings)
        for number, share in enumerate(SHARES)
        if place != ours
    )


def backtest(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    cutoffs: Sequence[datetime.date] = (),
    test_years: int = 3,
    window_start: datetime.date | None = None,
    model: str = AUTO,
    rankings: Sequence[str] = RANKINGS,
    bootstraps: int = 200,
    seed: int = 0,
    match_radius_m: float = 25.0,
    today: datetime.date | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> Backtest:
    """Stand on earlier days, rank the pipes, and count what came after.

    Parameters
    ----------
    pipes
        As `assess` takes them; every further column is looked at as one that may know the future.
    failures
        As `assess` takes them, of all years.
    cutoffs
        The days; empty: rolling, a year apart, three at least.
    test_years
        Years after each cut-off; the end of the records cuts them short.
    window_start
        From when on failures were recorded completely; None to find out at each cut-off.
    model
        One of `MODELS`, or auto: chosen at each cut-off from years before it.
    rankings
        Which of `RANKINGS`; ours is always among them.
    bootstraps
        Samples of the test pipes for the intervals.
    seed
        Seed of the samples.
    match_radius_m
        The radius that the failures were matched with, m.
    today
        Stands for the end of records where there are none.
    settings
        Everything else.
    progress
        Hears of progress and may cancel.

    Raises
    ------
    InputError
        When years, samples, model or rankings make no sense.
    """
    settings = settings or Settings()
    if test_years < 1:
        raise InputError(tr("TEST_YEARS must be 1 or more whole years."))
    if bootstraps < 0:
        raise InputError(tr("BOOTSTRAPS must be 0 or more."))
    if model not in (AUTO, *MODELS):
        message = tr("There is no model “{model}”. Give one of: {models}.")
        raise InputError(message.format(model=model, models=", ".join((AUTO, *MODELS))))
    names = (OURS, *(name for name in RANKINGS if name in rankings and name != OURS))
    progress.at(0.0)
    past = Past(
        pipes,
        failures,
        test_years=test_years,
        window_start=window_start,
        radius_m=match_radius_m,
        settings=settings,
    )
    days = past.events.day
    end = end_of_records(days)
    asked = sorted(set(cutoffs)) or rolling_cutoffs(
        days,
        test_years=test_years,
        today=today or datetime.date.today(),
        window_start=window_start,
        settings=settings,
    )
    results: list[CutoffResult] = []
    rows: list[dict[str, object]] = []
    leaks: tuple[Leak, ...] = ()
    for number, cutoff in enumerate(asked):
        part = progress.part(0.05 + 0.95 * number / len(asked), 0.05 + 0.95 * (number + 1) / len(asked))
        part.at(0.0, tr("Standing on {cutoff}").format(cutoff=cutoff))
        origin = past.on(cutoff)
        until = years_on(cutoff, test_years)
        until = cutoff if end is None else max(min(until, end), cutoff)
        result, made, suspects = _at_cutoff(
            origin,
            trial_of(origin, past.events, until),
            past,
            names,
            fields=pipes if number == len(asked) - 1 else None,
            model=model,
            test_years=test_years,
            bootstraps=bootstraps,
            seed=seed,
            settings=settings,
            progress=part,
        )
        results.append(result)
        rows += made
        leaks += suspects
        past.forget(years_on(cutoff, -test_years - 3))
    progress.at(1.0)
    return Backtest(
        rows=pd.DataFrame(rows, columns=list(COLUMNS)),
        cutoffs=tuple(results),
        leaks=leaks,
        test_years=test_years,
        bootstraps=bootstraps,
        level=settings.real("health.backtest_level"),
    )


def _at_cutoff(
    origin: Origin,
    trial: Trial,
    past: Past,
    names: tuple[str, ...],
    *,
    fields: pd.DataFrame | None,
    model: str,
    test_years: int,
    bootstraps: int,
    seed: int,
    settings: Settings,
    progress: Progress,
) -> tuple[CutoffResult, list[dict[str, object]], tuple[Leak, ...]]:
    """Return everything about one cut-off: its result, its rows, and fields that know too much."""
    refused = _refusal(origin, trial, settings)
    choice = Choice(model, GIVEN)
    if model == AUTO:
        choice = choose_model(origin, past.race, test_years=test_years, settings=settings)
    progress.at(0.3)
    made = rankings_of(
        origin,
        past.events,
        names,
        lambda one: past.rate(one, origin.cutoff),
        model=choice.model,
        settings=settings,
    )
    progress.at(0.5)
    rows: list[dict[str, object]] = []
    leads: tuple[Lead, ...] = ()
    for place, segment in enumerate(SEGMENTS):
        found, samples = _segment_rows(
            origin,
            trial,
            made,
            segment,
            refused=bool(refused),
            bootstraps=bootstraps,
            seed=seed,
            settings=settings,
            progress=progress.part(0.5 + 0.2 * place, 0.7 + 0.2 * place),
        )
        rows += found
        if segment == ALL and not refused:
            leads = _leads(made, found, samples, settings.real("health.backtest_level"))
    ours = made[0].score[trial.rows]
    of_all: tuple[float, ...] = (float("nan"),) * len(SHARES)
    bands: tuple[Band, ...] = ()
    curves: dict[str, tuple[float, ...]] = {}
    leaks: tuple[Leak, ...] = ()
    if not refused:
        of_all = capture(
            trial.length_m, ours, trial.failures, SHARES, all_failures=trial.everything
        ).everything
        bands = _bands(trial, ours)
        curves = {
            ranking.name: capture(trial.length_m, ranking.score[trial.rows], trial.failures, CURVE).matched
            for ranking in made
        }
        if fields is not None:
            leaks = leaks_of(fields, origin, trial, ours, settings=settings)
    result = CutoffResult(
        cutoff=origin.cutoff,
        until=trial.until,
        window_start=origin.window.start,
        window_found=origin.window.found,
        records=origin.records,
        pipes=len(trial.rows),
        km=float(trial.length_m.sum()) / 1000.0,
        matched=trial.matched,
        everything=trial.everything,
        never_broken_matched=int(trial.failures[trial.never_broken].sum()),
        choice=choice,
        captured_of_all=of_all,
        bands=bands,
        leads=leads,
        curves=curves,
        hidden=known_later(origin),
        refused=refused,
    )
    return result, rows, leaks
