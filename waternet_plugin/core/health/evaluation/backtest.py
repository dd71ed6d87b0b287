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
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.evaluation.capture import caught_shares
from waternet_plugin.core.health.evaluation.cutoffs import end_of_records, rolling_cutoffs, years_on
from waternet_plugin.core.health.evaluation.judging import (
    ALL,
    COLUMNS,
    SEGMENTS,
    SHARES,
    Band,
    Lead,
    bands_of,
    judge,
    leads_of,
)
from waternet_plugin.core.health.evaluation.leaks import Leak, known_later, leaks_of
from waternet_plugin.core.health.evaluation.origin import Origin
from waternet_plugin.core.health.evaluation.origins import Past
from waternet_plugin.core.health.evaluation.rankings import AUTO, OURS, RANKINGS, rankings_of
from waternet_plugin.core.health.evaluation.trial import Trial, trial_of
from waternet_plugin.core.health.rates.choice import Choice
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
    choice: Choice
    captured_of_all: tuple[float, ...]
    bands: tuple[Band, ...]
    leads: tuple[Lead, ...]
    curves: dict[str, tuple[float, ...]]
    hidden: dict[str, int]
    refused: str


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
            "{least} say nothing about a ranking. Test more years, or match more failures."
        ).format(count=trial.matched, cutoff=origin.cutoff, until=trial.until, least=least)
    return ""


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
        One of `MODELS`, or auto: by the records at each cut-off.
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
    names = (OURS, *(name for name in RANKINGS if name in rankings and name != OURS))
    progress.at(0.0)
    past = Past(
        pipes,
        failures,
        horizon_years=test_years,
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
        part.at(0.0, tr("Testing from {cutoff}").format(cutoff=cutoff))
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
        past.forget(cutoff)
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
    choice = past.choice(model, origin.cutoff)
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
    judged = [
        judge(
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
        for place, segment in enumerate(SEGMENTS)
    ]
    of_all: tuple[float, ...] = (float("nan"),) * len(SHARES)
    bands: tuple[Band, ...] = ()
    leads: tuple[Lead, ...] = ()
    curves: dict[str, tuple[float, ...]] = {}
    leaks: tuple[Leak, ...] = ()
    if not refused:
        whole = judged[0]
        ours = whole.orders[0]
        caught = caught_shares(trial.length_m, ours, trial.failures, SHARES)
        of_all = tuple((caught * trial.matched / trial.everything).tolist())
        bands = bands_of(trial, ours, made[0].score[trial.rows])
        leads = leads_of(made, whole, settings.real("health.backtest_level"))
        curves = {
            ranking.name: tuple(caught_shares(trial.length_m, order, trial.failures, CURVE).tolist())
            for ranking, order in zip(made, whole.orders)
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
    return result, [row for one in judged for row in one.rows], leaks
