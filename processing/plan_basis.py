"""What plans are made from: the assessment, packages, road works, critical customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.supply_graph import NOT_IN_USE, supply_graph

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.renewal.conflicts import Conflicts
    from waternet_plugin.core.renewal.packages import Packages
    from waternet_plugin.core.renewal.roadworks import RoadYears
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.processing.job import Job
    from waternet_plugin.store import Network

# What people have decided stays when a new plan is made.
DECIDED = ("approved", "under_way", "done")


@dataclass(frozen=True)
class PlanBasis:
    """What a plan is made from.

    ``run`` is the row of the assessment, ``pipes`` those in use, ``assessment`` and ``failures`` of that
    run; ``district`` the district of each package if asked for; ``replaced`` the projects that a new plan
    takes the place of; ``notes`` sentences for the planner.
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


def _newest_run(network: Network, wanted: str) -> pd.Series:
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
    return runs.iloc[-1]


def _rests_on_surveys(run: pd.Series) -> bool:
    """Return whether no record of the network's own speaks in an assessment."""
    import json

    summary = run["summary"]
    found = json.loads(summary) if isinstance(summary, str) and summary else {}
    return isinstance(found, dict) and found.get("data_grade") == "C"


def _failures(network: Network, as_of: Any, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return the failures on known pipes that the assessment knew of."""
    failures = network.read(
        "failure", ["pipe_id", "date", "kind"], where={"match_state": "matched"}, geometry=False
    )
    return failures[(failures["date"] <= as_of) & failures["kind"].isin(kinds)]


def _conflicts(
    network: Network, pipes: pd.DataFrame, packages: Packages, settings: Settings, progress: Progress
) -> Conflicts:
    """Return the packages that would cut off critical customers, alone or in pairs."""
    import numpy as np
    import pandas as pd

    from waternet_plugin.core.renewal.conflicts import NO_CONFLICTS, find_conflicts, sources_of

    critical = network.read("customer", ["pipe_id"], where={"critical": "yes"}, geometry=False)
    critical = critical[critical["pipe_id"].notna()]
    if critical.empty or packages.frame.empty:
        return NO_CONFLICTS
    number = pd.Series(np.arange(len(packages.frame)), index=packages.frame["project_id"])
    of_pipe = packages.members.set_index("pipe_id")["project_id"].map(number)
    with supply_graph(network, settings, lambda: pipes) as (graph, supplies):
        sources = sources_of(graph, settings)
        if not len(sources):
            return NO_CONFLICTS
        edge = pd.Index(graph.pipe_id).get_indexer(pd.Index(critical["pipe_id"].unique()))
        edge = edge[edge >= 0]
        return find_conflicts(
            graph,
            pd.Series(graph.pipe_id).map(of_pipe).fillna(-1).to_numpy(dtype=np.int64),
            source=sources,
            critical=graph.start[edge[supplies[edge]]],
            usable=supplies,
            progress=progress,
        )


def read_basis(
    job: Job, network: Network, *, start_year: int, years: int, by_district: bool, progress: Progress
) -> PlanBasis:
    """Read the network and build the packages.

    Parameters
    ----------
    job
        Its RUN names the assessment.
    network
        The network.
    start_year, years
        The span of the plan.
    by_district
        Whether the district of each package is wanted.
    progress
        Listener.

    Raises
    ------
    InputError
        When there is no assessment to plan from.
    """
    from waternet_plugin.core.renewal.districts import districts_of
    from waternet_plugin.core.renewal.packages import PIPE_COLUMNS, build_packages
    from waternet_plugin.core.renewal.roadworks import road_years
    from waternet_plugin.core.reports.health import surveys_alone

    settings = network.settings()
    run = _newest_run(network, job.text("RUN"))
    pipes = network.read("pipe", [*PIPE_COLUMNS, "status"])
    pipes = pipes[~pipes["status"].isin(NOT_IN_USE)].reset_index(drop=True)
    assessment = network.read(
        "assessment",
        ["pipe_id", "rate_per_100km_y", "consequence", "class"],
        where={"run_id": run["run_id"]},
    )
    failures = _failures(network, run["as_of"], settings.words("health.rate_kinds"))
    progress.at(0.3, tr("Building packages"))
    projects = network.read("project", ["project_id", "state", "pipe_ids"], geometry=False)
    decided = projects["state"].isin(DECIDED)
    packages = build_packages(
        pipes,
        assessment,
        settings=settings,
        failures=failures,
        taken={pipe for pipes_of in projects["pipe_ids"][decided].dropna() for pipe in pipes_of.split(";")},
        progress=progress.part(0.3, 0.8),
    )
    if not len(packages.frame):
        message = tr(
            "There is no pipe to plan for: assessment {run} names none for renewal that is not in a project "
            "decided already. Assess again, or free projects."
        )
        raise InputError(message.format(run=run["run_id"]))
    district = None
    if by_district:
        zones = network.read("zone", ["zone_id"], where={"kind": "district"})
        district = districts_of(packages, zones)
    works = network.read("road_work", ["year"])
    progress.at(0.8, tr("Looking for critical customers"))
    conflicts = _conflicts(network, pipes, packages, settings, progress.part(0.8, 1.0))
    notes = []
    if _rests_on_surveys(run):
        notes.append(surveys_alone())
    if len(conflicts.alone):
        text = tr(
            "%n package(s) cut off a critical customer while they are built. Plan another supply.",
            "",
            len(conflicts.alone),
        )
        notes.append(text)
    return PlanBasis(
        run=run,
        pipes=pipes,
        assessment=assessment,
        failures=failures,
        packages=packages,
        district=district,
        roads=road_years(packages, works, start_year=start_year, years=years, settings=settings),
        conflicts=conflicts,
        replaced=projects["project_id"][~decided].tolist(),
        notes=tuple(notes),
    )
