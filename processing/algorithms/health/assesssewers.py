"""Assess the condition of drains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.health.assess_sewers import SewersRequest

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
            "Estimates for every drain how likely it is to be in bad structural condition, now and in some "
            "years, from its inspections (grades as given), the inspections of its material, and published "
            "service lives; how often it is blocked; and which class it belongs to. Nothing in the network "
            "changes: the assessments kept are those of supply pipes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Date of the assessment, YYYY-MM-DD; later records are ignored. Empty: today."),
        )
        self.add_number(
            "HORIZON",
            tr("Horizon, years"),
            tr("Number of years ahead that the likelihood covers."),
            default=5,
            between=(0, 100),
        )
        self.add_sink(
            "OUTPUT",
            tr("Condition of drains"),
            tr("Every drain with grades, likelihood, blockages, class, evidence and reasons."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr(
                "Classes, inspections compared with service lives, what was left out; figures in a .json "
                "file next to it."
            ),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            DRAINS=tr("Drains"),
            DRAINS_RATED=tr("Drains assessed"),
            DRAINS_INSPECTED=tr("Drains inspected"),
            KM_RENEW_NOW=tr("km to renew now"),
            KM_PRIORITY=tr("km of priority renewal"),
        )

    def request(self, job: Job) -> SewersRequest:
        """Return the request."""
        from waternet_plugin.operations.health.assess_sewers import SewersRequest

        return SewersRequest(job.date("AS_OF"), job.number("HORIZON"), with_geometry=job.has("OUTPUT"))

    def work(self, job: Job) -> dict[str, Any]:
        """Assess, and write the outputs."""
        from waternet_plugin.operations.health.assess_sewers import assess_sewers

        network = job.open_network()
        found = assess_sewers(network, self.request(job), job.progress)
        summary, output = found.summary, None
        if job.has("OUTPUT"):
            layer: dict[str, Any] = {"geometry": "LineStringZ", "crs": network.crs}
            output = job.write_sink("OUTPUT", found.drains, _COLUMNS, **layer)
        job.tell(found.lines)
        return {
            "OUTPUT": output,
            "REPORT": job.write_report("REPORT", found.report),
            "DRAINS": summary.pipes,
            "DRAINS_RATED": summary.rated_pipes,
            "DRAINS_INSPECTED": summary.inspected_pipes,
            "KM_RENEW_NOW": round(summary.class_km["renew_now"], 3),
            "KM_PRIORITY": round(summary.class_km["priority"], 3),
        }
