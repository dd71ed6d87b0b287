"""What the list and the sheets of projects are made from: a recorded plan and all it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.backtest import Backtest
from waternet_plugin.core.health.evaluation.rankings import RANKINGS
from waternet_plugin.core.health.rates.counting import on_record
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import dossiers, project_conflicts
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.reports.health.statement import Records, records_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.network.supply_graph import NODE_COLUMNS, PIPE_COLUMNS, supply_graph
from waternet_plugin.operations.renewal.plan_basis import DECIDED, dated_run, tested_on_history
from waternet_plugin.store.network import Network


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


@texts.in_interface()
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
            raise InputError(
                tr("PLAN: there is no plan “{plan}”. Leave it empty for the newest one.").format(plan=wanted)
            )
    row = plans.iloc[-1]
    if row[["start_year", "years", "budget"]].isna().any():
        message = tr("The years or the budget of plan {plan} are not known any more. Plan again.")
        raise InputError(message.format(plan=row["plan_id"]))
    runs = network.read("assessment_run", geometry=False)
    runs = runs[runs["run_id"] == row["run_id"]]
    if runs.empty:
        message = tr("The assessment {run} from which plan {plan} was made no longer exists. Plan again.")
        raise InputError(message.format(run=row["run_id"], plan=row["plan_id"]))
    run = dated_run(runs.iloc[0])
    return PlanRecord(row, run, stored_object(row["parameters"]), stored_object(row["summary"]))


@texts.in_interface()
def _chosen(projects: pd.DataFrame, plan: PlanRecord, wanted: Sequence[str]) -> pd.DataFrame:
    """Return the projects that are wanted, those with money where none is named."""
    plan_id = plan.row["plan_id"]
    ours = projects[(projects["plan_id"] == plan_id) | projects["state"].isin(DECIDED)]
    if not (projects["plan_id"] == plan_id).any() and plan.figures.get("packages"):
        message = tr("The projects of plan {plan} were replaced by those of a newer plan. Choose that one.")
        raise InputError(message.format(plan=plan_id))
    if not wanted:
        funded = ours[ours["year"].notna()]
        if funded.empty:
            sentences = [
                tr("Plan {plan} funds no project.").format(plan=plan_id),
                tr("Choose projects with PROJECTS, or plan with a larger budget."),
            ]
            raise InputError(joined(sentences))
        return funded
    known = set(ours["project_id"])
    strange = [name for name in wanted if name not in known]
    if strange:
        message = tr("PROJECTS contains unknown projects: {names}. Use the ids from the list of projects.")
        raise InputError(message.format(names=listed(strange[:10])))
    return ours[ours["project_id"].isin(wanted)]


def _cut_off(
    network: Network, projects: pd.DataFrame, customers: pd.DataFrame, settings: Settings
) -> dict[str, list[int]]:
    """Return the customers whom each project cuts off from every source, by project id."""
    if customers.empty:
        return {}
    number = {
        pipe: place
        for place, listed in enumerate(projects["pipe_ids"].fillna(""))
        for pipe in listed.split(";")
    }

    def read_rows() -> tuple[pd.DataFrame, pd.DataFrame]:
        return network.read("pipe", list(PIPE_COLUMNS)), network.read("node", list(NODE_COLUMNS))

    with supply_graph(network, settings, read_rows) as (graph, supplies):
        edge = rows_of_ids(graph.pipe_id, customers["pipe_id"])
        placed = np.flatnonzero(np.append(supplies, False)[edge])
        found = project_conflicts.cut_off(
            graph,
            pd.Series(graph.pipe_id).map(number).fillna(-1).to_numpy(dtype=np.int64),
            source=project_conflicts.sources_of(graph, settings),
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
    wanted
        Ids of projects; none: those with money.

    Raises
    ------
    InputError
        When a project is not of the plan, or none is left.
    """
    projects = _chosen(network.read("project", list(dossiers.PROJECT_COLUMNS)), plan, wanted)
    costs = network.read("project_pipe", ["plan_id", "project_id", "pipe_id", "cost"])
    costs = costs.merge(projects[["plan_id", "project_id"]], on=["plan_id", "project_id"])
    pipes = network.read("pipe", [*dossiers.PIPE_COLUMNS, "retired_on"])
    failures = network.read("failure", [*dossiers.FAILURE_COLUMNS, "match_state"])
    customers = read_supplied(network, dossiers.CUSTOMER_COLUMNS)
    tables = dossiers.DossierTables(
        projects=projects,
        pipes=pipes,
        assessment=network.read(
            "assessment", list(dossiers.ASSESSMENT_COLUMNS), where={"run_id": plan.run["run_id"]}
        ),
        failures=on_record(failures, pipes, as_of=plan.run["as_of"].date(), settings=settings),
        costs=costs,
        customers=customers,
        works=network.read("road_work", list(dossiers.WORK_COLUMNS)),
    )
    return dossiers.make_dossiers(tables, _cut_off(network, projects, customers, settings), settings)


@dataclass(frozen=True)
class Projects:
    """A plan and the projects of it that are handed on."""

    plan: PlanRecord
    found: list[Dossier]
    settings: Settings


def read_projects(
    network: Network, plan_id: str, wanted: Sequence[str] = (), progress: Progress = SILENT
) -> Projects:
    """Return projects of a plan ('' for the newest), those with money where none is named.

    Raises
    ------
    InputError
        When there is no such plan or project.
    """
    plan, settings = read_plan(network, plan_id), network.settings()
    progress.at(0.1)
    found = read_dossiers(network, plan, wanted, settings)
    progress.at(1.0)
    return Projects(plan, found, settings)


def tried_on_history(
    network: Network, plan: PlanRecord, settings: Settings, progress: Progress
) -> tuple[Records, Backtest]:
    """Return what the plan knew, and what its way of choosing would have caught on earlier days."""
    failures = network.read("failure", ["date", "kind", "match_state"], geometry=False)
    start = plan.run["window_start"]
    records = records_of(
        failures,
        as_of=plan.run["as_of"].date(),
        window_start=None if pd.isna(start) else start.date(),
        settings=settings,
    )
    return records, tested_on_history(network, plan.run, settings, RANKINGS, progress)
