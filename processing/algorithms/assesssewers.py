"""Assess the condition of drains."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.store import Network

_COLUMNS = [
    ("pipe_id", "text"),
    ("system", "text"),
    ("structural_grade", "integer"),
    ("functional_grade", "integer"),
    ("inspected_on", "date"),
    ("bad_now", "real"),
    ("likelihood", "real"),
    ("blockages_per_100km_y", "real"),
    ("class", "text"),
    ("evidence", "text"),
    ("reasons", "text"),
]


class AssessSewers(WaterNetAlgorithm):
    """Say how likely each drain is in bad condition."""

    ID = "assesssewers"
    GROUP = "health"
    ICON = "assesshealth"
    TAGS = ("drain", "sewer", "CCTV", "inspection", "condition", "排水", "污水", "雨水", "电视检测", "缺陷")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Assess the condition of drains")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Says of every drain how likely it is in bad structural condition, now and in some years, from "
            "its inspections (grades as given), the inspections of its material, and published lives; how "
            "often it is blocked; and which class it belongs to. Nothing in the network changes: the kept "
            "assessments are those of supply pipes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Day of the assessment, YYYY-MM-DD; what came later is not looked at. Empty: today."),
        )
        self.add_number(
            "HORIZON", tr("Horizon, years"), tr("Years ahead that the likelihood covers."), default=5
        )
        self.add_sink(
            "OUTPUT",
            tr("Condition of drains"),
            tr("Every drain with grades, likelihood, blockages, class, evidence and reasons."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Classes, inspections against lives, what was left out; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_number_output("DRAINS", tr("Drains"))
        self.add_number_output("DRAINS_RATED", tr("Drains assessed"))
        self.add_number_output("DRAINS_INSPECTED", tr("Drains inspected"))
        self.add_number_output("KM_RENEW_NOW", tr("km to renew now"))
        self.add_number_output("KM_PRIORITY", tr("km of priority renewal"))

    def check(self, job: Job) -> None:
        """Refuse dates and years that make no sense."""
        job.date("AS_OF")
        if not job.number("HORIZON") > 0:
            raise InputError(tr("The horizon must be a number of years above 0."))

    def work(self, job: Job) -> dict[str, Any]:
        """Read drains and inspections, assess, and write the outputs."""
        from waternet_plugin.core.health import inspected, sewers
        from waternet_plugin.core.reports.sewers import sewers_report, summary_lines

        network = job.open_network()
        today = datetime.date.today()
        job.progress.at(0.02, tr("Reading drains and inspections"))
        pipes = network.read("pipe", list(sewers.PIPE_COLUMNS), geometry=job.has("OUTPUT"))
        found = sewers.assess_sewers(
            pipes,
            network.read("inspection", list(inspected.INSPECTION_COLUMNS), geometry=False),
            network.read("defect", list(inspected.DEFECT_COLUMNS), geometry=False),
            _blockages(network),
            as_of=job.date("AS_OF", today) or today,
            horizon_years=job.number("HORIZON"),
            settings=network.settings(),
        )
        job.progress.at(0.7, tr("Writing"))
        summary, output = found.summary, None
        if not summary.pipes:
            raise InputError(tr("The network has no drains in use: there is nothing to assess."))
        if job.has("OUTPUT"):
            shapes = pipes.set_index("pipe_id")["geom"].reindex(found.pipes["pipe_id"])
            frame = found.pipes.assign(geom=shapes.to_numpy())
            output = job.write_sink("OUTPUT", frame, _COLUMNS, geometry="LineStringZ", crs=network.crs)
        for line in summary_lines(summary):
            job.info(line)
        return {
            "OUTPUT": output,
            "REPORT": job.write_report("REPORT", sewers_report(summary, network=network.name)),
            "DRAINS": summary.pipes,
            "DRAINS_RATED": summary.rated_pipes,
            "DRAINS_INSPECTED": summary.inspected_pipes,
            "KM_RENEW_NOW": round(summary.class_km["renew_now"], 3),
            "KM_PRIORITY": round(summary.class_km["priority"], 3),
        }


def _blockages(network: Network) -> pd.DataFrame:
    """Return failures on pipes and cleanings of pipes; the drains among them are blockages."""
    import pandas as pd

    failures = network.read("failure", ["pipe_id", "reported_pipe_id", "date"], geometry=False)
    of_failure = failures["pipe_id"].fillna(failures["reported_pipe_id"])
    cleaned = network.read(
        "work_item", ["asset", "closed_on", "opened_on"], where={"type": "clean"}, geometry=False
    )
    return pd.concat(
        [
            pd.DataFrame({"pipe_id": of_failure, "date": failures["date"]}),
            pd.DataFrame(
                {"pipe_id": cleaned["asset"], "date": cleaned["closed_on"].fillna(cleaned["opened_on"])}
            ),
        ],
        ignore_index=True,
    )
