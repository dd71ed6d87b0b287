"""Test the rating of pipes on the network's own past."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import LARGEST_WHOLE, WaterNetAlgorithm
from waternet_plugin.processing.health_parameters import add_model
from waternet_plugin.processing.job import Job, date_of

if TYPE_CHECKING:
    from waternet_plugin.operations.health.backtest_health import BacktestRequest

_COLUMNS = [
    ("cutoff", "text"),
    ("model", "text"),
    ("segment", "text"),
    ("share_of_length", "real"),
    ("captured", "real"),
    ("lower", "real"),
    ("upper", "real"),
    ("test_failures", "integer"),
    ("predicted_actual", "real"),
]


class BacktestHealth(WaterNetAlgorithm):
    """Stand on earlier days, rank the pipes, and count what came after."""

    ID = "backtesthealth"
    GROUP = "health"
    ICON = "backtesthealth"
    TAGS = ("validation", "capture", "calibration", "accuracy", "回测", "验证", "命中率", "评估")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Test the rating on past data")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Goes back to earlier dates, rates the pipes from what was known then, and counts how many of "
            "the failures that followed were on the worst 1, 5, 10 and 20 % of the length. Compares this "
            "with what random order, oldest first, past failures and other simple orders would have caught. "
            "Nothing in the network changes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "CUTOFF",
            tr("Cut-offs"),
            tr("Dates to test from, YYYY-MM-DD, separated by commas. Empty: a year apart, at least three."),
        )
        self.add_number(
            "TEST_YEARS",
            tr("Test years"),
            tr("Years of failures after each cut-off, shortened where the records end earlier."),
            default=3,
            between=(1, 100),
            integer=True,
        )
        self.add_text(
            "WINDOW_START",
            tr("Records from"),
            tr("Date from which all failures were recorded, YYYY-MM-DD. Empty: determined at each cut-off."),
        )
        self.add_number(
            "BOOTSTRAPS",
            tr("Samples"),
            tr("Samples of the test pipes for the intervals; models are not fitted again."),
            default=200,
            between=(0, 10_000),
            integer=True,
            advanced=True,
        )
        self.add_number(
            "SEED",
            tr("Seed"),
            tr("Seed of the samples: the same one gives the same intervals."),
            default=0,
            between=(0, LARGEST_WHOLE),
            integer=True,
            advanced=True,
        )
        self.add_number(
            "BUDGET",
            tr("Annual budget"),
            tr(
                "Amount that a plan made on each cut-off may spend; the report shows which later failures "
                "were on its streets. Empty: what renewing 2 % of the length costs; 0: no plans."
            ),
            between=(0, 1e15),
            advanced=True,
        )
        add_model(self)
        self.add_sink(
            "OUTPUT",
            tr("Captured failures"),
            tr("One row for each cut-off, order of pipes, segment and share of length."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr(
                "Orders compared, each cut-off, calibration, suspect fields; figures in a .json file next "
                "to it."
            ),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            CUTOFFS_TESTED=tr("Cut-offs tested"),
            CAPTURED_5=tr("Mean caught on 5 % of length"),
            CAPTURED_10=tr("Mean caught on 10 % of length"),
            CAPTURED_20=tr("Mean caught on 20 % of length"),
        )

    def request(self, job: Job) -> BacktestRequest:
        """Return the request."""
        from waternet_plugin.operations.health.backtest_health import BacktestRequest

        # Dates with commas, semicolons or blanks between them.
        words = re.split(r"[\s,;，；、\[\]\"']+", job.text("CUTOFF"))
        budget = job.number("BUDGET") if job.has("BUDGET") else None
        return BacktestRequest(
            cutoffs=[date_of("CUTOFF", word) for word in words if word],
            test_years=job.integer("TEST_YEARS"),
            window_start=job.date("WINDOW_START"),
            model=job.choice("MODEL"),
            bootstraps=job.integer("BOOTSTRAPS"),
            seed=job.integer("SEED"),
            # They show in the report, or money was named for them.
            with_plans=job.has("REPORT") if budget is None else budget > 0,
            budget=budget,
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Stand on each cut-off, and write what was found."""
        from waternet_plugin.operations.health.backtest_health import backtest_health

        result = backtest_health(job.open_network(), self.request(job), job.progress)
        found = result.found
        rows = found.rows.assign(cutoff=found.rows["cutoff"].dt.date.astype(str))
        outputs = {
            "OUTPUT": job.write_sink("OUTPUT", rows, _COLUMNS),
            "REPORT": job.write_report("REPORT", result.report()),
            "CUTOFFS_TESTED": len(found.tested),
        }
        for percent in (5, 10, 20):
            mean = found.mean("waternet", percent / 100)
            outputs[f"CAPTURED_{percent}"] = round(mean, 4) if found.tested else None
        job.tell(result.lines, warnings=result.notes)
        return outputs
