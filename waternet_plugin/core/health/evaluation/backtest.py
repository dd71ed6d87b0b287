"""What the rankings of earlier years would have caught of the failures that came after.

At each cut-off everything is made again from what was known on that day. Two segments are judged: all
pipes in service, and those that had never failed. Under a set number of test failures nothing is reported.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.evaluation.capture import caught_shares
from waternet_plugin.core.health.evaluation.cutoffs import end_of_records, rolling_cutoffs, years_on
from waternet_plugin.core.health.evaluation.holdout_period import HoldoutPeriod, trial_of
from waternet_plugin.core.health.evaluation.leaks import Leak, known_later, leaks_of
from waternet_plugin.core.health.evaluation.model_choice import ModelChoice
from waternet_plugin.core.health.evaluation.rankings import OURS, RANKINGS, rankings_of
from waternet_plugin.core.health.evaluation.scoring import (
    ALL,
    COLUMNS,
    SEGMENTS,
    SHARES,
    BacktestOptions,
    Band,
    Lead,
    bands_of,
    judge,
    leads_of,
)
from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

CURVE = tuple(step / 100.0 for step in range(0, 101, 2))


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
    choice: ModelChoice
    hidden: dict[str, int]
    refused: str
    captured_of_all: tuple[float, ...] = (float("nan"),) * len(SHARES)
    bands: tuple[Band, ...] = ()
    leads: tuple[Lead, ...] = ()
    curves: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Backtest(PlainFrames):
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
        return tuple(cutoff for cutoff in self.cutoffs if not cutoff.refused)

    def mean(self, model: str, share: float, segment: str = ALL) -> float:
        """Return a ranking's mean capture over the cut-offs, NaN when none could be tested."""
        rows = self.rows
        chosen = (rows["model"] == model) & (rows["segment"] == segment)
        chosen &= np.isclose(rows["share_of_length"].to_numpy(float), share)
        return float(rows.loc[chosen, "captured"].mean())


def _refusal(origin: CutoffSnapshot, trial: HoldoutPeriod, settings: Settings) -> str:
    """Return why nothing can be said of a cut-off, '' when something can."""
    least = max(settings.integer("health.backtest_min_failures"), 1)
    if not len(trial.rows):
        return tr("No water supply pipe was in use on {cutoff}.").format(cutoff=origin.cutoff)
    if trial.years <= 0:
        return tr("There are no records after {cutoff} to test with.").format(cutoff=origin.cutoff)
    if trial.matched < least:
        return tr(
            "Not testable: {count} failures from {cutoff} to {until} lie on pipes in service; fewer than "
            "{least} say nothing about a ranking. Test more years, or match more failures."
        ).format(count=trial.matched, cutoff=origin.cutoff, until=trial.until, least=least)
    return ""


def backtest(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    cutoffs: Sequence[datetime.date] = (),
    options: BacktestOptions = BacktestOptions(),
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
    options
        Test years, records, rankings and samples.
    today
        Stands for the end of records where there are none.
    settings
        Everything else.

    Raises
    ------
    InputError
        When there is no such model.
    """
    settings = settings or Settings()
    progress.at(0.0)
    past = SnapshotCache(
        pipes,
        failures,
        horizon_years=options.test_years,
        window_start=options.window_start,
        radius_m=options.match_radius_m,
        settings=settings,
    )
    days = past.events.day
    days_tested = sorted(set(cutoffs)) or rolling_cutoffs(
        days,
        test_years=options.test_years,
        today=today or datetime.date.today(),
        window_start=options.window_start,
        settings=settings,
    )
    results: list[CutoffResult] = []
    rows: list[dict[str, object]] = []
    leaks: tuple[Leak, ...] = ()
    for number, cutoff in enumerate(days_tested):
        part = progress.part(
            0.05 + 0.95 * number / len(days_tested), 0.05 + 0.95 * (number + 1) / len(days_tested)
        )
        part.at(0.0, tr("Testing from {cutoff}").format(cutoff=cutoff))
        result, made, leaks = _at_cutoff(
            past,
            cutoff,
            options,
            fields=pipes if number == len(days_tested) - 1 else None,
            settings=settings,
            progress=part,
        )
        results.append(result)
        rows += made
        past.forget(cutoff)
    progress.at(1.0)
    return Backtest(
        rows=pd.DataFrame(rows, columns=list(COLUMNS)),
        cutoffs=tuple(results),
        leaks=leaks,
        test_years=options.test_years,
        bootstraps=options.bootstraps,
        level=settings.real("health.backtest_level"),
    )


def _at_cutoff(
    past: SnapshotCache,
    cutoff: datetime.date,
    options: BacktestOptions,
    *,
    fields: pd.DataFrame | None,
    settings: Settings,
    progress: Progress,
) -> tuple[CutoffResult, list[dict[str, object]], tuple[Leak, ...]]:
    """Return everything about one cut-off: its result, its rows, and fields that know too much."""
    origin, end = past.on(cutoff), end_of_records(past.events.day)
    until = cutoff if end is None else max(min(years_on(cutoff, options.test_years), end), cutoff)
    trial = trial_of(origin, past.events, until)
    choice = past.choice(options.model, cutoff)
    progress.at(0.3)
    made = rankings_of(
        origin,
        past.events,
        (OURS, *(name for name in RANKINGS if name in options.rankings and name != OURS)),
        lambda ranking: past.rate(ranking, cutoff),
        model=choice.model,
        settings=settings,
    )
    progress.at(0.5)
    judged = [
        judge(
            origin,
            trial,
            made,
            segment,
            options,
            settings=settings,
            progress=progress.part(0.5 + 0.2 * index, 0.7 + 0.2 * index),
        )
        for index, segment in enumerate(SEGMENTS)
    ]
    result = CutoffResult(
        cutoff=cutoff,
        until=until,
        window_start=origin.window.start,
        window_found=origin.window.found,
        records=origin.records,
        pipes=len(trial.rows),
        km=float(trial.length_m.sum()) / 1000.0,
        matched=trial.matched,
        everything=trial.everything,
        never_broken_matched=int(trial.failures[trial.never_broken].sum()),
        choice=choice,
        hidden=known_later(origin),
        refused=_refusal(origin, trial, settings),
    )
    rows = [row for outcome in judged for row in outcome.rows]
    if result.refused:
        return result, rows, ()
    everywhere = judged[0]
    ours = everywhere.orders[0]
    caught = caught_shares(trial.length_m, ours, trial.failures, SHARES)
    result = replace(
        result,
        captured_of_all=tuple((caught * trial.matched / trial.everything).tolist()),
        bands=bands_of(trial, ours, made[0].score[trial.rows]),
        leads=leads_of(made, everywhere, settings.real("health.backtest_level")),
        curves={
            ranking.name: tuple(caught_shares(trial.length_m, order, trial.failures, CURVE).tolist())
            for ranking, order in zip(made, everywhere.orders)
        },
    )
    leaks = () if fields is None else leaks_of(fields, origin, trial, ours, settings=settings)
    return result, rows, leaks
