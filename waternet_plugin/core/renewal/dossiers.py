"""What there is to say of each project: its pipes, failures, customers, road works, and why it is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import PlainFrames, last_of_each, records, tuples
from waternet_plugin.core.network.model.customers import UserCount, are_recorded
from waternet_plugin.core.renewal.packages import package_reasons
from waternet_plugin.core.renewal.packages.packages import ASSESSED, renew_now_share
from waternet_plugin.core.renewal.roadworks import inside_share
from waternet_plugin.core.renewal.sharing import PARTIES
from waternet_plugin.core.schema.settings import Settings

PROJECT_COLUMNS = (
    "project_id", "plan_id", "street", "year", "class", "cost", "length_m", "benefit", "pipe_ids", "method",
    "material", "state", "cost_government", "cost_utility", "cost_residents",
)  # fmt: skip
PIPE_COLUMNS = ("pipe_id", "material", "diameter_mm", "length_m", "install_year")
ASSESSMENT_COLUMNS = (*ASSESSED, "likelihood")
FAILURE_COLUMNS = ("failure_id", "pipe_id", "date", "kind")
CUSTOMER_COLUMNS = ("customer_id", "pipe_id", "households", "critical")
WORK_COLUMNS = ("road_work_id", "year", "name")
_CLASSES = ("renew_now", "priority", "monitor", "in_service")


@dataclass(frozen=True)
class RoadWork:
    """Road works that a project lies in, and with which share of its length (0 to 1)."""

    year: int
    name: str
    share: float


@dataclass(frozen=True)
class Customers:
    """Who has no water while a project is built: connections, households, ids of critical users.

    Where the pipe of no customer is known (``is_recorded``), nobody can say. ``critical_known`` is False
    where nobody recorded who of them is critical.
    """

    count: int
    households: int
    critical: tuple[str, ...]
    is_recorded: bool
    critical_known: bool = True


@dataclass(frozen=True)
class Dossier(PlainFrames):
    """One project.

    Attributes
    ----------
    project
        Its row of the table of projects, by column (`PROJECT_COLUMNS`); year NaN where it is not funded.
    reasons
        The strongest first.
    pipes
        Its pipes in the order of their ids: number (from 1), pipe_id, material, diameter_mm, install_year,
        length_m, rate (failures per 100 km and year), class, failures, cost (money, NaN where the project
        is not funded), geom.
    failures
        Those on its pipes, the newest first: failure_id, number (of the pipe), date, kind, geom.
    renew_now_share
        Which share of its length is of the class renew_now, 0 to 1; NaN without length.
    expected
        Failures expected within the horizon of the assessment if nothing is done.
    customers, works
        Whom and what it touches.
    """

    project: dict[str, Any]
    reasons: tuple[str, ...]
    pipes: pd.DataFrame
    failures: pd.DataFrame
    renew_now_share: float
    expected: float
    customers: Customers
    works: tuple[RoadWork, ...]

    @property
    def project_id(self) -> str:
        """The id."""
        return str(self.project["project_id"])

    @property
    def year(self) -> int | None:
        """The year in which it is built, None where it is not funded."""
        value = self.project["year"]
        return None if pd.isna(value) else int(value)

    @property
    def street(self) -> str:
        """The street, '' where it is unknown."""
        return str(self.project["street"] or "")

    @property
    def geom(self) -> Any:
        """The lines of the project, None where it has none."""
        return self.project["geom"]

    @property
    def parties(self) -> dict[str, float]:
        """What each party pays; nothing where plans did not split costs yet."""
        paid = {party: float(self.project[f"cost_{party}"]) for party in PARTIES}
        return {party: cost for party, cost in paid.items() if cost == cost}


def _members(
    projects: pd.DataFrame, pipes: pd.DataFrame, assessment: pd.DataFrame, failures: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pipes of the projects (``package`` is the project's place), and all rated pipes."""
    of_pipe = last_of_each(assessment, "pipe_id").rename(columns={"rate_per_100km_y": "rate"})
    known = pipes.merge(of_pipe, on="pipe_id", how="left", validate="1:1")
    known["length_m"] = known["length_m"].fillna(0.0)
    known["material"] = known["material"].fillna("unknown")
    known["failures"] = known["pipe_id"].map(failures["pipe_id"].value_counts()).fillna(0.0).astype(float)
    rated = known[known["class"].isin(_CLASSES)]
    ids = projects["pipe_ids"].fillna("").str.split(";")
    listed = pd.DataFrame(
        [(index, pipe_id) for index, own in enumerate(ids) for pipe_id in own],
        columns=["package", "pipe_id"],
    )
    members = listed.merge(known, on="pipe_id").sort_values(
        ["package", "pipe_id"], kind="stable", ignore_index=True
    )
    members["number"] = members.groupby("package").cumcount() + 1
    return members, rated


def _customers(of_project: pd.DataFrame, is_recorded: bool) -> Customers:
    ids = of_project[of_project["critical"] == "yes"]["customer_id"].tolist()
    users = UserCount.of(of_project)
    known = users.critical is not None
    return Customers(users.customers, users.households, tuple(sorted(ids)), is_recorded, known)


def _works(projects: pd.DataFrame, works: pd.DataFrame, settings: Settings) -> list[list[RoadWork]]:
    """Return the road works that each project lies in, the earliest first."""
    works_of_project: list[list[RoadWork]] = [[] for _ in range(len(projects))]
    lines = projects["geom"].to_numpy(dtype=object)
    least = settings.real("renewal.road_work_share")
    known = works[works["year"].notna() & works["geom"].notna()]
    for row in tuples(known.sort_values(["year", "road_work_id"])):
        share = inside_share(lines, np.array([row.geom], dtype=object))
        for index in np.flatnonzero(share >= least).tolist():
            works_of_project[index].append(RoadWork(int(row.year), str(row.name or ""), float(share[index])))
    return works_of_project


@dataclass(frozen=True)
class DossierTables(PlainFrames):
    """What dossiers are made from.

    Attributes
    ----------
    projects
        `PROJECT_COLUMNS` and ``geom``.
    pipes
        Every pipe of the network: `PIPE_COLUMNS` and ``geom``.
    assessment
        The run that the plan was made from, `ASSESSMENT_COLUMNS`.
    failures
        Matched ones that the run knew of, `FAILURE_COLUMNS` and ``geom``.
    costs
        Table ``project_pipe`` of the plan: pipe_id, project_id, cost.
    customers
        `CUSTOMER_COLUMNS` as `with_supply` returns them; those on the pipes of a project are touched by it.
    works
        Road works, `WORK_COLUMNS` and ``geom``.
    """

    projects: pd.DataFrame
    pipes: pd.DataFrame
    assessment: pd.DataFrame
    failures: pd.DataFrame
    costs: pd.DataFrame
    customers: pd.DataFrame
    works: pd.DataFrame


def make_dossiers(
    tables: DossierTables, cut_off: Mapping[str, Sequence[int]], settings: Settings
) -> list[Dossier]:
    """Return a dossier of each project, by year, street and id; those without money last.

    Reasons are found again, so that they are in the language that is spoken.

    Parameters
    ----------
    tables
        What they are made from.
    cut_off
        Row numbers of the customers whom each project cuts off besides, by project id.
    settings
        ``renewal.road_work_share``.
    """
    failures, customers = tables.failures, tables.customers
    ordered = tables.projects.sort_values(
        ["year", "street", "project_id"], na_position="last", kind="stable", ignore_index=True
    )
    if ordered.empty:
        return []
    members, rated = _members(ordered, tables.pipes, tables.assessment, failures)
    why = package_reasons.package_reasons(members, rated)
    urgent = renew_now_share(members)
    paid = tables.costs.set_index(["project_id", "pipe_id"])["cost"]
    roads = _works(ordered, tables.works, settings)
    failures_of = dict(list(failures.groupby("pipe_id")))
    by_project = dict(list(members.groupby("package")))
    dossiers = []
    for index, row in enumerate(records(ordered)):
        own = by_project.get(index, members.iloc[:0]).reset_index(drop=True)
        keys = pd.MultiIndex.from_product([[row["project_id"]], own["pipe_id"]])
        own["cost"] = paid.reindex(keys).to_numpy(dtype=float) if len(own) else 0.0
        number = dict(zip(own["pipe_id"], own["number"]))
        touched = customers["pipe_id"].isin(own["pipe_id"]).to_numpy().copy()
        touched[list(cut_off.get(str(row["project_id"]), ()))] = True
        broken = _stacked(failures_of, own["pipe_id"], failures)
        broken = broken.assign(number=broken["pipe_id"].map(number)).sort_values(
            ["date", "failure_id"], ascending=[False, True], kind="stable", ignore_index=True
        )
        dossiers.append(
            Dossier(
                project=dict(row),
                reasons=package_reasons.WORDS.say_all(why.get(index, ())),
                pipes=own,
                failures=broken,
                renew_now_share=float(urgent.get(index, np.nan)),
                expected=float(own["likelihood"].sum()),
                customers=_customers(customers[touched], are_recorded(customers)),
                works=tuple(roads[index]),
            )
        )
    return dossiers


def _stacked(parts: dict[Any, pd.DataFrame], keys: Sequence[str], like: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of some keys one below the other; none has the columns of ``like``."""
    frames = [parts[key] for key in keys if key in parts]
    return pd.concat(frames) if frames else like.iloc[:0]
