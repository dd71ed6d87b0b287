"""Assess the health of the pipes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import again, labels
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
            labels=labels.models(),
            default="auto",
            advanced=True,
        )
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
            tr("Health of pipes"),
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
            tr("Pipes in a worse class than in the last run, or whose rate grew much, with what happened."),
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
        self.add_number_output("WARNINGS", tr("Pipes that got worse"))
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
        return again.with_newest(job, self._assess)

    def _assess(self, job: Job) -> dict[str, Any]:
        from waternet_plugin.core.health import matching
        from waternet_plugin.core.health.assessment import FAILURE_COLUMNS, assess
        from waternet_plugin.core.health.crossings import crossings_of
        from waternet_plugin.core.health.forecast import forecast_of
        from waternet_plugin.core.health.inservice import PIPE_COLUMNS
        from waternet_plugin.core.health.matrix import check_weights
        from waternet_plugin.core.network import shutting
        from waternet_plugin.core.reports.health import figures_of, health_report, summary_lines
        from waternet_plugin.core.reports.risk import worsening_figures
        from waternet_plugin.processing.crossed import geometries_of, read_impact, read_worsening

        network = job.open_network()
        seen = network.position()
        settings = network.settings()
        check_weights(settings)
        today = datetime.date.today()
        as_of = job.date("AS_OF", today) or today
        if as_of > today:
            job.warn(
                tr("{as_of} lies ahead: nothing is on record of the time until then.").format(as_of=as_of)
            )

        job.progress.at(0.02, tr("Reading pipes and failures"))
        failure_columns = dict.fromkeys(
            [*FAILURE_COLUMNS, *matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS]
        )
        failures = network.read("failure", list(failure_columns))
        unmatched = bool(failures["match_state"].isna().any())
        ambiguous = bool((failures["match_state"] == matching.AMBIGUOUS).any())
        customers = network.read("customer", list(shutting.CUSTOMER_COLUMNS), geometry=False)
        peopled = bool(customers["pipe_id"].notna().any())
        rivers, railways = (geometries_of(job, name, network.crs) for name in ("RIVERS", "RAILWAYS"))
        crossed = rivers is not None or railways is not None
        wanted = dict.fromkeys(
            [
                *PIPE_COLUMNS,
                *("dma_id", "burial"),
                *(matching.PIPE_COLUMNS if unmatched or ambiguous else ()),
                *(shutting.PIPE_COLUMNS if peopled else ()),
            ]
        )
        needs_place = unmatched or ambiguous or peopled or crossed
        needs_place |= job.has("OUTPUT") or job.has("OUTPUT_WARNINGS")
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
        if peopled:
            job.progress.at(0.3, tr("Counting who loses water"))
        impact = read_impact(job, network, pipes, customers, settings)
        crossing = crossings_of(
            pipes["burial"],
            pipes["geom"].to_numpy() if crossed else None,
            rivers=rivers,
            railways=railways,
        )
        job.progress.at(0.4, tr("Assessing"))
        assessment = assess(
            pipes,
            known,
            as_of=as_of,
            window_start=job.date("WINDOW_START"),
            horizon_years=job.number("HORIZON"),
            match_radius_m=radius_m,
            model=job.choice("MODEL"),
            impact=impact,
            crossing=crossing,
            settings=settings,
            progress=job.progress.part(0.4, 0.6),
        )
        summary = assessment.summary
        if not summary.rated_pipes:
            message = tr("No water supply pipe was in use on {as_of}: there is nothing to assess.")
            raise InputError(message.format(as_of=as_of))

        job.progress.at(0.6, tr("Writing"))
        worse = read_worsening(network, assessment.pipes, known, as_of=as_of, settings=settings)
        figures = figures_of(summary)
        if worse is not None:
            figures["worse"] = worsening_figures(worse)
        with network.write("assess", seen=seen, progress=job.progress.part(0.6, 0.95)) as batch:
            # In the batch, so that two assessments at once are two runs.
            run_id = batch.next_id("assessment_run", "R")
            batch.name, batch.facts = f"{run_id} {as_of}", {"run_id": run_id}
            if matched is not None:
                batch.update("failure", matching.changed_matches(matched, failures))
            batch.insert("assessment_run", _run_row(job, run_id, summary, figures, settings))
            batch.insert("assessment", assessment.pipes.assign(run_id=run_id))
            output = None
            if job.has("OUTPUT"):
                shapes = pipes.set_index("pipe_id")["geom"].reindex(assessment.pipes["pipe_id"])
                frame = assessment.pipes.assign(geom=shapes.to_numpy(), **_cut_off(impact, assessment.rows))
                written = [*_COLUMNS, *(_DETAILS if job.flag("DETAILS") else ())]
                output = job.write_sink("OUTPUT", frame, written, geometry="LineStringZ", crs=network.crs)
            warned = _write_warnings(job, network, worse, pipes)
            report = ""
            if job.has("REPORT"):
                ahead = forecast_of(assessment, pipes, settings=settings)
                report = job.write_report(
                    "REPORT", health_report(summary, network=network.name, forecast=ahead, worse=worse)
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
            "OUTPUT_WARNINGS": warned,
            "WARNINGS": None if worse is None else len(worse.pipes),
        }


def _write_warnings(job: Job, network: Network, worse: Any, pipes: pd.DataFrame) -> str | None:
    """Write the pipes that got worse where they were asked for; none in the first run."""
    import geopandas as gpd
    import pandas as pd

    if not job.has("OUTPUT_WARNINGS"):
        return None
    rows = pd.DataFrame(columns=[name for name, _ in _WARNINGS]) if worse is None else worse.pipes
    shapes = pipes.set_index("pipe_id")["geom"].reindex(rows["pipe_id"])
    frame = rows.assign(geom=gpd.GeoSeries(shapes.to_numpy(), crs=network.crs).to_numpy())
    return job.write_sink("OUTPUT_WARNINGS", frame, _WARNINGS, geometry="LineStringZ", crs=network.crs)


def _cut_off(impact: Any, rows: Any) -> dict[str, Any]:
    """Return the columns of who loses water, unknown where nobody is known."""
    names = {"customers_cut": "customers", "households_cut": "households", "critical_cut": "critical"}
    return {
        column: float("nan") if impact is None else getattr(impact, name)[rows]
        for column, name in names.items()
    }


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
        "RIVERS": job.text("RIVERS"),
        "RAILWAYS": job.text("RAILWAYS"),
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
