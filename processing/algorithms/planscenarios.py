"""Compare budgets and strategies of renewal."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.plan_basis import PlanBasis, read_basis

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.health.backtest import Backtest
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.processing.job import Job
    from waternet_plugin.store import Network

_DEFAULT_YEARS = 5
_MOST_SCENARIOS = 50
_COLUMNS = [
    ("scenario", "text"),
    ("budget", "real"),
    ("strategy", "text"),
    ("projects", "integer"),
    ("length_m", "real"),
    ("cost", "real"),
    ("share_of_length_y", "real"),
    ("failures", "real"),
    ("failures_avoided", "real"),
    ("avoided_lower", "real"),
    ("avoided_upper", "real"),
    ("avoided_per_million", "real"),
    ("risk_removed_y", "real"),
    ("value_index", "real"),
    ("gap", "real"),
]
_CURVE_COLUMNS = [
    ("scenario", "text"),
    ("year", "integer"),
    ("expected", "real"),
    ("lower", "real"),
    ("upper", "real"),
]


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s;,；，、]+", text) if word]


def _budgets(job: Job) -> list[float]:
    """Return the budgets asked for."""
    words = _words(job.text("BUDGETS"))
    if not words:
        raise InputError(tr("BUDGETS is missing. Give money a year, such as 3000000;5000000."))
    try:
        return [float(word) for word in words]
    except ValueError:
        message = tr("BUDGETS: “{text}” is no list of amounts. Write them as 3000000;5000000.")
        raise InputError(message.format(text=job.text("BUDGETS"))) from None


def _strategies(job: Job) -> list[str]:
    """Return the strategies asked for; all if none is named."""
    words = list(dict.fromkeys(_words(job.text("STRATEGIES")))) or list(STRATEGIES)
    for word in words:
        if word not in STRATEGIES:
            message = tr("STRATEGY “{strategy}” is unknown. Choose one of {known}.")
            raise InputError(message.format(strategy=word, known=", ".join(STRATEGIES)))
    return words


class PlanScenarios(WaterNetAlgorithm):
    """Plan with several budgets and strategies and lay the outcomes side by side."""

    ID = "planscenarios"
    GROUP = "health"
    ICON = "planrenewal"
    TAGS = ("renewal", "budget", "strategy", "scenario", "改造", "预算", "方案", "比选")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Compare renewal scenarios")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Plans with every budget and every strategy and says what each brings against doing nothing: "
            "failures avoided with their interval, risk removed, share of length renewed, infrastructure "
            "value index, and the curve of failures by year. Forecasts are brought to what a test on the "
            "network's own past found. Nothing in the network changes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "BUDGETS", tr("Budgets a year"), tr("Money a year, one or several, such as 3000000;5000000.")
        )
        self.add_text(
            "STRATEGIES",
            tr("Strategies"),
            tr("One or several of {known}; empty: all.").format(known=", ".join(STRATEGIES)),
        )
        self.add_number(
            "START_YEAR", tr("First year"), tr("First year of the plan; empty: next year."), whole=True
        )
        self.add_number(
            "YEARS", tr("Years"), tr("Number of years of the plan."), default=_DEFAULT_YEARS, whole=True
        )
        self.add_text("RUN", tr("Assessment"), tr("Id of the assessment to plan from; empty: the newest."))
        self.add_flag(
            "BACKTEST",
            tr("Test forecasts on the past"),
            tr("Bring forecasts to what came after earlier days; takes a little longer."),
            default=True,
            advanced=True,
        )
        self.add_number(
            "SEED",
            tr("Seed"),
            tr("Seed of the strategy random."),
            default=0,
            whole=True,
            optional=True,
            advanced=True,
        )
        self.add_sink(
            "OUTPUT", tr("Scenarios"), tr("One row a scenario."), kind=QgsProcessing.SourceType.TypeVector
        )
        self.add_sink(
            "OUTPUT_CURVE",
            tr("Failures by year"),
            tr("Failures expected in each year of each scenario."),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Scenarios and curves as a page; the figures beside it as .json."),
            "HTML (*.html)",
        )
        self.add_number_output("SCENARIOS", tr("Number of scenarios"))

    def check(self, job: Job) -> None:
        """Refuse amounts and strategies that no plan can be made of."""
        from waternet_plugin.core.renewal import wishes

        budgets, strategies = _budgets(job), _strategies(job)
        if len(budgets) * len(strategies) > _MOST_SCENARIOS:
            message = tr("These are {count} scenarios; ask for {most} at most.")
            raise InputError(message.format(count=len(budgets) * len(strategies), most=_MOST_SCENARIOS))
        start, years = self._span(job)
        for budget in budgets:
            wishes.check_parameters(
                budget=budget,
                start_year=start,
                years=years,
                min_length_share=0.0,
                district_cap=None,
                discount_rate=0.0,
                time_limit_s=0.0,
                strategy=strategies[0],
            )

    def _span(self, job: Job) -> tuple[int, int]:
        """Return first year and number of years."""
        start = job.whole("START_YEAR") if job.has("START_YEAR") else datetime.date.today().year + 1
        return start, job.whole("YEARS") if job.has("YEARS") else _DEFAULT_YEARS

    def work(self, job: Job) -> dict[str, Any]:
        """Plan every scenario and write the outputs."""
        from waternet_plugin.core.health.factors import survey_rate
        from waternet_plugin.core.renewal.scenarios import compare_scenarios
        from waternet_plugin.core.reports.scenarios import scenarios_report

        start, years = self._span(job)
        network = job.open_network()
        settings = network.settings()
        basis = read_basis(
            job, network, start_year=start, years=years, by_district=False, progress=job.progress.part(0, 0.4)
        )
        tested = _backtest(job, network, basis, settings) if job.flag("BACKTEST") else None
        job.progress.at(0.6, tr("Planning the scenarios"))
        found = compare_scenarios(
            basis.packages,
            _stock(basis),
            budgets=_budgets(job),
            strategies=_strategies(job),
            start_year=start,
            years=years,
            new_rate=survey_rate(settings.text("renewal.scenario_material"), settings),
            yearly=_yearly(basis),
            bands=[cutoff.bands for cutoff in tested.cutoffs if not cutoff.refused] if tested else [],
            settings=settings,
            progress=job.progress.part(0.6, 0.95),
            roads=basis.roads,
            apart=basis.conflicts.pairs,
            seed=job.whole("SEED") if job.has("SEED") else 0,
        )
        for note in basis.notes:
            job.warn(note)
        parameters = {
            "BUDGETS": "; ".join(f"{budget:g}" for budget in _budgets(job)),
            "STRATEGIES": "; ".join(_strategies(job)),
            "START_YEAR": start,
            "YEARS": years,
            "RUN": basis.run["run_id"],
        }
        report = scenarios_report(found, parameters=parameters, currency=settings.text("general.currency"))
        job.info(report.lead)
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.table, _COLUMNS),
            "OUTPUT_CURVE": job.write_sink("OUTPUT_CURVE", found.curve, _CURVE_COLUMNS),
            "REPORT": job.write_report("REPORT", report),
            "SCENARIOS": len(found.table) - 1,
        }


def _stock(basis: PlanBasis) -> pd.DataFrame:
    """Return the assessed pipes that are there, as scenarios need them."""
    judged = basis.assessment.rename(columns={"rate_per_100km_y": "rate"})
    frame = judged.merge(
        basis.pipes[["pipe_id", "material", "diameter_mm", "length_m", "install_year"]], on="pipe_id"
    )
    counts = basis.failures["pipe_id"].value_counts()
    frame["failures"] = frame["pipe_id"].map(counts).fillna(0.0).astype(float)
    return frame[frame["rate"].notna()].reset_index(drop=True)


def _yearly(basis: PlanBasis) -> list[int]:
    """Return the failures of each whole year of records, back from the day of the assessment."""
    import numpy as np
    import pandas as pd

    start, end = basis.run["window_start"], basis.run["as_of"]
    if pd.isna(start):
        return []
    year = pd.Timedelta(days=365.25)
    back = ((end - basis.failures["date"].dropna()) / year).to_numpy(float)
    whole = int((end - start + pd.Timedelta(days=2)) / year)
    counts: list[int] = np.bincount(back[back < whole].astype(int), minlength=whole).tolist()
    return counts


def _backtest(job: Job, network: Network, basis: PlanBasis, settings: Settings) -> Backtest:
    """Stand on earlier days with our own ranking alone."""
    from waternet_plugin.core.health.assessment import FAILURE_COLUMNS
    from waternet_plugin.core.health.backtest import backtest
    from waternet_plugin.core.health.inservice import PIPE_COLUMNS

    job.progress.at(0.4, tr("Testing forecasts on the past"))
    pipes = network.read("pipe", list(PIPE_COLUMNS), geometry=False)
    failures = network.read("failure", list(FAILURE_COLUMNS), geometry=False)
    return backtest(
        pipes,
        failures[~(failures["date"] > basis.run["as_of"])].reset_index(drop=True),
        rankings=(),
        bootstraps=0,
        today=basis.run["as_of"].date(),
        settings=settings,
        progress=job.progress.part(0.4, 0.6),
    )
