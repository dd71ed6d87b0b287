"""Rolling backtests of a real city: the tables behind what the README says of the model.

``python tests/realdata/kitchener_backtest.py`` reads ``WATERNET_DATA``/kitchener into frames of the core and
prints: every ranking at cut-offs 2007 to 2012 with three years after each; ours without any records and with
one and three years of them; five-year totals from 2006 to 2010 with their limits. What was chosen on this
very city, on its records up to 2006: see ``kitchener_halves.py``. The survey rates and the curves of diameter
are published ones.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "build" / "plugins")]

from kitchener_frames import city  # noqa: E402

SHARES = (0.05, 0.1, 0.2)
CUTOFFS = tuple(datetime.date(year, 12, 31) for year in range(2007, 2013))
TOTALS_FROM = range(2006, 2011)
TEST_YEARS = 3


@dataclass(frozen=True)
class Total:
    """Five years ahead of a year's end: failures expected with limits, and those that came."""

    year: int
    expected: float
    lower: float
    upper: float
    actual: int

    @property
    def ratio(self) -> float:
        """Predicted over actual."""
        return self.expected / self.actual

    @property
    def width(self) -> float:
        """The wider side of the limits over the expected."""
        return max(self.upper - self.expected, self.expected - self.lower) / self.expected


@dataclass(frozen=True)
class Figures:
    """Mean captures at 5, 10 and 20 % of length, by ranking and by how much is known; five-year totals."""

    rankings: dict[str, tuple[float, ...]]
    never_broken: dict[str, tuple[float, ...]]
    by_cutoff: dict[str, tuple[float, ...]]
    predicted_actual: dict[str, float]
    without_records: tuple[float, ...]
    one_year: tuple[float, ...]
    three_years: tuple[float, ...]
    totals: tuple[Total, ...]
    models: dict[str, str]
    leads: dict[str, tuple[str, ...]]
    packages: tuple[float, ...]
    plans: Any

    @property
    def packages_keep(self) -> float:
        """What packages catch over what pipe by pipe catches, summed over the shares of length."""
        return sum(self.packages) / sum(self.rankings["waternet"])


def package_rates(pipes: Any, assessment: Any, *, settings: Any) -> Any:
    """Return for each pipe the mean rate of its package when all rated pipes are packed.

    Every class is packed by itself, the urgent ones together, as in a plan. For asking what is lost when
    whole packages are renewed, worst first, instead of pipe by pipe.

    Parameters
    ----------
    pipes
        As `build_packages` takes them.
    assessment
        One row for each of the pipes, in their order: pipe_id, rate_per_100km_y, consequence, class.
    settings
        Lengths and gaps (``renewal.*``).
    """
    import numpy as np
    import pandas as pd
    from support.renewal_frames import packed

    from waternet_plugin.core.health.risk.classes import CLASSES
    from waternet_plugin.core.schema.settings import Settings, defaults

    rate = assessment["rate_per_100km_y"].to_numpy(float)
    values = {key: settings.text(key) for key in defaults()}
    everything = Settings({**values, "renewal.candidate_classes": ";".join(CLASSES)})
    members = packed(pipes, assessment, settings=everything).members
    of_pipe = pd.Series(rate, index=assessment["pipe_id"].to_numpy(dtype=object))
    weighted = of_pipe.reindex(members["pipe_id"]).fillna(0.0).to_numpy() * members["length_m"].to_numpy()
    group = members["project_id"].to_numpy(dtype=object)
    sums = (
        pd.DataFrame({"weighted": weighted, "length_m": members["length_m"].to_numpy()}).groupby(group).sum()
    )
    mean = sums["weighted"] / sums["length_m"].replace(0.0, np.nan)
    package = pd.Series(group, index=members["pipe_id"].to_numpy(dtype=object))
    return np.asarray(package.reindex(of_pipe.index).map(mean).to_numpy(float))


def _packages(pipes: Any, failures: Any) -> tuple[float, ...]:
    """Return the mean captures when whole packages of pipes are taken, the worst first."""
    import numpy as np
    from support.capture_frames import capture

    from waternet_plugin.core.health.evaluation.holdout_period import trial_of
    from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
    from waternet_plugin.core.health.risk.assessment import assess
    from waternet_plugin.core.schema.settings import Settings

    settings = Settings()
    past = SnapshotCache(
        pipes, failures, horizon_years=TEST_YEARS, window_start=None, radius_m=25.0, settings=settings
    )
    caught = []
    for cutoff in CUTOFFS:
        assessed = assess(pipes, failures, as_of=cutoff, settings=settings)
        then = pipes.iloc[assessed.rows].reset_index(drop=True)
        rates = package_rates(then, assessed.pipes, settings=settings)
        trial = trial_of(past.on(cutoff), past.events, datetime.date(cutoff.year + TEST_YEARS, 12, 31))
        caught.append(capture(trial.length_m, rates[trial.rows], trial.failures, SHARES).matched)
    return tuple(np.mean(caught, axis=0).tolist())


def _short(pipes: Any, failures: Any, years: int) -> tuple[float, ...]:
    """Return the mean captures when only the last years were written down, none for 0."""
    import numpy as np
    import pandas as pd

    from waternet_plugin.core.health.evaluation.backtest import backtest
    from waternet_plugin.core.health.evaluation.scoring import BacktestOptions

    caught = []
    for cutoff in CUTOFFS:
        known = failures
        if years == 0:
            known = failures[failures["date"] > pd.Timestamp(cutoff)].reset_index(drop=True)
        found = backtest(
            pipes,
            known,
            cutoffs=[cutoff],
            options=BacktestOptions(
                window_start=datetime.date(cutoff.year + 1 - years, 1, 1) if years else None,
                test_years=TEST_YEARS,
                bootstraps=0,
                rankings=(),
            ),
        )
        caught.append([found.mean("waternet", share) for share in SHARES])
    return tuple(np.mean(caught, axis=0).tolist())


def _total(pipes: Any, failures: Any, year: int) -> Total:
    """Return the forecast of five years from the end of a year, and what came."""
    from waternet_plugin.core.health.evaluation.holdout_period import trial_of
    from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
    from waternet_plugin.core.health.risk.forecast import RatedPipes, forecast_failures
    from waternet_plugin.core.schema.settings import Settings

    settings = Settings()
    past = SnapshotCache(
        pipes, failures, horizon_years=5, window_start=None, radius_m=25.0, settings=settings
    )
    origin = past.on(datetime.date(year, 12, 31))
    trial = trial_of(origin, past.events, datetime.date(year + 5, 12, 31))
    ahead = forecast_failures(
        RatedPipes(
            origin.frame.iloc[trial.rows],
            past.rate(past.choice("auto", origin.cutoff).model, origin.cutoff)[trial.rows],
            origin.counted.own[trial.rows],
            origin.window.counts,
        ),
        first_year=year + 1,
        years=5,
        settings=settings,
    ).total
    return Total(year, ahead.expected, ahead.lower, ahead.upper, trial.matched)


def figures(folder: Path) -> Figures:
    """Run every backtest of this script."""
    from support.renewal_frames import NO_NODES

    from waternet_plugin.core.health.evaluation.backtest import backtest
    from waternet_plugin.core.health.evaluation.rankings import OURS, RANKINGS
    from waternet_plugin.core.health.evaluation.scoring import NEVER_BROKEN, BacktestOptions
    from waternet_plugin.core.renewal.packages.plan_graph import plan_graph
    from waternet_plugin.core.renewal.plan_backtest import PlanTestRequest, backtest_plan
    from waternet_plugin.core.schema.settings import Settings

    pipes, failures = city(folder)
    found = backtest(pipes, failures, cutoffs=CUTOFFS, options=BacktestOptions(test_years=TEST_YEARS))
    rows = found.rows[(found.rows["model"] == OURS) & (found.rows["segment"] == "all")]
    wide = rows.pivot(index="cutoff", columns="share_of_length", values="captured")[list(SHARES)]
    ratio = rows.groupby("cutoff")["predicted_actual"].first()
    behind = {
        str(one.cutoff): tuple(
            f"{lead.model} at {100 * lead.share_of_length:g} %" for lead in one.leads if lead.upper < 0
        )
        for one in found.cutoffs
    }
    return Figures(
        rankings={name: tuple(found.mean(name, share) for share in SHARES) for name in RANKINGS},
        never_broken={
            name: tuple(found.mean(name, share, NEVER_BROKEN) for share in SHARES) for name in RANKINGS
        },
        by_cutoff={str(day.date()): tuple(row) for day, row in zip(wide.index, wide.to_numpy().tolist())},
        predicted_actual={str(day.date()): float(value) for day, value in ratio.items()},
        without_records=_short(pipes, failures, 0),
        one_year=_short(pipes, failures, 1),
        three_years=_short(pipes, failures, 3),
        totals=tuple(_total(pipes, failures, year) for year in TOTALS_FROM),
        models={str(one.cutoff): f"{one.choice.model} ({one.choice.how})" for one in found.cutoffs},
        leads=behind,
        packages=_packages(pipes, failures),
        plans=backtest_plan(
            pipes,
            failures,
            plan_graph(pipes, NO_NODES, settings=Settings()),
            PlanTestRequest(CUTOFFS, TEST_YEARS),
            settings=Settings(),
        ),
    )


def _line(name: str, captured: tuple[float, ...]) -> str:
    return f"{name:<26}" + "".join(f"{100 * value:8.1f}" for value in captured)


def table(found: Figures) -> str:
    """Return everything as text."""
    head = "share of length, %            5      10      20"
    lines = [f"mean of {len(CUTOFFS)} cut-offs, {TEST_YEARS} years after each", head]
    lines += [_line(name, captured) for name, captured in found.rankings.items()]
    lines += ["", "pipes that had never failed", head]
    lines += [_line(name, captured) for name, captured in found.never_broken.items()]
    lines += ["", "ours, each cut-off", head]
    lines += [
        _line(day, captured) + f"   predicted/actual {found.predicted_actual[day]:.2f}  {found.models[day]}"
        for day, captured in found.by_cutoff.items()
    ]
    lines += ["", "ours, with less history", head]
    lines.append(_line("no records at all", found.without_records))
    lines.append(_line("one year", found.one_year))
    lines.append(_line("three years", found.three_years))
    lines += ["", "rankings ahead of ours beyond chance (95 %, paired)"]
    lines += [f"{day}  {', '.join(names) or 'none'}" for day, names in found.leads.items()]
    lines += ["", "whole packages, worst first", head]
    lines.append(
        _line("packages", found.packages)
        + f"   {100 * found.packages_keep:.1f} % of what pipe by pipe catches"
    )
    lines += ["", "one year's budget (2 % of length worth), later breaks on the streets renewed"]
    lines += [
        f"{one.cutoff}  budget {one.budget / 1e6:.1f} M, {one.rules['plan'].length_m / 1000:.1f} km, of "
        f"{one.test_failures} breaks: "
        + ", ".join(f"{rule} {spent.caught}" for rule, spent in one.rules.items())
        + f", by chance {one.by_chance:.0f}"
        for one in found.plans
    ]
    lines += ["", "five-year totals      expected   limits (4 of 5)  actual   ratio   width"]
    lines += [
        f"from the end of {one.year}  {one.expected:8.0f}     {one.lower:5.0f} to {one.upper:5.0f}"
        f"   {one.actual:5d}   {one.ratio:5.2f}   {100 * one.width:4.0f} %"
        for one in found.totals
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    base = Path(os.environ.get("WATERNET_DATA") or HERE.parent.parent.parent / "shared" / "data")
    result = figures(base / "kitchener")
    print(table(result))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(
            json.dumps(dataclasses.asdict(result), default=str, indent=1), encoding="utf-8"
        )
