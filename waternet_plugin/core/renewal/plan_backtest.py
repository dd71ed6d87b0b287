"""What the plans of earlier years would have caught: streets they renew, later failures on them.

On each day pipes are assessed from what was known then, packages are built and one year's budget is spent,
as a plan does it. Beside it the same money spent by two simple rules: each picks as many metres of pipe by
its own order, builds packages of them in the same way and spends the same budget.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.health.evaluation.cutoffs import end_of_records, years_on
from waternet_plugin.core.health.evaluation.rankings import AUTO
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.rates.counting import on_record
from waternet_plugin.core.health.rates.cutoff_snapshot import Events, events_of, rows_of_pipes
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.health.risk.classes import IN_SERVICE, RENEW_NOW
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import costs
from waternet_plugin.core.renewal.packages.packages import Packages, build_packages
from waternet_plugin.core.renewal.packages.plan_graph import PlanGraph
from waternet_plugin.core.renewal.plan_constraints import PlanLimits
from waternet_plugin.core.renewal.planning import plan_renewal
from waternet_plugin.core.schema.settings import Settings

PLAN, OLDEST, MOST_FAILURES = "plan", "oldest", "most_failures"
RULES = (PLAN, OLDEST, MOST_FAILURES)
_LEAST_LENGTH_M, _LEAST_MONEY = 1.0, 0.01
_PROJECT_COLUMNS = ["project_id", "street", "length_m", "cost", "benefit", "year", "pipe_ids"]


@dataclass(frozen=True)
class Street:
    """A project of the plan of an earlier year, and the failures that came on its pipes."""

    project_id: str
    street: str
    length_m: float
    cost: float
    failures: int


@dataclass(frozen=True)
class Spent:
    """What one way of choosing made of the budget: projects, metres, money, later failures on them."""

    projects: int
    length_m: float
    cost: float
    caught: int


@dataclass(frozen=True)
class PlanTrial:
    """The plan of one day: what each of `RULES` would have renewed on one year's budget, and what it caught.

    ``test_failures`` are those up to ``until`` on pipes in service on that day; ``by_chance`` how many of
    them any stretches of the plan's length would have caught on average.
    """

    cutoff: datetime.date
    until: datetime.date
    budget: float
    test_failures: int
    by_chance: float
    rules: dict[str, Spent]
    streets: tuple[Street, ...]


@dataclass(frozen=True)
class PlanTestRequest:
    """How plans are tested on the past.

    Attributes
    ----------
    cutoffs
        The days.
    test_years
        Years after each of which failures are counted; the end of the records cuts them short.
    budget
        Money of the year; None for what renewing a year's share of the length costs on average.
    window_start, model, match_radius_m
        As `assess` takes them.
    """

    cutoffs: Sequence[datetime.date]
    test_years: int
    budget: float | None = None
    window_start: datetime.date | None = None
    model: str = AUTO
    match_radius_m: float = 25.0


@dataclass(frozen=True)
class _Day(PlainFrames):
    """What was known on one day: pipes, their assessment, and of each its failures before and after."""

    cutoff: datetime.date
    until: datetime.date
    pipes: pd.DataFrame
    assessment: pd.DataFrame
    failures: pd.DataFrame
    own: Array
    later: Array


def backtest_plan(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    graph: PlanGraph,
    request: PlanTestRequest,
    *,
    settings: Settings,
    progress: Progress = SILENT,
) -> tuple[PlanTrial, ...]:
    """Plan one year from each day, and count the failures that came on what was planned.

    Parameters
    ----------
    pipes
        As `assess` and `build_packages` take them, with geometry.
    failures
        As `assess` takes them, of all years.
    graph
        Where the pipes meet.
    request
        Days, years after them, money.
    settings
        ``health.*`` and ``renewal.*``.
    """
    events = events_of(rows_of_pipes(pipes["pipe_id"], failures), failures, settings)
    end = end_of_records(events.day)
    trials = []
    count = len(request.cutoffs)
    for number, cutoff in enumerate(request.cutoffs):
        part = progress.part(number / count, (number + 1) / count)
        until = years_on(cutoff, request.test_years)
        until = cutoff if end is None else max(min(until, end), cutoff)
        start = request.window_start
        assessed = assess(
            pipes,
            failures,
            as_of=cutoff,
            # On a day before the given start there were no records yet.
            options=RatingOptions(
                window_start=None if start is None else min(start, cutoff),
                match_radius_m=request.match_radius_m,
                model=request.model,
            ),
            settings=settings,
            progress=part.part(0.0, 0.4),
        )
        then = pipes.iloc[assessed.rows].reset_index(drop=True)
        day = _Day(
            cutoff=cutoff,
            until=until,
            pipes=then,
            assessment=assessed.pipes,
            failures=on_record(failures, then, as_of=cutoff, settings=settings),
            own=assessed.own_failures,
            later=_later(events, assessed.rows, len(pipes), cutoff, until),
        )
        trials.append(_trial(day, graph, request.budget, settings, part.part(0.4, 1.0)))
    progress.at(1.0)
    return tuple(trials)


def _later(events: Events, rows: Array, size: int, first: datetime.date, last: datetime.date) -> Array:
    """Return the failures after a day, up to another, on each of the pipes that were there."""
    is_later = events.after(first, last) & (events.pipe >= 0)
    return np.bincount(events.pipe[is_later], minlength=size)[rows]


def _trial(
    day: _Day, graph: PlanGraph, budget: float | None, settings: Settings, progress: Progress
) -> PlanTrial:
    """Spend the budget by every rule and count."""
    pipes, assessment, cutoff, later = day.pipes, day.assessment, day.cutoff, day.later
    length = np.nan_to_num(pipes["length_m"].to_numpy(float))
    counts = assessment["rate_per_100km_y"].notna().to_numpy() & (length >= _LEAST_LENGTH_M)
    money = _share_of_length(pipes[counts], settings) if budget is None else budget
    chosen = assessment["class"].isin(settings.words("renewal.candidate_classes")).to_numpy()
    wanted = float(length[chosen & counts].sum())
    year = pipes["install_year"].to_numpy(float)
    ids = pipes["pipe_id"].to_numpy(dtype=object).astype(str)
    age = np.nan_to_num(cutoff.year - year, nan=-np.inf)
    orders = {
        OLDEST: np.lexsort((ids, -age)),
        MOST_FAILURES: np.lexsort((ids, -age, -np.asarray(day.own, dtype=float))),
    }
    later_of = pd.Series(np.where(counts, later, 0), index=pipes["pipe_id"].to_numpy(dtype=object))
    spent: dict[str, Spent] = {}
    streets: tuple[Street, ...] = ()
    for index, rule in enumerate(RULES):
        progress.at(index / len(RULES))
        judged = assessment if rule == PLAN else _by_rule(assessment, orders[rule], counts, length, wanted)
        packages = build_packages(pipes, judged, graph=graph, settings=settings, failures=day.failures)
        projects = _funded(packages, money, rule, cutoff, settings)
        caught = _caught(projects, later_of)
        spent[rule] = Spent(
            projects=len(projects),
            length_m=float(projects["length_m"].sum()),
            cost=float(projects["cost"].sum()),
            caught=int(caught.sum()),
        )
        if rule == PLAN:
            streets = tuple(
                Street(row["project_id"], row["street"] or "", row["length_m"], row["cost"], int(count))
                for row, count in zip(records(projects), caught)
            )
    total = float(length[counts].sum())
    tested = int(later[counts].sum())
    return PlanTrial(
        cutoff=cutoff,
        until=day.until,
        budget=money,
        test_failures=tested,
        by_chance=tested * spent[PLAN].length_m / total if total > 0 else 0.0,
        rules=spent,
        streets=streets,
    )


def _share_of_length(pipes: pd.DataFrame, settings: Settings) -> float:
    """Return what renewing a year's share of the length costs at the mean cost of these pipes, money."""
    size = costs.sizes(pipes["diameter_mm"], settings)
    open_cut = np.full(len(pipes), "open_cut", dtype=object)
    cents = costs.pipe_cents(pipes, costs.new_material(size, settings), open_cut, settings)
    return round(int(cents.sum()) * settings.real("renewal.annual_renewal_rate") / 100, 2)


def _by_rule(
    assessment: pd.DataFrame, order: Array, counts: Array, length: Array, wanted: float
) -> pd.DataFrame:
    """Return an assessment in which the first pipes of an order are to be renewed, so many metres of them."""
    ranked = order[counts[order]]
    first = ranked[np.cumsum(length[ranked]) - length[ranked] / 2 <= wanted]
    classes = np.where(counts, IN_SERVICE, assessment["class"].to_numpy(dtype=object)).astype(object)
    classes[first] = RENEW_NOW
    judged: pd.DataFrame = assessment.assign(**{"class": classes})
    return judged


def _funded(
    packages: Packages, budget: float, rule: str, cutoff: datetime.date, settings: Settings
) -> pd.DataFrame:
    """Return the projects that one year's budget pays for, the most worth first."""
    if budget < _LEAST_MONEY:
        nothing: pd.DataFrame = pd.DataFrame(columns=[*_PROJECT_COLUMNS, "worth"])
        return nothing
    plan = plan_renewal(
        packages,
        # By the greedy choice, so that every machine gives the same.
        PlanLimits(budget, start_year=cutoff.year + 1, years=1, strategy=rule, time_limit_s=0.0),
        settings=settings,
    )
    projects = pd.DataFrame(plan.projects[_PROJECT_COLUMNS])
    funded = projects[projects["year"].notna()]
    worth = funded["benefit"] / funded["cost"].replace(0.0, np.nan)
    ordered: pd.DataFrame = funded.assign(worth=worth).sort_values(
        ["worth", "project_id"], ascending=[False, True], ignore_index=True
    )
    return ordered


def _caught(projects: pd.DataFrame, later_of: pd.Series) -> Array:
    """Return the later failures on the pipes of each project."""
    sums = [float(later_of.reindex(text.split(";")).fillna(0.0).sum()) for text in projects["pipe_ids"]]
    return np.array(sums, dtype=float)
