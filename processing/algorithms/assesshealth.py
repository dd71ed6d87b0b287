"""Assess the health of the pipes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.health.matching import MatchResult
    from waternet_plugin.store import Network

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
_MODELS = ["auto", "hierarchy", "glm", "glm_eb"]


class AssessHealth(WaterNetAlgorithm):
    """Rate every pipe, class it, and keep the run."""

    ID = "assesshealth"
    GROUP = "health"
    ICON = "assesshealth"
    TAGS = ("failure rate", "risk", "condition", "健康", "故障率", "风险", "评估")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Assess the health of pipes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Says of every supply pipe how many failures to expect, what they cost, which class it belongs "
            "to, on what evidence and for which reasons. Works without any failure records too: published "
            "rates then stand in. Failures that were never matched are matched first. Every run is kept."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Day of the assessment, YYYY-MM-DD; later failures are not looked at. Empty: today."),
        )
        self.add_text(
            "WINDOW_START",
            tr("Records from"),
            tr("Day from which on all failures were recorded, YYYY-MM-DD. Empty: found from the records."),
        )
        self.add_number(
            "HORIZON", tr("Horizon, years"), tr("Years ahead that likelihood and risk cover."), default=5
        )
        self.add_choice(
            "MODEL",
            tr("Model"),
            tr(
                "auto: another model than hierarchy (cohorts and the pipe's own record) is used only where "
                "it was better beyond chance in earlier years. glm: a regression; glm_eb: one times the own "
                "record."
            ),
            _MODELS,
            default="auto",
            advanced=True,
        )
        self.add_sink(
            "OUTPUT",
            tr("Health of pipes"),
            tr("Every pipe with rate, health, likelihood, consequence, risk, class, evidence and reasons."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Classes, records and cohorts; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_text_output("RUN_ID", tr("Run"))
        self.add_number_output("PIPES", tr("Pipes"))
        self.add_number_output("PIPES_RATED", tr("Pipes assessed"))
        self.add_number_output("FAILURES_USED", tr("Failures used"))
        self.add_number_output("KM_RENEW_NOW", tr("km to renew now"))
        self.add_number_output("KM_PRIORITY", tr("km of priority renewal"))
        self.add_number_output("NETWORK_RATE", tr("Failures per 100 km and year"))
        self.add_text_output("WINDOW_FROM", tr("Records used from"))
        self.add_text_output("MODEL_USED", tr("Model used"))

    def check(self, job: Job) -> None:
        """Refuse dates and years that make no sense."""
        as_of = job.date("AS_OF", datetime.date.today())
        start = job.date("WINDOW_START")
        if as_of is not None and start is not None and start > as_of:
            message = tr("The records can't begin on {start}, after the day of the assessment, {as_of}.")
            raise InputError(message.format(start=start, as_of=as_of))
        if not job.number("HORIZON") > 0:
            raise InputError(tr("The horizon must be a number of years above 0."))

    def work(self, job: Job) -> dict[str, Any]:
        """Match where needed, assess, and write one batch."""
        from waternet_plugin.core.health import matching
        from waternet_plugin.core.health.assessment import FAILURE_COLUMNS, assess
        from waternet_plugin.core.health.forecast import forecast_of
        from waternet_plugin.core.health.inservice import PIPE_COLUMNS
        from waternet_plugin.core.reports.health import figures_of, health_report, summary_lines

        network = job.open_network()
        settings = network.settings()
        today = datetime.date.today()
        as_of = job.date("AS_OF", today) or today
        if as_of > today:
            job.warn(
                tr("{as_of} lies ahead: years without records count as years without failures.").format(
                    as_of=as_of
                )
            )

        job.progress.at(0.02, tr("Reading pipes and failures"))
        columns = dict.fromkeys([*FAILURE_COLUMNS, *matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
        failures = network.read("failure", list(columns))
        unmatched = bool(failures["match_state"].isna().any())
        ambiguous = bool((failures["match_state"] == matching.AMBIGUOUS).any())
        wanted = dict.fromkeys(
            [*PIPE_COLUMNS, "dma_id", *(matching.PIPE_COLUMNS if unmatched or ambiguous else ())]
        )
        needs_place = unmatched or ambiguous or job.has("OUTPUT")
        pipes = network.read("pipe", list(wanted), geometry=needs_place)
        radius_m = float(settings.get(matching.RADIUS_KEY, f"{matching.RADIUS_M:g}"))

        matched: MatchResult | None = None
        known = failures
        if unmatched:
            job.progress.at(0.2, tr("Matching failures that have no match yet"))
            matched = matching.match_failures(
                failures, pipes, radius_m=radius_m, settings=settings, progress=job.progress.part(0.2, 0.3)
            )
            known = matching.with_matches(failures, matched)
        job.progress.at(0.3, tr("Assessing"))
        assessment = assess(
            pipes,
            known,
            as_of=as_of,
            window_start=job.date("WINDOW_START"),
            horizon_years=job.number("HORIZON"),
            match_radius_m=radius_m,
            model=job.choice("MODEL"),
            settings=settings,
            progress=job.progress.part(0.3, 0.6),
        )
        summary = assessment.summary
        if not summary.rated_pipes:
            job.warn(tr("No water supply pipe was in use on {as_of}: nothing is rated.").format(as_of=as_of))

        job.progress.at(0.6, tr("Writing"))
        figures = figures_of(summary)
        run_id = _next_run_id(network)
        with network.write(
            "assess",
            name=f"{run_id} {as_of}",
            facts={"run_id": run_id},
            progress=job.progress.part(0.6, 0.95),
        ) as batch:
            if matched is not None:
                batch.update("failure", matching.changed_matches(matched, failures))
            batch.insert("assessment_run", _run_row(job, run_id, summary, figures, settings))
            batch.insert("assessment", assessment.pipes.assign(run_id=run_id))
            output = None
            if job.has("OUTPUT"):
                shapes = pipes.set_index("pipe_id")["geom"].reindex(assessment.pipes["pipe_id"])
                frame = assessment.pipes.assign(geom=shapes.to_numpy())
                output = job.write_sink("OUTPUT", frame, _COLUMNS, geometry="LineStringZ", crs=network.crs)
            report = ""
            if job.has("REPORT"):
                ahead = forecast_of(assessment, pipes, settings=settings)
                report = job.write_report(
                    "REPORT", health_report(summary, network=network.name, forecast=ahead)
                )
        for line in summary_lines(summary):
            job.info(line)
        return {
            "OUTPUT": output,
            "REPORT": report,
            "RUN_ID": run_id,
            "PIPES": summary.pipes,
            "PIPES_RATED": summary.rated_pipes,
            "FAILURES_USED": summary.used,
            "KM_RENEW_NOW": round(summary.class_km["renew_now"], 3),
            "KM_PRIORITY": round(summary.class_km["priority"], 3),
            "NETWORK_RATE": round(summary.network_rate, 3) if summary.rated_pipes else None,
            "WINDOW_FROM": str(summary.window.start or ""),
            "MODEL_USED": summary.model,
        }


def _next_run_id(network: Network) -> str:
    """Return the id after the greatest there is: R0001, R0002, ..."""
    ids = network.read("assessment_run", ["run_id"], geometry=False)["run_id"]
    numbers = [int(run[1:]) for run in ids if run[:1] == "R" and run[1:].isdigit()]
    return f"R{max(numbers, default=0) + 1:04d}"


def _run_row(job: Job, run_id: str, summary: Any, figures: dict[str, object], settings: Any) -> pd.DataFrame:
    """Return the row of table assessment_run: when, by whom, with which settings, and what came out."""
    import json

    import pandas as pd

    from waternet_plugin import store
    from waternet_plugin.core.reports.document import plain
    from waternet_plugin.core.schema.settings import defaults

    used = {key: settings.text(key) for key in sorted(defaults()) if key.startswith("health.")}
    parameters = {
        "AS_OF": summary.as_of.isoformat(),
        "WINDOW_START": job.text("WINDOW_START"),
        "HORIZON": summary.horizon_years,
        "MODEL": job.choice("MODEL"),
        "settings": used,
    }
    return pd.DataFrame(
        {
            "run_id": [run_id],
            "as_of": [pd.Timestamp(summary.as_of)],
            "window_start": [pd.Timestamp(summary.window.start) if summary.window.start else pd.NaT],
            "horizon_years": [float(summary.horizon_years)],
            "made_on": [pd.Timestamp.now(tz="UTC")],
            "made_by": [store.default_user()],
            "parameters": [json.dumps(parameters, ensure_ascii=False)],
            "summary": [json.dumps(plain(figures), ensure_ascii=False)],
        }
    )
