"""Fill the yearly budgets with packages: which street, in which year, for this money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import costs, plan_constraints, sharing
from waternet_plugin.core.renewal.packages.packages import Packages
from waternet_plugin.core.renewal.plan_notes import notes_of
from waternet_plugin.core.renewal.roadworks import RoadYears
from waternet_plugin.core.renewal.solving import choosing, pricing, solving
from waternet_plugin.core.renewal.solving import problem as problems
from waternet_plugin.core.renewal.solving.problem import Problem
from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import HUNDRED_KM_M


@dataclass(frozen=True)
class PlanSummary(PlainFrames):
    """The figures of a plan.

    Attributes
    ----------
    strategy, solver
        How packages were ranked; ``search`` or ``greedy``.
    packages, funded
        Numbers of packages.
    length_m, cost, benefit, failures_avoided, failures_avoided_y
        Sums of the funded ones: metres, money, discounted money, failures within ``benefit_years`` and a
        year once all is done.
    benefit_years
        Years from the first one over which benefits count.
    bound, gap
        The most benefit possible if packages could be split, and how far below it the plan is (0 to 1).
    break_even_rate
        Failures per 100 km and year above which renewing pays by direct costs alone.
    years
        One row a year: year, budget, cost, projects, length_m, shortfall_m.
    strategies
        One row a strategy at the same budget: strategy, projects, length_m, cost, benefit,
        failures_avoided.
    notes
        Sentences: wishes that could not be met, what was left out.
    joined
        Ids of the pipes that were taken as joined within `renewal.join_tolerance_m` only.
    """

    strategy: str
    solver: str
    packages: int
    funded: int
    length_m: float
    cost: float
    benefit: float
    failures_avoided: float
    failures_avoided_y: float
    benefit_years: int
    bound: float
    gap: float
    break_even_rate: float
    years: pd.DataFrame
    strategies: pd.DataFrame
    notes: tuple[str, ...]
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class RenewalPlan(PlainFrames):
    """A renewal plan.

    ``projects`` has one row a package: project_id, year (NaN where not funded), cost (money), what each party
    pays of it (cost_government, cost_utility, cost_residents), length_m, class, renew_now_share, method,
    material, state, reasons, street, benefit, pipe_ids, geom. ``project_pipes`` has the pipes of the funded
    ones: pipe_id, project_id, year, cost. ``is_better`` tells whether it is worth more than the plan from
    which the search began.
    """

    projects: gpd.GeoDataFrame
    project_pipes: pd.DataFrame
    summary: PlanSummary
    is_better: bool = True


def _orders(frame: pd.DataFrame, seed: int) -> dict[str, Array]:
    """Return the order in which each simple strategy takes the packages."""
    rank = np.arange(len(frame))

    def by(column: str, sign: float, unknown: float) -> Array:
        value = sign * frame[column].fillna(unknown).to_numpy(dtype=float)
        return np.asarray(np.lexsort((rank, value)))

    return {
        "oldest": by("mean_year", 1.0, np.inf),
        "worst_material": by("prior_rate", -1.0, 0.0),
        "most_failures": by("failures", -1.0, 0.0),
        "random": np.random.default_rng(seed).permutation(len(frame)),
    }


def _years_table(problem: Problem, chosen: Array, start_year: int) -> pd.DataFrame:
    funded = chosen[chosen >= 0]
    length = np.bincount(funded, weights=problem.length_m[chosen >= 0], minlength=problem.years)
    table: pd.DataFrame = pd.DataFrame(
        {
            "year": start_year + np.arange(problem.years),
            "budget": problem.budget / 100,
            "cost": problems.spent(problem, chosen) / 100,
            "projects": np.bincount(funded, minlength=problem.years),
            "length_m": length,
            "shortfall_m": problems.shortfall_m(problem, chosen),
        }
    )
    return table


def _solved(
    problem: Problem,
    before: Array | None,
    bound: float,
    limits: plan_constraints.PlanLimits,
    settings: Settings,
    progress: Progress,
) -> tuple[Array, str]:
    """Return the choice and how it was made: the search only where it may still win something.

    ``before`` is a choice to begin with, None for none.
    """
    limit_s = settings.real("renewal.time_limit_s") if limits.time_limit_s is None else limits.time_limit_s
    gap = settings.real("renewal.milp_gap") if limits.gap is None else limits.gap
    quick = choosing.greedy(problem, progress)
    if before is not None and problems.value_of(problem, before) >= problems.value_of(problem, quick):
        quick = before
    value = problems.value_of(problem, quick)
    small = len(problem.benefit) <= settings.integer("renewal.milp_max_packages")
    if not small or limit_s <= 0 or value >= bound * (1 - gap):
        return quick, "greedy"
    best = solving.improved(problem, quick, time_limit_s=limit_s, gap=gap, progress=progress)
    return best, "search"


@dataclass(frozen=True)
class PlanConditions(PlainFrames):
    """What a plan must heed.

    Attributes
    ----------
    fixed
        Packages locked to a year, dropped, or kept out of years, by project_id.
    district
        District of each package (``districts.districts_of``); needed for the cap.
    roads
        Years in which packages are cheaper or banned (``roadworks.road_years``).
    apart
        (K, 2) row numbers of packages that are not built in the same year (``conflicts``).
    before
        Year of each funded package in the plan that is to be improved, by project_id; None for a new plan.
    """

    fixed: plan_constraints.PlanConstraints = plan_constraints.NO_WISHES
    district: pd.Series | None = None
    roads: RoadYears | None = None
    apart: Array | None = None
    before: Mapping[str, int] | None = None


NO_CONDITIONS = PlanConditions()


def plan_renewal(
    packages: Packages,
    limits: plan_constraints.PlanLimits,
    conditions: PlanConditions = NO_CONDITIONS,
    *,
    settings: Settings,
    progress: Progress = SILENT,
) -> RenewalPlan:
    """Choose packages for each year of a plan so that no year spends a cent more than its budget.

    Money left over in a year is not carried into the next.

    Parameters
    ----------
    packages
        What to choose from.
    limits
        Amounts and limits.
    conditions
        What was decided by hand, districts, road works, packages that exclude each other.
    settings
        ``renewal.*``.

    Raises
    ------
    InputError
        When a project decided by hand is not among the packages.
    """
    given_rate = limits.discount_rate
    discount = settings.real("renewal.discount_rate") if given_rate is None else given_rate
    frame, district = packages.frame, conditions.district
    fixed = plan_constraints.named_now(conditions.fixed, frame["project_id"].tolist())
    conditions = replace(conditions, fixed=fixed)
    horizon = max(settings.integer("renewal.benefit_years"), limits.years)
    problem = _problem(packages, limits, conditions, discount, horizon, settings)
    notes = list(packages.notes)
    if limits.district_cap is not None and (district is None or district.isna().all()):
        notes.append(tr("DISTRICT_CAP was not used: no package lies in a zone of the kind district."))
    orders = _orders(frame, limits.seed)
    bound = pricing.upper_bound(problem, choosing.locked(problem), progress.part(0.0, 0.1))
    order = orders.get(limits.strategy)
    before = _chosen_before(problem, frame, conditions, limits.start_year)
    chosen, solver = (
        _solved(problem, before, bound, limits, settings, progress.part(0.1, 0.8))
        if order is None
        else (choosing.fill(problem, choosing.locked(problem), order), "greedy")
    )
    is_better = before is None or problems.value_of(problem, chosen) > problems.value_of(problem, before)
    progress.at(0.8)
    simple = {name: choosing.fill(problem, choosing.locked(problem), order) for name, order in orders.items()}
    is_plan = limits.strategy == "plan"
    simple["plan"] = chosen if is_plan else choosing.greedy(problem, progress.part(0.8, 0.8))
    avoided = frame["failures_avoided_y"].to_numpy(dtype=float)
    compared = [_figures(problem, simple[name], avoided, horizon, name) for name in STRATEGIES]
    figures = _figures(problem, chosen, avoided, horizon, limits.strategy)
    # Only with its own ranking is a plan to be measured against the bound.
    bound = max(bound, figures["benefit"])
    summary = PlanSummary(
        strategy=limits.strategy,
        solver=solver,
        packages=len(frame),
        funded=figures["projects"],
        length_m=figures["length_m"],
        cost=figures["cost"],
        benefit=figures["benefit"],
        failures_avoided=figures["failures_avoided"],
        failures_avoided_y=float(avoided[chosen >= 0].sum()),
        benefit_years=horizon,
        bound=bound,
        gap=(bound - figures["benefit"]) / bound if bound > 0 else 0.0,
        break_even_rate=_break_even(packages, discount),
        years=_years_table(problem, chosen, limits.start_year),
        strategies=pd.DataFrame(compared),
        notes=(*notes, *notes_of(problem, chosen, frame, limits.start_year)),
        joined=packages.joined,
    )
    progress.at(1.0)
    return RenewalPlan(*_tables(packages, problem, chosen, limits.start_year, settings), summary, is_better)


def _chosen_before(
    problem: Problem, frame: pd.DataFrame, conditions: PlanConditions, start_year: int
) -> Array | None:
    """Return the choice of the plan that is to be improved, None where a new one is made."""
    if conditions.before is None:
        return None
    year = frame["project_id"].map(dict(conditions.before)).to_numpy(dtype=float) - start_year
    inside = (year >= 0) & (year < problem.years)
    return choosing.resumed(problem, np.where(inside, year, -1.0).astype(np.int64))


def _problem(
    packages: Packages,
    limits: plan_constraints.PlanLimits,
    conditions: PlanConditions,
    discount: float,
    horizon: int,
    settings: Settings,
) -> Problem:
    """Return what is to be chosen from; benefits count over the years of the horizon."""
    frame, fixed, years = packages.frame, conditions.fixed, limits.years
    yearly = (1.0 + discount) ** -np.arange(horizon)
    cost, banned = _by_year(frame, conditions, limits, settings)
    wish = frame["project_id"].map(
        {name: year - limits.start_year for name, year in fixed.locked.items()}
        | dict.fromkeys(fixed.dropped, problems.DROPPED)
    )
    district, apart = conditions.district, conditions.apart
    return Problem(
        cost=cost,
        benefit=frame["benefit_y"].to_numpy(dtype=float),
        length_m=frame["length_m"].to_numpy(dtype=float),
        worth=np.cumsum(yearly[::-1])[::-1][:years],
        # Rounded down: a fraction of a cent can't be spent.
        budget=np.full(years, math.floor(round(limits.budget * 100, 4)), dtype=np.int64),
        wish=wish.fillna(problems.FREE).to_numpy(dtype=np.int64),
        district=np.asarray(
            pd.factorize(district, sort=True)[0] if district is not None else np.full(len(frame), -1),
            dtype=np.int64,
        ),
        banned=banned,
        apart=np.zeros((0, 2), dtype=np.int64) if apart is None else apart,
        cap=limits.district_cap,
        least_length_m=limits.min_length_share * packages.network["length_m"],
    )


def _by_year(
    frame: pd.DataFrame, conditions: PlanConditions, limits: plan_constraints.PlanLimits, settings: Settings
) -> tuple[Array, Array]:
    """Return what each package costs in each year, whole cents, and in which years it must not be built."""
    size = (len(frame), limits.years)
    cost = np.repeat(frame["cost_cents"].to_numpy(dtype=np.int64)[:, None], limits.years, axis=1)
    banned = np.zeros(size, dtype=bool)
    roads = conditions.roads
    if roads is not None:
        saved = np.floor(cost * settings.real("renewal.road_work_discount")).astype(np.int64)
        cost -= np.where(roads.cheaper, saved, 0)
        banned |= roads.banned
    row = {name: index for index, name in enumerate(frame["project_id"])}
    for name, forbidden in conditions.fixed.forbidden.items():
        banned[row[name], [year - limits.start_year for year in forbidden]] = True
    return cost, banned


def _break_even(packages: Packages, discount: float) -> float:
    """Return N* = ln(1 + r) x cost of 100 km / cost of a failure (Shamir and Howard 1979)."""
    metres = float(packages.frame["length_m"].sum())
    money = packages.network["consequence"]
    if metres <= 0 or not money > 0:
        return float("nan")
    per_100km = packages.frame["cost_cents"].sum() / 100 / metres * HUNDRED_KM_M
    return float(math.log1p(discount) * per_100km / money)


def _figures(
    problem: Problem,
    chosen: Array,
    avoided: Array,
    horizon: int,
    name: str,
) -> dict[str, Any]:
    funded = chosen >= 0
    return {
        "strategy": name,
        "projects": int(funded.sum()),
        "length_m": float(problem.length_m[funded].sum()),
        "cost": int(problems.cost_of(problem, chosen).sum()) / 100,
        "benefit": problems.benefit_of(problem, chosen),
        "failures_avoided": float((avoided[funded] * (horizon - chosen[funded])).sum()),
    }


def _tables(
    packages: Packages, problem: Problem, chosen: Array, start_year: int, settings: Settings
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the projects and the pipes of the funded ones."""
    frame = packages.frame
    funded = chosen >= 0
    year = np.where(funded, start_year + chosen, np.nan)
    state = np.where(
        problem.wish == problems.DROPPED,
        "dropped",
        np.where(~funded, "not_funded", np.where(problem.wish >= 0, "fixed", "proposed")),
    )
    # What is not funded would cost what it costs without road works.
    cents = np.where(funded, problems.cost_of(problem, chosen), frame["cost_cents"])
    parts = sharing.split(cents, frame["in_compound"].to_numpy(dtype=bool), settings)
    projects = frame.assign(
        year=year,
        cost=cents / 100,
        **{f"cost_{party}": parts[party] / 100 for party in sharing.PARTIES},
        state=state.astype(object),
        benefit=problem.benefit * problem.worth[np.where(funded, chosen, 0)],
    )
    columns = [
        "project_id", "year", "cost", *(f"cost_{party}" for party in sharing.PARTIES), "length_m", "class",
        "renew_now_share",
        "method", "material", "state", "reasons", "street", "benefit", "pipe_ids", "geom",
        "reason_facts",
    ]  # fmt: skip
    members = packages.members
    group = members["project_id"].map({name: index for index, name in enumerate(frame["project_id"])})
    own = members["cost_cents"].to_numpy(dtype=float)
    pipes = members.assign(
        year=year[group] if len(members) else np.zeros(0),
        cost=(costs.shares(cents, group.to_numpy(dtype=np.int64), own) / 100) if len(members) else 0.0,
    )
    pipes = pipes[pipes["year"].notna()].reset_index(drop=True)
    return (
        gpd.GeoDataFrame(projects[columns], geometry="geom"),
        pipes[["pipe_id", "project_id", "year", "cost"]],
    )
