"""Assess the health of the pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.crossed_pipes import crossed_layer
from waternet_plugin.processing.health_parameters import add_model
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.health.assess_health import AssessRequest

_COLUMNS = [
    ("pipe_id", "text"),
    ("rate_per_100km_y", "real"),
    ("health", "real"),
    ("likelihood", "real"),
    ("consequence", "real"),
    ("risk", "real"),
    ("class", "text"),
    ("evidence", "text"),
    ("reasons", "text"),
]
_DETAILS = [
    ("policy", "text"),
    ("likelihood_band", "integer"),
    ("consequence_band", "integer"),
    ("customers_cut", "integer"),
    ("households_cut", "integer"),
    ("critical_cut", "integer"),
]
_WARNINGS = [
    ("pipe_id", "text"),
    ("class_before", "text"),
    ("class_now", "text"),
    ("rate_before", "real"),
    ("rate_now", "real"),
    ("new_failures", "integer"),
    ("warning", "text"),
    ("reasons", "text"),
]


class AssessHealth(WaterNetAlgorithm):
    """Rate every pipe, class it, and keep the run."""

    ID = "assesshealth"
    GROUP = "health"
    ICON = "assesshealth"
    WRITES = True
    TAGS = ("failure rate", "risk", "condition", "健康", "故障率", "风险", "评估")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Assess the health of pipes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Estimates for every water supply pipe how many failures to expect, what they cost and which "
            "class it belongs to, with the evidence and the reasons. Also works without any failure "
            "records, using published rates. Failures that were never matched are matched first. Every run "
            "is kept."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Date of the assessment, YYYY-MM-DD; later failures are ignored. Empty: today."),
        )
        self.add_text(
            "WINDOW_START",
            tr("Records from"),
            tr("Date from which all failures were recorded, YYYY-MM-DD. Empty: determined from the records."),
        )
        self.add_number(
            "HORIZON",
            tr("Horizon, years"),
            tr("Number of years ahead that likelihood and risk cover."),
            default=5,
            between=(0, 100),
        )
        add_model(self)
        self.add_text(
            "RIVERS",
            tr("Rivers"),
            tr("A layer of lines or areas of water: path, path|layername=name, or a layer of the project."),
            advanced=True,
        )
        self.add_text(
            "RAILWAYS",
            tr("Railways"),
            tr("A layer of lines or areas of railways, named in the same way."),
            advanced=True,
        )
        self.add_sink(
            "OUTPUT",
            tr("Pipe health"),
            tr("Every pipe with rate, health, likelihood, consequence, risk, class, evidence and reasons."),
        )
        self.add_flag(
            "DETAILS",
            tr("More columns"),
            tr("Adds the policy list, the bands of likelihood and consequence, and who loses water."),
            advanced=True,
        )
        self.add_sink(
            "OUTPUT_WARNINGS",
            tr("Warnings"),
            tr(
                "Pipes in a worse class than in the last run, or whose rate has risen sharply, with what "
                "happened."
            ),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Classes, records and cohorts; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_text_outputs(
            RUN_ID=tr("Run"),
            BATCH_ID=tr("Batch"),
        )
        self.add_number_outputs(
            PIPES=tr("Pipes"),
            PIPES_RATED=tr("Pipes assessed"),
            FAILURES_USED=tr("Failures used"),
            KM_RENEW_NOW=tr("km to renew now"),
            KM_PRIORITY=tr("km of priority renewal"),
            NETWORK_RATE=tr("Failures per 100 km per year"),
            WARNINGS=tr("Pipes that got worse"),
        )
        self.add_text_outputs(
            WINDOW_FROM=tr("Records used from"),
            MODEL_USED=tr("Model used"),
        )

    def request(self, job: Job, **crossed: Any) -> AssessRequest:
        """Return the request; ``crossed`` are the layers of rivers and railways."""
        from waternet_plugin.operations.health.assess_health import AssessRequest

        return AssessRequest(
            as_of=job.date("AS_OF"),
            window_start=job.date("WINDOW_START"),
            horizon_years=job.number("HORIZON"),
            model=job.choice("MODEL"),
            with_geometry=job.has("OUTPUT") or job.has("OUTPUT_WARNINGS"),
            **crossed,
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Match where needed, assess, and write one batch."""
        from waternet_plugin.operations.health.assess_health import AssessResult, assess_health

        network = job.open_network()
        crossed = {name: crossed_layer(job, name.upper(), network.crs) for name in ("rivers", "railways")}
        made: dict[str, Any] = {"OUTPUT": None, "OUTPUT_WARNINGS": None, "REPORT": ""}
        layer: dict[str, Any] = {"geometry": "LineStringZ", "crs": network.crs}

        def outputs(found: AssessResult) -> None:
            if job.has("OUTPUT"):
                columns = [*_COLUMNS, *(_DETAILS if job.flag("DETAILS") else ())]
                made["OUTPUT"] = job.write_sink("OUTPUT", found.rated_pipes(), columns, **layer)
            if job.has("OUTPUT_WARNINGS"):
                rows = found.worse_pipes()
                made["OUTPUT_WARNINGS"] = job.write_sink("OUTPUT_WARNINGS", rows, _WARNINGS, **layer)
            if job.has("REPORT"):
                made["REPORT"] = job.write_report("REPORT", found.report())

        found = assess_health(network, self.request(job, **crossed), job.progress, before_commit=outputs)
        job.tell(found.lines, warnings=found.notes)
        summary = found.summary
        return {
            **made,
            "RUN_ID": found.run_id,
            "BATCH_ID": found.batch_id,
            "PIPES": summary.pipes,
            "PIPES_RATED": summary.rated_pipes,
            "FAILURES_USED": summary.used,
            "KM_RENEW_NOW": round(summary.class_km["renew_now"], 3),
            "KM_PRIORITY": round(summary.class_km["priority"], 3),
            "NETWORK_RATE": round(summary.network_rate, 3),
            "WINDOW_FROM": str(summary.window.start or ""),
            "MODEL_USED": summary.model,
            "WARNINGS": None if found.worse is None else len(found.worse.pipes),
        }
