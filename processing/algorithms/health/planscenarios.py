"""Compare budgets and strategies of renewal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.health_parameters import add_plan_span, add_seed
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.renewal.plan_scenarios import ScenariosRequest

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
            "Plans with every budget and every strategy and shows what each brings compared with doing "
            "nothing: failures avoided with their interval, risk removed, share of length renewed, "
            "infrastructure value index, and the curve of failures by year. Forecasts are scaled by a test "
            "on the network's own past. Nothing in the network changes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "BUDGETS", tr("Annual budgets"), tr("Amounts per year, one or several, such as 3000000;5000000.")
        )
        self.add_text(
            "STRATEGIES",
            tr("Strategies"),
            tr("One or several of {known}; empty: all.").format(known=listed(STRATEGIES)),
        )
        add_plan_span(self)
        self.add_flag(
            "BACKTEST",
            tr("Test forecasts on past data"),
            tr("Scale forecasts by how earlier ones compared with what happened; takes a little longer."),
            default=True,
            advanced=True,
        )
        add_seed(self)
        self.add_sink(
            "OUTPUT", tr("Scenarios"), tr("One row per scenario."), kind=QgsProcessing.SourceType.TypeVector
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
            tr("Scenarios and curves as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            SCENARIOS=tr("Number of scenarios"),
        )

    def request(self, job: Job) -> ScenariosRequest:
        """Return the request."""
        from waternet_plugin.operations.renewal.plan_scenarios import (
            ScenariosRequest,
            parse_budgets,
            parse_strategies,
        )

        names = {"start_year": "START_YEAR", "years": "YEARS", "seed": "SEED"}
        asked: dict[str, Any] = {field: job.integer(name) for field, name in names.items() if job.has(name)}
        return ScenariosRequest(
            parse_budgets(job.text("BUDGETS")),
            parse_strategies(job.text("STRATEGIES")),
            run=job.text("RUN"),
            test_on_history=job.flag("BACKTEST"),
            **asked,
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Plan every scenario and write the outputs."""
        from waternet_plugin.operations.renewal.plan_scenarios import plan_scenarios

        found = plan_scenarios(job.open_network(), self.request(job), job.progress)
        job.tell([found.report.lead], warnings=found.notes)
        table = found.scenarios.table
        return {
            "OUTPUT": job.write_sink("OUTPUT", table, _COLUMNS),
            "OUTPUT_CURVE": job.write_sink("OUTPUT_CURVE", found.scenarios.curve, _CURVE_COLUMNS),
            "REPORT": job.write_report("REPORT", found.report),
            "SCENARIOS": len(table) - 1,
        }
