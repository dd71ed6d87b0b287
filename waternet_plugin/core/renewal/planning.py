"""Fill the yearly budgets with packages: which street, in which year, for this money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import solving, wishes
from waternet_plugin.core.renewal.packages import Packages
from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class PlanSummary:
    """The figures of a plan.

    Attributes
    ----------
    strategy, solver
        How packages were ranked; ``exact`` or ``greedy``.
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


@dataclass(frozen=True)
class Plan:
    """A renewal plan.

    ``projects`` has one row a package: project_id, year (NaN where not funded), cost (money), length_m,
    class, method, material, state, reasons, street, benefit, pipe_ids, geom. ``project_pipes`` has the
    pipes of the funded ones: pipe_id, project_id, year, cost.
    """

    projects: gpd.GeoDataFrame
    project_pipes: pd.DataFrame
    summary: PlanSummary


def _orders(frame: pd.DataFrame, seed: int) -> dict[str, np.ndarray[Any, Any]]:
    """Return the order in which each simple strategy takes the packages."""
    place = np.arange(len(frame))

    def by(column: str, sign: float, unknown: float) -> np.ndarray[Any, Any]:
        value = sign * frame[column].fillna(unknown).to_numpy(dtype=float)
        return np.asarray(np.lexsort((place, value)))

    return {
        "oldest": by("mean_year", 1.0, np.inf),
        "worst_material": by("prior_rate", -1.0, 0.0),
        "most_failures": by("failures", -1.0, 0.0),
        "random": np.random.default_rng(seed).permutation(len(frame)),
    }


def _years_table(problem: solving.Problem, chosen: np.ndarray[Any, Any], start_year: int) -> pd.DataFrame:
    funded = chosen[chosen >= 0]
    length = np.bincount(funded, weights=problem.length_m[chosen >= 0], minlength=problem.years)
    table: pd.DataFrame = pd.DataFrame(
        {
            "year": start_year + np.arange(problem.years),
            "budget": problem.budget / 100,
            "cost": solving.spent(problem, chosen) / 100,
            "projects": np.bincount(funded, minlength=problem.years),
            "length_m": length,
            "shortfall_m": solving.shortfall_m(problem, chosen),
        }
    )
    return table


def _notes(
    problem: solving.Problem, chosen: np.ndarray[Any, Any], frame: pd.DataFrame, start_year: int
) -> list[str]:
    """Return the sentences on wishes that could not be met."""
    notes = []
    funded = chosen >= 0
    if len(frame) == 0:
        notes.append(tr("No pipe is in a class that enters the plan; there is nothing to renew."))
    elif not funded.any():
        cheapest = problem.cost.min() / 100
        notes.append(
            tr(
                "The budget of {budget} a year pays for no package; the cheapest costs {cheapest}. "
                "Nothing is funded. Raise BUDGET or shorten the packages (renewal.max_length_m)."
            ).format(budget=f"{problem.budget[0] / 100:,.2f}", cheapest=f"{cheapest:,.2f}")
        )
    dear = int((problem.cost > problem.budget.max()).sum())
    if dear and funded.any():
        notes.append(tr("%n package(s) cost more than the budget of a year and can't be funded.", "", dear))
    unmet = frame["project_id"][(problem.wish >= 0) & ~funded]
    for project, wish in zip(unmet, problem.wish[unmet.index]):
        text = tr("Project {project} is locked to {year}, but the budget of that year does not pay for it.")
        notes.append(text.format(project=project, year=start_year + int(wish)))
    lacking = solving.shortfall_m(problem, chosen)
    for year in np.flatnonzero(lacking > 0.5).tolist():
        notes.append(
            tr("{year}: {lacking} m are missing of the wished {wished} m.").format(
                year=start_year + year,
                lacking=f"{lacking[year]:,.0f}",
                wished=f"{problem.least_length_m:,.0f}",
            )
        )
    if problem.cap is not None:
        inside = funded & (problem.district >= 0)
        counts = pd.Series(chosen[inside]).groupby([problem.district[inside], chosen[inside]]).size()
        over = int((counts > problem.cap).sum())
        if over:
            notes.append(tr("Locked packages exceed the limit of a district in %n case(s).", "", over))
    worthless = int((problem.benefit <= 0).sum())
    if worthless:
        notes.append(
            tr("%n package(s) would fail no less after renewal and bring no benefit.", "", worthless)
        )
    return notes


def _solved(
    problem: solving.Problem, order: np.ndarray[Any, Any] | None, settings: Settings, limit_s: float
) -> tuple[np.ndarray[Any, Any], str]:
    """Return the choice and which solver made it."""
    if order is not None:
        return solving.fill(problem, solving.locked(problem), order), "greedy"
    quick = solving.greedy(problem)
    small = len(problem.cost) <= settings.integer("renewal.milp_max_packages")
    if not small or limit_s <= 0:
        return quick, "greedy"
    best = solving.exact(problem, time_limit_s=limit_s, gap=settings.real("renewal.milp_gap"))
    if best is None or solving.value_of(problem, best) < solving.value_of(problem, quick):
        return quick, "greedy"
    return best, "exact"


def plan_renewal(
    packages: Packages,
    *,
    budget: float,
    start_year: int,
    years: int = 5,
    fixed: Mapping[str, int | None] | None = None,
    min_length_share: float = 0.0,
    district_cap: int | None = None,
    district: pd.Series | None = None,
    discount_rate: float | None = None,
    strategy: str = "plan",
    seed: int = 0,
    time_limit_s: float | None = None,
    settings: Settings,
    progress: Progress = SILENT,
) -> Plan:
    """Choose packages for each year of a plan so that no year spends a cent more than its budget.

    Money left over in a year is not carried into the next.

    Parameters
    ----------
    packages
        What to choose from.
    budget
        Money a year.
    start_year, years
        First year and number of years.
    fixed
        Packages locked to a year, or dropped (None), by project_id.
    min_length_share
        Share of the rated length wished for in each year; what is missing is reported.
    district_cap
        Most packages of one district in one year.
    district
        District of each package (``districts.districts_of``); needed for the cap.
    discount_rate
        Per year; None for the setting.
    strategy
        ``plan`` ranks by benefit per cost; the others are the simple rules to compare with.
    seed
        For ``random``.
    time_limit_s
        For the exact solver, seconds; 0 for the greedy choice only; None for the setting.
    settings
        ``renewal.*``.
    progress
        Listener.

    Raises
    ------
    InputError
        When a parameter can't be used.
    """
    discount = settings.real("renewal.discount_rate") if discount_rate is None else discount_rate
    limit_s = settings.real("renewal.time_limit_s") if time_limit_s is None else time_limit_s
    wishes.check_parameters(
        budget=budget,
        start_year=start_year,
        years=years,
        min_length_share=min_length_share,
        district_cap=district_cap,
        discount_rate=discount,
        time_limit_s=limit_s,
        strategy=strategy,
    )
    frame = packages.frame
    wished = dict(fixed or {})
    wishes.check_known(wished, frame["project_id"].tolist())
    benefit_years = max(settings.integer("renewal.benefit_years"), years)
    yearly = (1.0 + discount) ** -np.arange(benefit_years)
    worth = np.cumsum(yearly[::-1])[::-1][:years]
    notes = list(packages.notes)
    if district_cap is not None and (district is None or district.isna().all()):
        notes.append(tr("DISTRICT_CAP was not used: no package lies in a zone of kind district."))
    wish = frame["project_id"].map(
        {name: solving.DROPPED if year is None else year - start_year for name, year in wished.items()}
    )
    problem = solving.Problem(
        cost=frame["cost_cents"].to_numpy(dtype=np.int64),
        benefit=frame["benefit_y"].to_numpy(dtype=float),
        length_m=frame["length_m"].to_numpy(dtype=float),
        worth=worth,
        # Rounded down: a fraction of a cent can't be spent.
        budget=np.full(years, math.floor(round(budget * 100, 4)), dtype=np.int64),
        wish=wish.fillna(solving.FREE).to_numpy(dtype=np.int64),
        district=np.asarray(
            pd.factorize(district, sort=True)[0] if district is not None else np.full(len(frame), -1),
            dtype=np.int64,
        ),
        cap=district_cap,
        least_length_m=min_length_share * packages.network["length_m"],
    )
    orders = _orders(frame, seed)
    chosen, solver = _solved(problem, orders.get(strategy), settings, limit_s)
    progress.at(0.8)
    simple = {name: solving.fill(problem, solving.locked(problem), order) for name, order in orders.items()}
    simple["plan"] = chosen if strategy == "plan" else solving.greedy(problem)
    avoided = frame["failures_avoided_y"].to_numpy(dtype=float)
    compared = pd.DataFrame(
        [_figures(problem, simple[name], avoided, benefit_years, name) for name in STRATEGIES]
    )
    figures = _figures(problem, chosen, avoided, benefit_years, strategy)
    # Only with its own ranking is a plan to be measured against the bound.
    bound = max(solving.upper_bound(problem), figures["benefit"])
    summary = PlanSummary(
        strategy=strategy,
        solver=solver,
        packages=len(frame),
        funded=figures["projects"],
        length_m=figures["length_m"],
        cost=figures["cost"],
        benefit=figures["benefit"],
        failures_avoided=figures["failures_avoided"],
        failures_avoided_y=float(avoided[chosen >= 0].sum()),
        benefit_years=benefit_years,
        bound=bound,
        gap=(bound - figures["benefit"]) / bound if bound > 0 else 0.0,
        break_even_rate=_break_even(packages, discount),
        years=_years_table(problem, chosen, start_year),
        strategies=compared,
        notes=(*notes, *_notes(problem, chosen, frame, start_year)),
    )
    progress.at(1.0)
    return Plan(*_tables(packages, problem, chosen, start_year), summary)


def _break_even(packages: Packages, discount: float) -> float:
    """Return N* = ln(1 + r) x cost of 100 km / cost of a failure (Shamir and Howard 1979)."""
    metres = float(packages.frame["length_m"].sum())
    money = packages.network["consequence"]
    if metres <= 0 or not money > 0:
        return float("nan")
    per_100km = packages.frame["cost_cents"].sum() / 100 / metres * 100_000
    return float(math.log1p(discount) * per_100km / money)


def _figures(
    problem: solving.Problem,
    chosen: np.ndarray[Any, Any],
    avoided: np.ndarray[Any, Any],
    horizon: int,
    name: str,
) -> dict[str, Any]:
    funded = chosen >= 0
    return {
        "strategy": name,
        "projects": int(funded.sum()),
        "length_m": float(problem.length_m[funded].sum()),
        "cost": int(problem.cost[funded].sum()) / 100,
        "benefit": solving.benefit_of(problem, chosen),
        "failures_avoided": float((avoided[funded] * (horizon - chosen[funded])).sum()),
    }


def _tables(
    packages: Packages, problem: solving.Problem, chosen: np.ndarray[Any, Any], start_year: int
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the projects and the pipes of the funded ones."""
    frame = packages.frame
    funded = chosen >= 0
    year = np.where(funded, start_year + chosen, np.nan)
    state = np.where(
        problem.wish == solving.DROPPED,
        "dropped",
        np.where(~funded, "not_funded", np.where(problem.wish >= 0, "fixed", "proposed")),
    )
    projects = frame.assign(
        year=year,
        cost=problem.cost / 100,
        state=state.astype(object),
        benefit=problem.benefit * problem.worth[np.where(funded, chosen, 0)],
    )
    columns = [
        "project_id", "year", "cost", "length_m", "class", "method", "material", "state", "reasons", "street",
        "benefit", "pipe_ids", "geom",
    ]  # fmt: skip
    pipes = packages.members.assign(
        year=packages.members["project_id"].map(pd.Series(year, index=frame["project_id"])),
        cost=packages.members["cost_cents"] / 100,
    )
    pipes = pipes[pipes["year"].notna()].reset_index(drop=True)
    return (
        gpd.GeoDataFrame(projects[columns], geometry="geom"),
        pipes[["pipe_id", "project_id", "year", "cost"]],
    )
