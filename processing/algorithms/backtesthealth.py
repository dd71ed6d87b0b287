"""Test the rating of pipes on the network's own past."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job, date_of

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.store import Network

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
# Written by the store or by us: no evidence from the field.
_OURS = ("map_class", "row_version", "edited_by", "edited_on", "batch_id")
_MODELS = ["auto", "hierarchy", "glm", "glm_eb"]


def _cutoffs(job: Job) -> list[datetime.date]:
    """Return the cut-offs asked for: dates with commas, semicolons or blanks between them."""
    found = []
    for word in re.split(r"[\s,;，；、\[\]\"']+", job.text("CUTOFF")):
        if word:
            found.append(date_of("CUTOFF", word))
    return found


class BacktestHealth(WaterNetAlgorithm):
    """Stand on earlier days, rank the pipes, and count what came after."""

    ID = "backtesthealth"
    GROUP = "health"
    ICON = "backtesthealth"
    TAGS = ("validation", "capture", "calibration", "accuracy", "回测", "验证", "命中率", "评估")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Test the rating on the past")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Stands on earlier days, rates the pipes from what was known then, and counts how many of the "
            "failures that came after lay on the worst 1, 5, 10 and 20 % of the length. Beside it what "
            "random order, oldest first, past failures and other simple orders would have caught. Nothing "
            "in the network changes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "CUTOFF",
            tr("Cut-offs"),
            tr(
                "Days to stand on, YYYY-MM-DD, with commas between them. Empty: a year apart, at least three."
            ),
        )
        self.add_number(
            "TEST_YEARS",
            tr("Test years"),
            tr("Years of failures after each cut-off; the end of the records cuts them short."),
            default=3,
            minimum=1,
            whole=True,
        )
        self.add_text(
            "WINDOW_START",
            tr("Records from"),
            tr("Day from which on all failures were recorded, YYYY-MM-DD. Empty: found at each cut-off."),
        )
        self.add_number(
            "BOOTSTRAPS",
            tr("Samples"),
            tr("Samples of the test pipes for the intervals; models are not fitted again."),
            default=200,
            minimum=0,
            maximum=10_000,
            whole=True,
            advanced=True,
        )
        self.add_number(
            "SEED",
            tr("Seed"),
            tr("Seed of the samples: the same one gives the same intervals."),
            default=0,
            minimum=0,
            whole=True,
            advanced=True,
        )
        self.add_number(
            "BUDGET",
            tr("Budget of a year"),
            tr(
                "Money that a plan made on each cut-off may spend; the report says which later failures lay "
                "on its streets. Empty: what renewing 2 % of the length costs; 0: no plans."
            ),
            minimum=0,
            advanced=True,
        )
        self.add_choice(
            "MODEL",
            tr("Model"),
            tr(
                "auto: another model than hierarchy (cohorts and the pipe's own record) is used only where "
                "it was better before the cut-off. glm: a regression; glm_eb: one times the own record."
            ),
            _MODELS,
            labels=labels.models(),
            default="auto",
            advanced=True,
        )
        self.add_sink(
            "OUTPUT",
            tr("Captured failures"),
            tr("One row for each cut-off, order of pipes, segment and share of length."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Orders compared, each cut-off, calibration, suspect fields; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_number_output("CUTOFFS_TESTED", tr("Cut-offs tested"))
        self.add_number_output("CAPTURED_5", tr("Mean caught on 5 % of length"))
        self.add_number_output("CAPTURED_10", tr("Mean caught on 10 % of length"))
        self.add_number_output("CAPTURED_20", tr("Mean caught on 20 % of length"))

    def check(self, job: Job) -> None:
        """Refuse dates and models that make no sense."""
        _cutoffs(job)
        job.date("WINDOW_START")

    def work(self, job: Job) -> dict[str, Any]:
        """Read, stand on each cut-off, and write what was found."""
        from waternet_plugin.core.health import matching
        from waternet_plugin.core.health.backtest import backtest
        from waternet_plugin.core.reports.backtest import backtest_report, summary_lines
        from waternet_plugin.core.reports.leaks import leak_lines
        from waternet_plugin.core.reports.plan_backtest import plan_sentence

        network = job.open_network()
        settings = network.settings()
        job.progress.at(0.02, tr("Reading pipes and failures"))
        radius_m = float(settings.get(matching.RADIUS_KEY, f"{matching.RADIUS_M:g}"))
        pipes, failures = _read(job, network, radius_m)
        found = backtest(
            pipes,
            failures,
            cutoffs=_cutoffs(job),
            test_years=job.whole("TEST_YEARS"),
            window_start=job.date("WINDOW_START"),
            model=job.choice("MODEL"),
            bootstraps=job.whole("BOOTSTRAPS"),
            seed=job.whole("SEED"),
            match_radius_m=radius_m,
            settings=settings,
            progress=job.progress.part(0.3, 0.8),
        )
        late = [one.cutoff for one in found.cutoffs if one.until <= one.cutoff]
        if job.has("CUTOFF") and len(late) == len(found.cutoffs):
            message = tr("CUTOFF: there are no records after {cutoff} to test with. Give earlier days.")
            raise InputError(message.format(cutoff=late[0]))
        plans = _plans(job, found, pipes, failures, radius_m, settings)
        job.progress.at(0.95, tr("Writing"))
        rows = found.rows.assign(cutoff=found.rows["cutoff"].dt.date.astype(str))
        output = job.write_sink("OUTPUT", rows, _COLUMNS)
        report = job.write_report("REPORT", backtest_report(found, network=network.name, plans=plans))
        warnings = leak_lines(found)
        for line in summary_lines(found):
            if line in warnings:
                job.warn(line)
            else:
                job.info(line)
        if plans:
            job.info(plan_sentence(plans))
        means = {share: found.mean("waternet", share) for share in (0.05, 0.1, 0.2)}
        return {
            "OUTPUT": output,
            "REPORT": report,
            "CUTOFFS_TESTED": len(found.tested),
            **{
                f"CAPTURED_{round(100 * share)}": round(mean, 4) if found.tested else None
                for share, mean in means.items()
            },
        }


def _plans(
    job: Job, found: Any, pipes: pd.DataFrame, failures: pd.DataFrame, radius_m: float, settings: Any
) -> tuple[Any, ...]:
    """Return the plans of the cut-offs that could be tested; none where nobody reads or wants them."""
    from waternet_plugin.core.renewal.plan_backtest import backtest_plan

    unwanted = job.has("BUDGET") and not job.number("BUDGET") > 0
    if not _wants_plans(job) or unwanted or not found.tested:
        return ()
    job.progress.at(0.8, tr("Planning on the cut-offs"))
    return backtest_plan(
        pipes,
        failures,
        [one.cutoff for one in found.tested],
        test_years=found.test_years,
        budget=job.number("BUDGET") if job.has("BUDGET") else None,
        window_start=job.date("WINDOW_START"),
        model=job.choice("MODEL"),
        match_radius_m=radius_m,
        settings=settings,
        progress=job.progress.part(0.8, 0.95),
    )


def _wants_plans(job: Job) -> bool:
    """Return whether plans are made: they show in the report, or a budget was given."""
    return job.has("REPORT") or job.has("BUDGET")


def _read(job: Job, network: Network, radius_m: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pipes with all their fields, and the failures with a match each."""
    from waternet_plugin.core.health import matching
    from waternet_plugin.core.health.assessment import FAILURE_COLUMNS
    from waternet_plugin.core.schema.tables import table

    columns = dict.fromkeys([*FAILURE_COLUMNS, *matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
    failures = network.read("failure", list(columns))
    unmatched = bool(failures["match_state"].isna().any())
    ambiguous = bool((failures["match_state"] == matching.AMBIGUOUS).any())
    wanted = [name for name in table("pipe").field_names if name not in _OURS]
    pipes = network.read("pipe", wanted, geometry=unmatched or ambiguous or _wants_plans(job))
    if not unmatched:
        return pipes, failures
    job.progress.at(0.15, tr("Matching failures that have no match yet"))
    matched = matching.match_failures(
        failures,
        pipes,
        radius_m=radius_m,
        settings=network.settings(),
        progress=job.progress.part(0.15, 0.3),
    )
    return pipes, matching.with_matches(failures, matched)
