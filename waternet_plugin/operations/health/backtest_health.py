"""Test the rating of pipes, and plans made of it, on the network's own past; nothing is written."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.backtest import Backtest, backtest
from waternet_plugin.core.health.evaluation.rankings import AUTO
from waternet_plugin.core.health.evaluation.scoring import BacktestOptions
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.packages.plan_graph import plan_graph
from waternet_plugin.core.renewal.plan_backtest import PlanTestRequest, PlanTrial, backtest_plan
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.health.backtest import backtest_report, summary_lines
from waternet_plugin.core.reports.leakage.leaks import leak_lines
from waternet_plugin.core.reports.renewal.plan_backtest import plan_sentence
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.health.failure_records import matched_within_m, read_failures
from waternet_plugin.operations.network.supply_graph import NODE_COLUMNS
from waternet_plugin.store.network import Network

# Written by the store or by us: no evidence from the field.
_OURS = ("map_class", "row_version", "edited_by", "edited_on", "batch_id")


@dataclass(frozen=True)
class BacktestRequest:
    """What a test on the past is asked for.

    Attributes
    ----------
    cutoffs
        Days to stand on; none: a year apart, at least three.
    test_years
        Years of failures after each of them; the end of the records cuts them short.
    window_start
        From when on failures were recorded completely; None to find out on each day.
    model
        One of `rankings.MODELS`, or auto.
    bootstraps, seed
        Samples of the test pipes for the intervals, and their seed.
    with_plans
        Whether a plan is made on each day too.
    budget
        Money that each plan may spend; None for what renewing a year's share of the length costs.
    """

    cutoffs: Sequence[datetime.date] = ()
    test_years: int = 3
    window_start: Optional[datetime.date] = None
    model: str = AUTO
    bootstraps: int = 200
    seed: int = 0
    with_plans: bool = True
    budget: Optional[float] = None


@dataclass(frozen=True)
class BacktestResult:
    """What later failures say of the rating and of plans; ``notes`` warn, ``lines`` sum up."""

    found: Backtest
    plans: tuple[PlanTrial, ...]
    network_title: str

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on fields that may know the future."""
        return tuple(leak_lines(self.found))

    @property
    def lines(self) -> tuple[str, ...]:
        """Sentences that sum up what was found."""
        lines = [line for line in summary_lines(self.found) if line not in self.notes]
        return (*lines, *([plan_sentence(self.plans)] if self.plans else ()))

    def report(self) -> Report:
        """Return the report of the test."""
        return backtest_report(self.found, network=self.network_title, plans=self.plans)


def backtest_health(
    network: Network, request: BacktestRequest, progress: Progress = SILENT
) -> BacktestResult:
    """Stand on earlier days, rate and plan by what was known then, and count what came after.

    Raises
    ------
    InputError
        When there are no records after the days asked for, or there is no such model.
    """
    settings = network.settings()
    progress.at(0.02, tr("Reading pipes and failures"))
    records = read_failures(network)
    wanted = [name for name in table("pipe").field_names if name not in _OURS]
    pipes = network.read("pipe", wanted, geometry=records.needs_coordinates or request.with_plans)
    failures = records.with_matches(records.match(pipes, settings, progress.part(0.15, 0.3)))
    found = backtest(
        pipes,
        failures,
        cutoffs=list(request.cutoffs),
        options=BacktestOptions(
            test_years=request.test_years,
            window_start=request.window_start,
            model=request.model,
            bootstraps=request.bootstraps,
            seed=request.seed,
            match_radius_m=matched_within_m(settings),
        ),
        settings=settings,
        progress=progress.part(0.3, 0.8),
    )
    late = [one.cutoff for one in found.cutoffs if one.until <= one.cutoff]
    if request.cutoffs and len(late) == len(found.cutoffs):
        message = tr("CUTOFF: there are no records after {cutoff} to test with. Give earlier days.")
        raise InputError(message.format(cutoff=late[0]))
    plans: tuple[PlanTrial, ...] = ()
    if request.with_plans and found.tested:
        progress.at(0.8, tr("Planning on the cut-offs"))
        plans = backtest_plan(
            pipes,
            failures,
            plan_graph(pipes, network.read("node", list(NODE_COLUMNS)), settings=settings),
            PlanTestRequest(
                cutoffs=[one.cutoff for one in found.tested],
                test_years=found.test_years,
                budget=request.budget,
                window_start=request.window_start,
                model=request.model,
                match_radius_m=matched_within_m(settings),
            ),
            settings=settings,
            progress=progress.part(0.8, 0.95),
        )
    progress.at(0.95, tr("Writing"))
    return BacktestResult(found, plans, network.title)
