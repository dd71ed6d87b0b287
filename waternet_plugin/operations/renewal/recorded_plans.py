"""What the network keeps of its plans: the list of plans, which one shows, its packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.renewal.planning import RenewalPlan
    from waternet_plugin.store import Network

# As many names are joined, or kept with their values, in a few ms.
_AT_A_TIME = 20_000
PROJECT_COLUMNS = (
    "project_id plan_id street year class cost length_m benefit pipe_ids method material state reasons"
    " reason_facts cost_government cost_utility cost_residents"
).split()


@dataclass(frozen=True)
class ListedPlan:
    """One plan: its span, budget a year, and all figures that its report held."""

    plan_id: str
    name: str
    run_id: str
    start_year: int
    years: int
    budget: float
    parameters: dict[str, Any]
    figures: dict[str, Any]

    @property
    def last_year(self) -> int:
        """The last year of the plan."""
        return self.start_year + self.years - 1

    @property
    def length_m(self) -> float:
        """Metres funded."""
        return float(self.figures.get("length_m") or 0.0)

    @property
    def cost(self) -> float:
        """Money of all funded packages."""
        return float(self.figures.get("cost") or 0.0)

    @property
    def currency(self) -> str:
        """In which all money is."""
        return str(self.figures.get("currency") or "")

    @property
    def strategy(self) -> str:
        """What ranked the packages, in words."""
        code = str(self.figures.get("strategy") or "")
        return strategy_label(code) if code in STRATEGIES else code

    @property
    def metres_by_year(self) -> dict[int, float]:
        """Metres of each year that has any."""
        rows = self.figures.get("years") or []
        return {int(row["year"]): float(row["length_m"]) for row in rows if row["length_m"] > 0}


@dataclass(frozen=True)
class SearchLimits:
    """How near to the best possible a plan is shown first and need not get better, and after which seconds.

    ``first_s`` shows the first plan however near it is, ``round_s`` ends a search that wins nothing.
    """

    first_gap: float
    last_gap: float
    first_s: float
    round_s: float


@dataclass(frozen=True)
class Plans:
    """Every plan, the oldest first, and the one that the map shows; None for none.

    ``newest_run`` is the assessment to plan from, '' for none, ``currency`` that of the network, in which the
    next plan is made, ``search`` how far it is searched, ``pipes`` how many the network has.
    """

    plans: tuple[ListedPlan, ...]
    shown: ListedPlan | None
    newest_run: str
    currency: str = ""
    search: SearchLimits | None = None
    pipes: int = 0


def read_plans(network: Network) -> Plans:
    """Read the list of plans of a network."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.schema.map_views import SHOWN_PLAN

    plans = tuple(
        ListedPlan(
            plan_id=str(row["plan_id"]),
            name=str(row["name"] or ""),
            run_id=str(row["run_id"] or ""),
            start_year=int(row["start_year"]),
            years=int(row["years"]),
            budget=float(row["budget"]),
            parameters=stored_object(row["parameters"]),
            figures=stored_object(row["summary"]),
        )
        for row in records(network.read("plan", geometry=False))
    )
    wanted = network.facts().get(SHOWN_PLAN, "")
    chosen = next((plan for plan in plans if plan.plan_id == wanted), None)
    runs = network.read("assessment_run", ["run_id"], geometry=False)["run_id"].tolist()
    settings = network.settings()
    return Plans(
        plans,
        chosen or (plans[-1] if plans else None),
        str(runs[-1]) if runs else "",
        settings.text("general.currency"),
        SearchLimits(
            settings.real("renewal.first_gap"),
            settings.real("renewal.milp_gap"),
            settings.real("renewal.first_s"),
            settings.real("renewal.time_limit_s"),
        ),
        network.count("pipe"),
    )


def read_projects(network: Network, plan: ListedPlan) -> pd.DataFrame:
    """Read the packages of a plan, and those decided in earlier plans: lines, ``renew_now_share``."""
    from waternet_plugin.operations.renewal.plan_basis import DECIDED

    frame = network.read("project", PROJECT_COLUMNS)
    ours = (frame["plan_id"] == plan.plan_id) | frame["state"].isin(DECIDED)
    return _with_shares(network, plan, frame[ours].reset_index(drop=True))


def _with_shares(network: Network, plan: ListedPlan, projects: pd.DataFrame) -> pd.DataFrame:
    """Return packages with the share of their length that the plan's assessment calls to renew now."""
    import numpy as np
    import pandas as pd

    from waternet_plugin.core.renewal.packages.packages import renew_now_share

    lists = projects["pipe_ids"].fillna("").tolist()
    members = pd.DataFrame(
        {"package": np.repeat(projects.index, [pipe_ids.count(";") + 1 for pipe_ids in lists])}
    )
    listed = [name for part in _parts(lists) for name in ";".join(part).split(";")]
    pipes = network.read("pipe", ["pipe_id", "length_m"], geometry=False)
    run = network.read("assessment", ["pipe_id", "class"], where={"run_id": plan.run_id}, geometry=False)
    for frame, name in ((pipes, "length_m"), (run, "class")):
        # Another program may have added a row twice: the newest counts.
        value_of: dict[str, Any] = {}
        rows = (frame["pipe_id"].tolist(), frame[name].tolist())
        for part_of_names, values in zip(*map(_parts, rows)):
            value_of.update(zip(part_of_names, values))
        members[name] = pd.Series([value_of.get(each) for each in listed], dtype=frame[name].dtype)
    members = members[members["length_m"].notna()]
    return projects.assign(renew_now_share=renew_now_share(members).reindex(projects.index))


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    """Yield a long list in parts: no other thread of Python runs while one call works on all of it."""
    return (values[begin : begin + _AT_A_TIME] for begin in range(0, len(values), _AT_A_TIME))


def plan_of(record: ListedPlan, projects: pd.DataFrame) -> RenewalPlan:
    """Return a plan as it was when it was made, for its report."""
    import dataclasses

    import pandas as pd

    from waternet_plugin.core.renewal.planning import PlanSummary, RenewalPlan

    renamed = {
        "failures_avoided_y": "failures_avoided_per_year",
        "break_even_rate": "break_even_rate_per_100km_y",
        "joined": "joined_pipes",
    }
    tables, lists = {"years", "strategies"}, {"notes", "joined"}
    values: dict[str, Any] = {}
    for field in dataclasses.fields(PlanSummary):
        value = record.figures.get(renamed.get(field.name, field.name))
        if field.name in tables:
            value = pd.DataFrame(value)
        elif field.name in lists:
            value = tuple(value or ())
        elif value is None:
            # JSON has no sign for an unknown number.
            value = float("nan")
        values[field.name] = value
    return RenewalPlan(projects[projects["plan_id"] == record.plan_id], pd.DataFrame(), PlanSummary(**values))


def show_newest(network: Network) -> tuple[str, ListedPlan]:
    """Make the newest plan the shown one; return the batch that wrote it, and the plan."""
    plans = read_plans(network)
    newest = plans.plans[-1]
    if plans.shown is not None and plans.shown.plan_id != newest.plan_id:
        network.show_plan(None)
    rows = network.read("plan", ["plan_id", "batch_id"], geometry=False)
    return str(rows.loc[rows["plan_id"] == newest.plan_id, "batch_id"].iloc[-1]), newest
