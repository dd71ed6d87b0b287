"""What plans are made from: the assessment, packages, road works, critical customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, last_of_each
from waternet_plugin.core.health.evaluation.backtest import Backtest, backtest
from waternet_plugin.core.health.evaluation.scoring import BacktestOptions
from waternet_plugin.core.health.rates.counting import counted, known_by
from waternet_plugin.core.health.rates.inservice import PIPE_COLUMNS as RATED_COLUMNS
from waternet_plugin.core.health.risk.assessment import FAILURE_COLUMNS
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.renewal.packages.packages import (
    ASSESSED,
    PIPE_COLUMNS,
    Packages,
    build_packages,
    districts_of,
)
from waternet_plugin.core.renewal.packages.plan_graph import plan_graph
from waternet_plugin.core.renewal.planning import PlanConditions
from waternet_plugin.core.renewal.project_conflicts import NO_CONFLICTS, Conflicts, find_conflicts, sources_of
from waternet_plugin.core.renewal.roadworks import RoadYears, road_years, trenchless_where_banned
from waternet_plugin.core.reports.health.health import surveys_alone
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.network.supply_graph import NODE_COLUMNS, supply_graph
from waternet_plugin.store.network import Network

# Years after each day of a test on the past, the next where too few failures fall into them.
TEST_YEARS = (3, 5, 10)
# What people have decided stays when a new plan is made.
DECIDED = ("approved", "under_way", "done")


@dataclass(frozen=True)
class RenewalBasis(PlainFrames):
    """What a plan is made from.

    ``run`` is the row of the assessment, ``pipes`` those in use, ``assessment`` of that run; ``failures``
    those in its rates, of all that were on record then; ``district`` the district of each package if asked
    for; ``replaced`` the projects that a new plan takes the place of; ``notes`` sentences for the planner.
    """

    run: pd.Series
    pipes: pd.DataFrame
    assessment: pd.DataFrame
    failures: pd.DataFrame
    packages: Packages
    district: Optional[pd.Series]
    roads: RoadYears
    conflicts: Conflicts
    replaced: list[str]
    notes: tuple[str, ...]

    def conditions(self) -> PlanConditions:
        """Return what a plan made from this must heed."""
        return PlanConditions(district=self.district, roads=self.roads, apart=self.conflicts.pairs)


@dataclass(frozen=True)
class _PlanRows:
    """What a plan reads of a network: the run it rests on, the tables, districts where they are wanted."""

    run: pd.Series
    pipes: pd.DataFrame
    nodes: pd.DataFrame
    assessment: pd.DataFrame
    failures: pd.DataFrame
    projects: pd.DataFrame
    districts: Optional[pd.DataFrame]
    road_works: pd.DataFrame
    critical: pd.DataFrame
    settings: Settings


def assessment_to_plan(network: Network, wanted: str) -> pd.Series:
    """Return the assessment run to plan from: the wanted one, else the newest."""
    runs = network.read("assessment_run", ["run_id", "as_of", "window_start", "summary"])
    if runs.empty:
        raise InputError(
            tr("This network has no health assessment yet. Run “Assess health” (assesshealth) first.")
        )
    if wanted:
        runs = runs[runs["run_id"] == wanted]
        if runs.empty:
            message = tr("RUN: there is no assessment “{run}”. Leave it empty for the newest one.")
            raise InputError(message.format(run=wanted))
    return dated_run(runs.iloc[-1])


def dated_run(run: pd.Series) -> pd.Series:
    """Return an assessment run as it is; refuse one whose day another program removed."""
    if pd.isna(run["as_of"]):
        message = tr("The day of assessment {run} is not known any more. Assess health again.")
        raise InputError(message.format(run=run["run_id"]))
    return run


def _rests_on_surveys(run: pd.Series) -> bool:
    """Return whether no record of the network's own speaks in an assessment."""
    return stored_object(run["summary"]).get("data_grade") == "C"


def _nothing_to_plan(assessment: pd.DataFrame) -> str:
    """Return why no package could be made, and what to do about it."""
    if len(assessment) > 1 and assessment["rate_per_100km_y"].nunique() == 1:
        return tr(
            "There is no pipe to plan for: in assessment {run} all pipes are expected to fail alike, so none "
            "comes first. Enter materials, years and diameters or bring in failures, then assess again."
        )
    return tr(
        "There is no pipe to plan for: assessment {run} has none for renewal that is not in a project "
        "already decided. Assess again, or release projects."
    )


def failures_of_run(
    failures: pd.DataFrame, pipes: pd.DataFrame, run: pd.Series, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the failures that were on record on the day of a run, and those of them in its rates.

    Parameters
    ----------
    failures
        pipe_id, date, kind and match_state of all failures.
    pipes
        The pipes that count.
    """
    start = run["window_start"]
    found = counted(
        failures,
        pipes,
        as_of=run["as_of"].date(),
        window_start=None if pd.isna(start) else start.date(),
        settings=settings,
    )
    return failures[found.on_record], failures[found.in_rate]


def _conflicts(
    rows: _PlanRows, graph: Graph, supplies: Array, packages: Packages, progress: Progress
) -> Conflicts:
    """Return the packages that would cut off critical customers, alone or in pairs."""
    critical = rows.critical[rows.critical["pipe_id"].notna()]
    sources = sources_of(graph, rows.settings)
    if critical.empty or packages.frame.empty or not len(sources):
        return NO_CONFLICTS
    number = pd.Series(np.arange(len(packages.frame)), index=packages.frame["project_id"])
    of_pipe = packages.members.set_index("pipe_id")["project_id"].map(number)
    edge = rows_of_ids(graph.pipe_id, critical["pipe_id"].unique())
    edge = edge[edge >= 0]
    return find_conflicts(
        graph,
        pd.Series(graph.pipe_id).map(of_pipe).fillna(-1).to_numpy(dtype=np.int64),
        source=sources,
        critical=graph.start[edge[supplies[edge]]],
        usable=supplies,
        progress=progress,
    )


def _packages(
    network: Network,
    rows: _PlanRows,
    assessment: pd.DataFrame,
    failures: pd.DataFrame,
    taken: set[str],
    progress: Progress,
) -> tuple[Packages, Conflicts]:
    """Return the packages, and those that would cut off critical customers: both stand on one graph."""
    settings = rows.settings
    with supply_graph(network, settings, lambda: (rows.pipes, rows.nodes)) as (graph, supplies):
        packages = build_packages(
            rows.pipes[~rows.pipes["status"].isin(OUT_OF_USE)],
            assessment,
            graph=plan_graph(rows.pipes, rows.nodes, settings=settings, graph=graph),
            settings=settings,
            failures=failures,
            taken=taken,
            progress=progress.part(0.0, 0.7),
        )
        progress.at(0.7, tr("Finding critical customers"))
        return packages, _conflicts(rows, graph, supplies, packages, progress.part(0.7, 1.0))


def read_basis(
    network: Network, *, run: str, start_year: int, years: int, by_district: bool, progress: Progress
) -> RenewalBasis:
    """Read the network and build the packages.

    Parameters
    ----------
    run
        Id of the assessment; '' for the newest.
    start_year, years
        The span of the plan.
    by_district
        Whether the district of each package is wanted.

    Raises
    ------
    InputError
        When there is no assessment to plan from.
    """
    run_row = assessment_to_plan(network, run)
    rows = _PlanRows(
        run_row,
        network.read("pipe", [*PIPE_COLUMNS, "status", "retired_on"]),
        network.read("node", list(NODE_COLUMNS)),
        network.read("assessment", list(ASSESSED), where={"run_id": run_row["run_id"]}),
        network.read("failure", ["pipe_id", "date", "kind", "match_state"], geometry=False),
        network.read("project", ["project_id", "state", "pipe_ids"], geometry=False),
        network.read("zone", ["zone_id"], where={"kind": "district"}) if by_district else None,
        network.read("road_work", ["year"]),
        read_supplied(network, ["pipe_id"], where={"critical": "yes"}),
        network.settings(),
    )
    settings, assessed, projects = rows.settings, rows.run, rows.projects
    pipes = rows.pipes[~rows.pipes["status"].isin(OUT_OF_USE)].reset_index(drop=True)
    assessment = last_of_each(rows.assessment, "pipe_id")
    recorded, rated = failures_of_run(rows.failures, pipes, assessed, settings)
    progress.at(0.3, tr("Building packages"))
    decided = projects["state"].isin(DECIDED)
    packages, conflicts = _packages(
        network,
        rows,
        assessment,
        recorded,
        {pipe for pipes_of in projects["pipe_ids"][decided].dropna() for pipe in pipes_of.split(";")},
        progress.part(0.3, 1.0),
    )
    if not len(packages.frame):
        raise InputError(_nothing_to_plan(assessment).format(run=assessed["run_id"]))
    district = None if rows.districts is None else districts_of(packages, rows.districts)
    roads = road_years(packages, rows.road_works, start_year=start_year, years=years, settings=settings)
    packages, roads = trenchless_where_banned(packages, roads, settings)
    notes = []
    if _rests_on_surveys(assessed):
        notes.append(surveys_alone())
    if len(conflicts.alone):
        notes.append(
            tr(
                "%n package(s) cut off a critical customer during construction. Plan an alternative supply.",
                "",
                len(conflicts.alone),
            )
        )
    return RenewalBasis(
        run=assessed,
        pipes=pipes,
        assessment=assessment,
        failures=rated,
        packages=packages,
        district=district,
        roads=roads,
        conflicts=conflicts,
        replaced=projects["project_id"][~decided].tolist(),
        notes=tuple(notes),
    )


def tested_on_history(
    network: Network,
    run: pd.Series,
    settings: Settings,
    rankings: Sequence[str],
    progress: Progress,
) -> Backtest:
    """Return how the way of choosing fared on earlier days, over more years where too few failures came.

    Parameters
    ----------
    run
        The assessment; nothing after its day is looked at.
    rankings
        The rankings to compare with.
    """
    failures = network.read("failure", list(FAILURE_COLUMNS), geometry=False)
    pipes = network.read("pipe", list(RATED_COLUMNS), geometry=False)
    for place, years in enumerate(TEST_YEARS):
        tested = backtest(
            pipes,
            known_by(failures, run["as_of"].date()),
            options=BacktestOptions(test_years=years, bootstraps=0, rankings=rankings),
            today=run["as_of"].date(),
            settings=settings,
            progress=progress.part(place / len(TEST_YEARS), (place + 1) / len(TEST_YEARS)),
        )
        if tested.tested:
            break
    return tested
