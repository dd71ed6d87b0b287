"""What the list and the sheets of projects are made from: a recorded plan and all it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.processing.plan_basis import DECIDED
from waternet_plugin.processing.supply_graph import supply_graph

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.health.backtest import Backtest
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.renewal.dossiers import Dossier
    from waternet_plugin.core.reports.statement import Records
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.store import Network

# Years after each day of a test on the past, the next where too few failures fall into them.
TEST_YEARS = (3, 5, 10)


@dataclass(frozen=True)
class PlanRecord:
    """A recorded plan: its rows of the tables of plans and of assessments, what was asked, what came out."""

    row: pd.Series
    run: pd.Series
    parameters: dict[str, Any]
    figures: dict[str, Any]

    @property
    def currency(self) -> str:
        """In which all money is."""
        return str(self.figures.get("currency") or "")


def _json(text: Any) -> dict[str, Any]:
    import json

    found = json.loads(text) if isinstance(text, str) and text else {}
    return found if isinstance(found, dict) else {}


def read_plan(network: Network, wanted: str) -> PlanRecord:
    """Return a plan and the assessment that it was made from.

    Raises
    ------
    InputError
        When there is none, or not this one.
    """
    plans = network.read("plan", geometry=False)
    if plans.empty:
        raise InputError(tr("This network has no renewal plan yet. Run “Plan renewal” (planrenewal) first."))
    if wanted:
        plans = plans[plans["plan_id"] == wanted]
        if plans.empty:
            message = tr("PLAN: there is no plan “{plan}”. Leave it empty for the newest one.")
            raise InputError(message.format(plan=wanted))
    row = plans.iloc[-1]
    runs = network.read("assessment_run", geometry=False)
    runs = runs[runs["run_id"] == row["run_id"]]
    if runs.empty:
        message = tr("The assessment {run} that plan {plan} was made from is gone. Plan again.")
        raise InputError(message.format(run=row["run_id"], plan=row["plan_id"]))
    return PlanRecord(row, runs.iloc[0], _json(row["parameters"]), _json(row["summary"]))


def _chosen(projects: pd.DataFrame, plan: PlanRecord, wanted: Sequence[str]) -> pd.DataFrame:
    """Return the projects that are wanted, those with money where none is named."""
    plan_id = plan.row["plan_id"]
    ours = projects[(projects["plan_id"] == plan_id) | projects["state"].isin(DECIDED)]
    if not (projects["plan_id"] == plan_id).any() and plan.figures.get("packages"):
        message = tr("The projects of plan {plan} gave way to those of a newer plan. Choose that one.")
        raise InputError(message.format(plan=plan_id))
    if not wanted:
        funded = ours[ours["year"].notna()]
        if funded.empty:
            sentences = [
                tr("Plan {plan} funds no project.").format(plan=plan_id),
                tr("Name projects with PROJECTS, or plan with more money."),
            ]
            raise InputError(joined(sentences))
        return funded
    known = set(ours["project_id"])
    strange = [name for name in wanted if name not in known]
    if strange:
        message = tr("PROJECTS names unknown projects: {names}. Take the ids from the list of projects.")
        raise InputError(message.format(names=", ".join(strange[:10])))
    return ours[ours["project_id"].isin(wanted)]


def _cut_off(
    network: Network, projects: pd.DataFrame, customers: pd.DataFrame, settings: Settings
) -> dict[str, list[int]]:
    """Return the customers whom each project cuts off from every source, by project id."""
    import numpy as np
    import pandas as pd

    from waternet_plugin.core.renewal import conflicts
    from waternet_plugin.core.renewal.packages import PIPE_COLUMNS

    if customers.empty:
        return {}
    number = {
        pipe: place
        for place, listed in enumerate(projects["pipe_ids"].fillna(""))
        for pipe in listed.split(";")
    }

    def read_pipes() -> pd.DataFrame:
        return network.read("pipe", [*PIPE_COLUMNS, "status"])

    with supply_graph(network, settings, read_pipes) as (graph, supplies):
        edge = pd.Index(graph.pipe_id).get_indexer(pd.Index(customers["pipe_id"]))
        placed = np.flatnonzero(np.append(supplies, False)[edge])
        found = conflicts.cut_off(
            graph,
            pd.Series(graph.pipe_id).map(number).fillna(-1).to_numpy(dtype=np.int64),
            source=conflicts.sources_of(graph, settings),
            targets=graph.start[edge[placed]],
            usable=supplies,
            count=len(projects),
        )
    return {name: placed[rows].tolist() for name, rows in zip(projects["project_id"], found)}


def read_dossiers(
    network: Network, plan: PlanRecord, wanted: Sequence[str], settings: Settings
) -> list[Dossier]:
    """Return the dossiers of the projects of a plan.

    Parameters
    ----------
    network
        The network.
    plan
        The plan.
    wanted
        Ids of projects; none: those with money.
    settings
        The network's.

    Raises
    ------
    InputError
        When a project is not of the plan, or none is left.
    """
    from waternet_plugin.core.renewal import dossiers

    projects = _chosen(network.read("project", list(dossiers.PROJECT_COLUMNS)), plan, wanted)
    costs = network.read("project_pipe", ["plan_id", "project_id", "pipe_id", "cost"])
    costs = costs.merge(projects[["plan_id", "project_id"]], on=["plan_id", "project_id"])
    failures = network.read(
        "failure", [*dossiers.FAILURE_COLUMNS], where={"match_state": "matched"}, geometry=True
    )
    known = failures["kind"].isin(settings.words("health.rate_kinds"))
    customers = network.read("customer", list(dossiers.CUSTOMER_COLUMNS), geometry=False)
    return dossiers.make_dossiers(
        projects,
        network.read("pipe", list(dossiers.PIPE_COLUMNS)),
        network.read("assessment", list(dossiers.ASSESSMENT_COLUMNS), where={"run_id": plan.run["run_id"]}),
        failures[known & (failures["date"] <= plan.run["as_of"])],
        costs=costs,
        customers=customers,
        cut_off=_cut_off(network, projects, customers, settings),
        works=network.read("road_work", list(dossiers.WORK_COLUMNS)),
        settings=settings,
    )


def tried_on_past(
    network: Network, plan: PlanRecord, settings: Settings, progress: Progress
) -> tuple[Records, Backtest]:
    """Return what the plan knew, and what its way of choosing would have caught on earlier days."""
    from waternet_plugin.core.health.assessment import FAILURE_COLUMNS
    from waternet_plugin.core.health.backtest import backtest
    from waternet_plugin.core.health.inservice import PIPE_COLUMNS
    from waternet_plugin.core.reports.statement import Records

    failures = network.read("failure", list(FAILURE_COLUMNS), geometry=False)
    known = failures[~(failures["date"] > plan.run["as_of"])].reset_index(drop=True)
    days = known["date"].dropna()
    records = Records(
        failures=len(known),
        matched=int((known["match_state"] == "matched").sum()),
        first=f"{days.min():%Y-%m-%d}" if len(days) else "–",
        last=f"{days.max():%Y-%m-%d}" if len(days) else "–",
    )
    pipes = network.read("pipe", list(PIPE_COLUMNS), geometry=False)
    for place, years in enumerate(TEST_YEARS):
        tested = backtest(
            pipes,
            known,
            test_years=years,
            bootstraps=0,
            today=plan.run["as_of"].date(),
            settings=settings,
            progress=progress.part(place / len(TEST_YEARS), (place + 1) / len(TEST_YEARS)),
        )
        if tested.tested:
            break
    return records, tested
