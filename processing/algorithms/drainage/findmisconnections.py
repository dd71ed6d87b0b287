"""Algorithm: find drains joined to the wrong system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.find_misconnections import MisconnectionRequest

_COLUMNS = [
    ("issue_id", "text"),
    ("rule", "text"),
    ("certainty", "text"),
    ("pipe_id", "text"),
    ("other_id", "text"),
    ("node_id", "text"),
    ("compound_id", "text"),
    ("outfall_id", "text"),
    ("way", "text"),
    ("users", "integer"),
    ("length_m", "real"),
    ("severity", "text"),
    ("priority", "integer"),
    ("reasons", "text"),
]


class FindMisconnections(WaterNetAlgorithm):
    """Tell which drains lead their water into the wrong system."""

    ID = "findmisconnections"
    GROUP = "drainage"
    WRITES = True
    TAGS = ("drain", "sewage", "storm", "misconnection", "illicit", "混接", "错接", "雨污", "分流", "排水")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Find misconnections")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Finds sewage that reaches storm drains, rain that reaches sewers, overflows without a weir and "
            "what is doubtful (rules M1 to M13), along the flow of the drains. Each finding names the two "
            "drains, the way to the outfall, and the customers and drains behind it. Crossing lines are not "
            "evidence; ends that are not joined but lie close are listed as near."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number(
            "NEAR",
            tr("Near, m"),
            tr("An end joined to nothing is looked at up to this distance from a drain of the other system."),
            default=0.5,
            between=(0.0, 5.0),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr("Keep the findings as issues, in one batch. Otherwise they are listed only."),
            default=False,
        )
        self.add_sink(
            "OUTPUT", tr("Misconnections"), tr("Every finding at its place, the most urgent first.")
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Findings by rule and one by one; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            MISCONNECTIONS=tr("Misconnections"),
            FINDINGS=tr("Findings"),
            PER_1000=tr("Per 1,000 ends of drains"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Find, and write one batch where that is asked for."""
        from waternet_plugin.core.reports.drainage.misconnections import joined_misconnections
        from waternet_plugin.operations.drainage.find_misconnections import (
            MisconnectionResult,
            find_misconnections,
        )

        network = job.open_network()

        def write(found: MisconnectionResult) -> None:
            layer: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
            job.write_sink("OUTPUT", found.found, _COLUMNS, **layer)
            job.write_report("REPORT", found.report)

        found = find_misconnections(network, self.request(job), job.progress, before_commit=write)
        job.tell(found.summary)
        return {
            "MISCONNECTIONS": len(joined_misconnections(found.found)),
            "FINDINGS": len(found.found),
            "PER_1000": None if found.per_1000 != found.per_1000 else round(found.per_1000, 3),
            "BATCH_ID": found.batch_id,
        }

    def request(self, job: Job) -> MisconnectionRequest:
        """Return the request."""
        from waternet_plugin.operations.drainage.find_misconnections import MisconnectionRequest

        return MisconnectionRequest(
            name=self.title(), near_m=float(job.number("NEAR")), store=job.flag("STORE")
        )
