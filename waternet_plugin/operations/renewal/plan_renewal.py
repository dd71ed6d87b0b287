"""Plan which streets to renew in which year, and keep the plan in the network."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import plan_constraints, planning
from waternet_plugin.core.renewal.plan_constraints import PlanLimits
from waternet_plugin.core.reports.document import Report, plain
from waternet_plugin.core.reports.renewal.plan import plan_report
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.renewal.plan_basis import RenewalBasis, read_basis
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network
from waternet_plugin.store.user import default_user


@dataclass(frozen=True)
class RenewalRequest:
    """What a plan is asked for.

    Attributes
    ----------
    budget
        Money a year, in the currency of the network.
    start_year, years
        First year (None: the next) and number of years.
    run
        Id of the assessment to plan from; '' for the newest.
    fixed
        Projects decided by hand, as `plan_constraints.parse_fixed` takes them.
    min_length_share
        Share of the length of all rated pipes wished for in each year, 0 to 1.
    district_cap
        Most projects of a district in a year; None for no limit.
    strategy
        One of `strategies.STRATEGIES`.
    discount_rate, time_limit_s
        Rate a year; seconds of the search. None: the network's settings.
    seed
        Of the strategy random.
    gap
        Share of the bound at which the search stops; None: the network's setting.
    improves
        Id of the plan with which the search begins; only a better one is written, in its place.

    Raises
    ------
    InputError
        When no plan can be made of an amount or a limit.
    """

    budget: float
    start_year: Optional[int] = None
    years: int = 5
    run: str = ""
    fixed: str = ""
    min_length_share: float = 0.0
    district_cap: Optional[int] = None
    strategy: str = "plan"
    discount_rate: Optional[float] = None
    time_limit_s: Optional[float] = None
    seed: int = 0
    gap: Optional[float] = None
    improves: str = ""

    def __post_init__(self) -> None:
        self.limits(Settings())
        self.wishes()

    @property
    def first_year(self) -> int:
        """The first year of the plan."""
        return datetime.date.today().year + 1 if self.start_year is None else self.start_year

    def wishes(self) -> plan_constraints.PlanConstraints:
        """Return the projects decided by hand."""
        return plan_constraints.parse_fixed(self.fixed, start_year=self.first_year, years=self.years)

    def limits(self, settings: Settings) -> PlanLimits:
        """Return amounts and limits; what was not asked for is that of the settings."""
        rate, limit_s = self.discount_rate, self.time_limit_s
        return PlanLimits(
            budget=self.budget,
            start_year=self.first_year,
            years=self.years,
            min_length_share=self.min_length_share,
            district_cap=self.district_cap,
            discount_rate=settings.real("renewal.discount_rate") if rate is None else rate,
            strategy=self.strategy,
            time_limit_s=settings.real("renewal.time_limit_s") if limit_s is None else limit_s,
            seed=self.seed,
            gap=self.gap,
        )

    def parameters(self, run_id: str, settings: Settings) -> dict[str, Any]:
        """Return what was asked, named as a script names it: a plan can be made again from its record."""
        asked = {name.upper(): value for name, value in asdict(self.limits(settings)).items()}
        seed, asked["TIME_LIMIT"] = asked.pop("SEED"), asked.pop("TIME_LIMIT_S")
        # How far this search went is not a wish of the planner.
        del asked["GAP"]
        return {**asked, "RUN": run_id, "FIXED": self.fixed, "SEED": seed}


@dataclass(frozen=True)
class RenewalResult(Written):
    """What was planned, and written where a plan is better; ``notes`` warn of what was left out."""

    plan_id: str
    plan: planning.RenewalPlan
    report: Report
    notes: tuple[str, ...]


def plan_renewal(
    network: Network,
    request: RenewalRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[RenewalResult], None] = no_outputs,
) -> RenewalResult:
    """Plan and write the plan as one batch; its projects take the place of those not decided yet.

    Raises
    ------
    InputError
        When there is no assessment to plan from, nothing to plan for, or no plan to improve.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _plan(network, request, progress, before_commit, notes), progress)


def _plan(
    network: Network,
    request: RenewalRequest,
    progress: Progress,
    before_commit: Callable[[RenewalResult], None],
    notes: tuple[str, ...],
) -> RenewalResult:
    seen = network.position()
    settings = network.settings()
    basis = read_basis(
        network,
        run=request.run,
        start_year=request.first_year,
        years=request.years,
        by_district=request.district_cap is not None,
        progress=progress.part(0.0, 0.55),
    )
    progress.at(0.55, tr("Choosing packages"))
    plan = planning.plan_renewal(
        basis.packages,
        request.limits(settings),
        replace(basis.conditions(), fixed=request.wishes(), before=_before(network, request.improves)),
        settings=settings,
        progress=progress.part(0.55, 0.8),
    )
    text = (
        tr("Renewal plan {first}-{last}, improved") if request.improves else tr("Renewal plan {first}-{last}")
    )
    name = text.format(first=request.first_year, last=request.first_year + request.years - 1)
    parameters = request.parameters(basis.run["run_id"], settings)

    def told(plan_id: str, batch_id: str) -> RenewalResult:
        report = plan_report(
            plan,
            parameters={"PLAN_ID": plan_id, **parameters},
            rated_length_m=basis.packages.network["length_m"],
            currency=settings.text("general.currency"),
            notes=basis.notes,
        )
        every = (*notes, *basis.notes, *plan.summary.notes)
        return RenewalResult(batch_id, plan_id, plan, report, every)

    if not plan.is_better:
        result = told(request.improves, "")
        return finish_without_batch(result, before_commit)
    progress.at(0.8, tr("Writing"))
    with network.write("plan", name=name, seen=seen, progress=progress.part(0.8, 0.95)) as batch:
        # In the batch, so that two plans at once have ids of their own.
        plan_id = batch.next_id("plan", "PL")
        batch.facts = {"plan_id": plan_id}
        result = told(plan_id, batch.batch_id)
        _insert_plan(batch, _plan_row(name, result, parameters, settings), result, basis, network.crs)
        return finish(batch, result, before_commit)


def _before(network: Network, plan_id: str) -> Optional[dict[str, int]]:
    """Return the year of each funded project of a plan, None where none is to be improved."""
    if not plan_id:
        return None
    projects = network.read("project", ["project_id", "year"], where={"plan_id": plan_id}, geometry=False)
    if not len(projects):
        message = tr("There is no plan {plan} with projects that are not decided yet. Plan anew.")
        raise InputError(message.format(plan=plan_id))
    funded = projects[projects["year"].notna()]
    return dict(zip(funded["project_id"], funded["year"].astype(int)))


def _insert_plan(
    batch: Batch, row: pd.DataFrame, result: RenewalResult, basis: RenewalBasis, crs: object
) -> None:
    """Write a plan with its projects and their pipes; what people have decided stays."""
    plan, plan_id = result.plan, result.plan_id
    if basis.replaced:
        batch.delete("project", basis.replaced)
    batch.insert("plan", row)
    if len(plan.projects):
        # The share follows from the assessment; the table keeps no second copy.
        stored = plan.projects.drop(columns="renew_now_share")
        batch.insert("project", stored.assign(plan_id=plan_id).set_crs(crs))
    if len(plan.project_pipes):
        batch.insert("project_pipe", plan.project_pipes.assign(plan_id=plan_id))


def _plan_row(
    name: str, result: RenewalResult, parameters: dict[str, Any], settings: Settings
) -> pd.DataFrame:
    """Return the row of table plan: when, by whom, with which settings, and what came out."""
    used = {key: settings.text(key) for key in sorted(defaults()) if key.startswith("renewal.")}
    results = {key: value for key, value in result.report.figures.items() if key != "parameters"}
    row = {
        "plan_id": result.plan_id,
        "name": name,
        "run_id": parameters["RUN"],
        "start_year": float(parameters["START_YEAR"]),
        "years": float(parameters["YEARS"]),
        "budget": parameters["BUDGET"],
        "made_on": pd.Timestamp.now(tz="UTC"),
        "made_by": default_user(),
        "parameters": json.dumps({**plain(parameters), "settings": used}, ensure_ascii=False),
        "summary": json.dumps(plain(results), ensure_ascii=False),
    }
    return pd.DataFrame({column: [value] for column, value in row.items()})
