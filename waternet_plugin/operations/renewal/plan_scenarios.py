"""Plan with several budgets and strategies and lay the outcomes side by side; nothing is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.rates.factors import survey_rate
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import plan_constraints
from waternet_plugin.core.renewal.scenarios import ScenarioOptions, Scenarios, compare_scenarios
from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.renewal.scenarios import scenarios_report
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import YEAR_DAYS
from waternet_plugin.operations.renewal.plan_basis import RenewalBasis, read_basis, tested_on_history
from waternet_plugin.store.network import Network

_MOST_SCENARIOS = 50


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s;,；，、]+", text) if word]


def parse_budgets(text: str) -> tuple[float, ...]:
    """Return the amounts of a text such as ``3000000;5000000``.

    Raises
    ------
    InputError
        When there is none, or a word is not a number.
    """
    words = _words(text)
    if not words:
        raise InputError(tr("BUDGETS is missing. Give amounts per year, such as 3000000;5000000."))
    try:
        return tuple(float(word) for word in words)
    except ValueError:
        raise InputError(
            tr("BUDGETS: “{text}” is not a list of amounts. Write them as 3000000;5000000.").format(text=text)
        ) from None


def parse_strategies(text: str) -> tuple[str, ...]:
    """Return the strategies that a text names, each once; all where it names none."""
    return tuple(dict.fromkeys(_words(text))) or STRATEGIES


@dataclass(frozen=True)
class ScenariosRequest:
    """What scenarios are asked for.

    Attributes
    ----------
    budgets, strategies
        Money a year, and ways to rank (`strategies.STRATEGIES`); every one with every other.
    start_year, years
        First year (None: the next) and number of years.
    run
        Id of the assessment to plan from; '' for the newest.
    test_on_history
        Whether forecasts are brought to what a test on the network's own past found.
    seed
        Of the strategy random.

    Raises
    ------
    InputError
        When no plan can be made of an amount, a strategy or the years, or there are too many scenarios.
    """

    budgets: Sequence[float]
    strategies: Sequence[str] = STRATEGIES
    start_year: Optional[int] = None
    years: int = 5
    run: str = ""
    test_on_history: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        count = len(self.budgets) * len(self.strategies)
        if count > _MOST_SCENARIOS:
            message = tr("This makes {count} scenarios; ask for {most} at most.")
            raise InputError(message.format(count=count, most=_MOST_SCENARIOS))
        for strategy in self.strategies:
            for budget in self.budgets:
                plan_constraints.PlanLimits(budget, self.first_year, self.years, strategy=strategy)

    @property
    def first_year(self) -> int:
        """The first year of the plans."""
        return datetime.date.today().year + 1 if self.start_year is None else self.start_year


@dataclass(frozen=True)
class ScenariosResult:
    """What the scenarios bring; ``notes`` warn of what the basis lacks."""

    scenarios: Scenarios
    report: Report
    notes: tuple[str, ...]


def plan_scenarios(
    network: Network, request: ScenariosRequest, progress: Progress = SILENT
) -> ScenariosResult:
    """Plan every scenario and return what each brings against doing nothing.

    Raises
    ------
    InputError
        When there is no assessment to plan from, or nothing to plan for.
    """
    settings = network.settings()
    start, years = request.first_year, request.years
    basis = read_basis(
        network,
        run=request.run,
        start_year=start,
        years=years,
        by_district=False,
        progress=progress.part(0, 0.4),
    )
    tested = None
    if request.test_on_history:
        progress.at(0.4, tr("Testing forecasts on past data"))
        # Our own ranking alone.
        tested = tested_on_history(network, basis.run, settings, (), progress.part(0.4, 0.6))
    progress.at(0.6, tr("Planning the scenarios"))
    found = compare_scenarios(
        basis.packages,
        assessed_stock(basis),
        ScenarioOptions(
            budgets=request.budgets,
            strategies=request.strategies,
            start_year=start,
            years=years,
            new_rate_per_100km_y=survey_rate(settings.text("renewal.scenario_material"), settings),
            failures_y=yearly_failures(basis),
            bands=[cutoff.bands for cutoff in tested.cutoffs if not cutoff.refused] if tested else [],
            seed=request.seed,
        ),
        basis.conditions(),
        settings=settings,
        progress=progress.part(0.6, 0.95),
    )
    parameters = {
        "BUDGETS": "; ".join(f"{budget:g}" for budget in request.budgets),
        "STRATEGIES": "; ".join(request.strategies),
        "START_YEAR": start,
        "YEARS": years,
        "RUN": basis.run["run_id"],
    }
    report = scenarios_report(found, parameters=parameters, currency=settings.text("general.currency"))
    return ScenariosResult(found, report, basis.notes)


def assessed_stock(basis: RenewalBasis) -> pd.DataFrame:
    """Return the assessed pipes that are there, as scenarios need them."""
    frame = basis.assessment.rename(columns={"rate_per_100km_y": "rate"}).merge(
        basis.pipes[["pipe_id", "material", "diameter_mm", "length_m", "install_year"]], on="pipe_id"
    )
    counts = basis.failures["pipe_id"].value_counts()
    frame["failures"] = frame["pipe_id"].map(counts).fillna(0.0).astype(float)
    return frame[frame["rate"].notna()].reset_index(drop=True)


def yearly_failures(basis: RenewalBasis) -> list[int]:
    """Return the failures of each whole year of records, back from the day of the assessment."""
    start, end = basis.run["window_start"], basis.run["as_of"]
    if pd.isna(start):
        return []
    year = pd.Timedelta(days=YEAR_DAYS)
    back = ((end - basis.failures["date"].dropna()) / year).to_numpy(float)
    whole = int((end - start + pd.Timedelta(days=2)) / year)
    return np.bincount(back[back < whole].astype(int), minlength=whole).tolist()
