"""Several budgets and strategies side by side: failures avoided, risk removed, value kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.health.coded_columns import coded
from waternet_plugin.core.health.evaluation.scoring import Band
from waternet_plugin.core.health.rates.survival import life_of, value_index
from waternet_plugin.core.health.risk.forecast import Forecast, RatedPipes, forecast_failures
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import costs
from waternet_plugin.core.renewal.packages.packages import Packages
from waternet_plugin.core.renewal.plan_constraints import PlanLimits
from waternet_plugin.core.renewal.planning import NO_CONDITIONS, PlanConditions, RenewalPlan, plan_renewal
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HUNDRED_KM_M

NOTHING = "nothing"
# A band's own record counts as much as this many failures of the forecast.
_BAND_PRIOR = 20.0


@dataclass(frozen=True)
class Scenarios(PlainFrames):
    """What each scenario brings.

    Attributes
    ----------
    table
        One row a scenario, doing nothing first: scenario, budget, strategy, projects, length_m, cost,
        share_of_length_y (renewed a year), failures, failures_avoided, avoided_lower, avoided_upper (within
        the horizon, de-biased), avoided_per_million, risk_removed_y (money a year once all is done),
        value_index (at the end of the plan), gap.
    curve
        scenario, year, expected, lower, upper: failures of each year of the horizon.
    horizon
        Years that failures are counted over, from the first of the plan.
    value_index_now
        Infrastructure value index before the plan.
    factors
        What forecasts were multiplied with, by band of length, worst first: (first, last, factor).
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    horizon: int
    value_index_now: float
    factors: tuple[tuple[float, float, float], ...]


def band_factors(bands: Sequence[Sequence[Band]]) -> tuple[tuple[float, float, float], ...]:
    """Return seen over predicted failures by band of length, all origins together.

    The highest forecasts of any ranking are partly luck and come out too high; a plan picks just those.

    Parameters
    ----------
    bands
        Bands of each origin of a backtest; refused origins have none.
    """
    pooled: dict[tuple[float, float], list[float]] = {}
    for origin in bands:
        for band in origin:
            sums = pooled.setdefault((band.first, band.last), [0.0, 0.0])
            sums[0] += band.actual
            sums[1] += band.predicted
    return tuple(
        (first, last, (seen + _BAND_PRIOR) / (predicted + _BAND_PRIOR))
        for (first, last), (seen, predicted) in sorted(pooled.items())
    )


def debiased(rate: Array, length_m: Array, factors: Sequence[tuple[float, float, float]]) -> Array:
    """Return rates times the factor of the band of length that each pipe's middle lies in, worst first."""
    if not factors:
        return rate
    order = np.argsort(-np.nan_to_num(rate, nan=-1.0), kind="stable")
    length = np.where(np.isnan(rate), 0.0, np.nan_to_num(length_m))[order]
    middle = np.empty(len(rate))
    middle[order] = (np.cumsum(length) - length / 2.0) / max(float(length.sum()), 1e-9)
    limits = np.array([last for _, last, _ in factors])
    band = np.minimum(np.searchsorted(limits, middle), len(factors) - 1)
    return np.asarray(rate * np.array([factor for _, _, factor in factors])[band])


@dataclass(frozen=True)
class ScenarioOptions:
    """Which scenarios are compared, and by what.

    Attributes
    ----------
    budgets, strategies
        Money a year, and ways to rank; every one with every other.
    start_year, years
        The span of the plans.
    new_rate_per_100km_y
        Rate of new pipe, failures per 100 km and year.
    failures_y
        Failures of each whole year of records.
    bands
        Bands of the origins of a backtest; none: forecasts stay as they are.
    seed
        Of the strategy random.
    """

    budgets: Sequence[float]
    strategies: Sequence[str]
    start_year: int
    years: int
    new_rate_per_100km_y: float
    failures_y: Sequence[int] = ()
    bands: Sequence[Sequence[Band]] = ()
    seed: int = 0

    def limits(self) -> list[PlanLimits]:
        """Return the limits of every plan."""
        return [
            PlanLimits(budget, self.start_year, self.years, strategy=strategy, seed=self.seed)
            for budget in self.budgets
            for strategy in self.strategies
        ]


class _Stock:
    """The pipes as they are: what the scenarios start from."""

    def __init__(
        self, pipes: pd.DataFrame, options: ScenarioOptions, horizon: int, settings: Settings
    ) -> None:
        self.pipes = pipes
        self.options = options
        self.horizon = horizon
        self.settings = settings
        self.factors = band_factors(options.bands)
        self.length_m = pipes["length_m"].to_numpy(float)
        self.rate = debiased(pipes["rate"].to_numpy(float), self.length_m, self.factors)
        size = costs.sizes(pipes["diameter_mm"], settings)
        self.amount = costs.unit_cost(size, settings) * np.nan_to_num(self.length_m)
        materials, words = coded(pipes["material"])
        new = life_of(settings.text("renewal.scenario_material"), settings)
        self.curves = [*(life_of(word, settings) for word in words), new]
        self.curve = materials

    def value_index(self, year: int, renewed_in: Array) -> float:
        """Return the infrastructure value index at the beginning of a year."""
        renewed = renewed_in < year
        age = year - np.where(renewed, renewed_in, self.pipes["install_year"].to_numpy(float))
        curve = np.where(renewed, len(self.curves) - 1, self.curve)
        return value_index(self.amount, age, self.curves, curve)

    def forecast(self, renewed_in: Array) -> Forecast:
        """Return the failures of the horizon."""
        return forecast_failures(
            RatedPipes(
                self.pipes, self.rate, self.pipes["failures"].to_numpy(float), self.options.failures_y
            ),
            first_year=self.options.start_year,
            years=self.horizon,
            renewed_in=renewed_in,
            new_rate=self.options.new_rate_per_100km_y,
            settings=self.settings,
        )

    def risk_removed_y(self, renewed_in: Array) -> float:
        """Return the money a year that failures of the renewed pipes no longer cost."""
        better = np.nan_to_num(self.rate - self.options.new_rate_per_100km_y)
        saved = np.where(np.isnan(renewed_in), 0.0, better) * np.nan_to_num(self.length_m) / HUNDRED_KM_M
        return float((saved * np.nan_to_num(self.pipes["consequence"].to_numpy(float))).sum())


def compare_scenarios(
    packages: Packages,
    pipes: pd.DataFrame,
    options: ScenarioOptions,
    conditions: PlanConditions = NO_CONDITIONS,
    *,
    settings: Settings,
    progress: Progress = SILENT,
) -> Scenarios:
    """Plan with every budget and strategy, and say what each brings against doing nothing.

    Failures avoided are those of the forecast with the pipes' age and the year effect, each band of
    length multiplied with what a backtest says of it.

    Parameters
    ----------
    packages
        What to choose from.
    pipes
        All assessed pipes: pipe_id, material, diameter_mm, length_m, install_year, rate (failures per 100 km
        and year, NaN unknown), consequence (money per failure), failures (own, recorded).
    options
        Which scenarios.
    conditions
        What every plan must heed.
    settings
        ``renewal.*`` and ``health.*``.
    """
    horizon = max(settings.integer("renewal.scenario_years"), options.years)
    stock = _Stock(pipes, options, horizon, settings)
    never = np.full(len(pipes), np.nan)
    nothing = stock.forecast(never)
    end = options.start_year + options.years
    rows = [_row(NOTHING, None, nothing, nothing, stock.value_index(end, never))]
    curves = [nothing.years.assign(scenario=NOTHING)]
    wanted = options.limits()
    for number, limits in enumerate(wanted):
        part = progress.part(number / len(wanted), (number + 1) / len(wanted))
        part.at(0.0)
        plan = plan_renewal(packages, limits, conditions, settings=settings, progress=part)
        year = plan.project_pipes.set_index("pipe_id")["year"]
        renewed_in = pipes["pipe_id"].map(year).to_numpy(float)
        forecast = stock.forecast(renewed_in)
        name = f"{limits.budget:.0f}/{limits.strategy}"
        row = _row(name, plan, forecast, nothing, stock.value_index(end, renewed_in))
        share = plan.summary.length_m / max(packages.network["length_m"], 1e-9)
        row |= {
            "budget": limits.budget,
            "strategy": limits.strategy,
            "risk_removed_y": stock.risk_removed_y(renewed_in),
            "share_of_length_y": share / options.years,
        }
        rows.append(row)
        curves.append(forecast.years.assign(scenario=name))
    progress.at(1.0)
    return Scenarios(
        table=pd.DataFrame(rows),
        curve=stacked(curves)[["scenario", "year", "expected", "lower", "upper"]],
        horizon=horizon,
        value_index_now=stock.value_index(options.start_year, never),
        factors=stock.factors,
    )


def _row(
    name: str, plan: RenewalPlan | None, forecast: Forecast, nothing: Forecast, index: float
) -> dict[str, Any]:
    """Return the figures of one scenario."""
    avoided = nothing.total.expected - forecast.total.expected
    # The level of all failures is what is unsure; what a plan avoids goes up and down with it.
    low, high = (
        limit / nothing.total.expected if nothing.total.expected > 0 else 1.0
        for limit in (nothing.total.lower, nothing.total.upper)
    )
    cost = plan.summary.cost if plan else 0.0
    return {
        "scenario": name,
        "budget": float("nan"),
        "strategy": "",
        "projects": plan.summary.funded if plan else 0,
        "length_m": plan.summary.length_m if plan else 0.0,
        "cost": cost,
        "share_of_length_y": 0.0,
        "failures": forecast.total.expected,
        "failures_avoided": avoided,
        "avoided_lower": avoided * low,
        "avoided_upper": avoided * high,
        "avoided_per_million": avoided / cost * 1e6 if cost > 0 else float("nan"),
        "risk_removed_y": 0.0,
        "value_index": index,
        "gap": plan.summary.gap if plan else float("nan"),
    }
