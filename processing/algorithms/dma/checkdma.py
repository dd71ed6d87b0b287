"""Check metered areas."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_ZONE_COLUMNS = [
    ("zone_id", "text"),
    ("verdict", "text"),
    ("customers", "integer"),
    ("households", "integer"),
    ("length_m", "real"),
    ("volume_m3", "real"),
    ("inlets", "integer"),
    ("outlets", "integer"),
    ("open_crossings", "integer"),
    ("parts", "integer"),
    ("unknown_valves", "integer"),
    ("changes", "text"),
    ("confirmed", "text"),
    ("name", "text"),
    ("level", "integer"),
    ("parent_id", "text"),
]
_FINDING_COLUMNS = [
    ("code", "text"),
    ("rule_id", "text"),
    ("zone_id", "text"),
    ("severity", "text"),
    ("assets", "text"),
    ("root", "text"),
    ("text", "text"),
    ("fix", "text"),
    ("issue_id", "text"),
]


class CheckDma(WaterNetAlgorithm):
    """Tell which metered areas are proven closed, and what is wrong with the others."""

    ID = "checkdma"
    GROUP = "dma"
    ICON = "checkdma"
    WRITES = True
    TAGS = ("dma", "metered area", "zone", "boundary", "meter", "check", "分区", "计量", "边界", "检查")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Check metered areas")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Reports for each district metered area (DMA) whether it is proven closed: connected inside, "
            "every crossing of its boundary metered or closed, fed by a source. Valves of unknown state are "
            "taken as closed and as open; if an area is valid only when they are closed, it is not "
            "provable, and the valves to look at are named. Where the Python package networkx is installed, "
            "it proves each area a second time; where the two proofs differ, the area is not provable. "
            "Pressures are not checked."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "ZONES",
            tr("Metered areas"),
            tr("Ids of the zones to check, separated by commas. Empty: all of them."),
        )
        self.add_text(
            "SCENARIO",
            tr("Scenario"),
            tr("Id or name of a scenario to check. Empty: the network as it is."),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr("Store verdicts, figures and findings, in one batch. Otherwise they are listed only."),
            default=True,
        )
        self.add_sink("OUTPUT", tr("Metered areas"), tr("Every area with its verdict and figures."))
        self.add_sink(
            "OUTPUT_FINDINGS",
            tr("Findings"),
            tr("Every finding once for each area that it belongs to; root names the finding that causes it."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Verdicts, and a section for every area; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            VALID=tr("Valid"),
            NOT_VALID=tr("Not valid"),
            NOT_PROVABLE=tr("Not provable"),
            CONFIRMED=tr("Confirmed by a second proof"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Check and write one batch."""
        from waternet_plugin.core.dma.zone_tree import zone_names
        from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, ZoneCheckResult, check_dma

        network = job.open_network()
        request = ZoneCheckRequest(
            name=self.title(),
            zones=zone_names(job.text("ZONES")),
            scenario=job.text("SCENARIO").strip(),
            store=job.flag("STORE"),
        )

        def write(done: ZoneCheckResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT", done.zones, _ZONE_COLUMNS, "MultiPolygon"),
                ("OUTPUT_FINDINGS", done.findings, _FINDING_COLUMNS, "Point"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            job.write_report("REPORT", done.report)

        done = check_dma(network, request, job.progress, before_commit=write)
        job.tell(done.summary)
        many = done.zones["verdict"].value_counts()
        return {
            "VALID": int(many.get("valid", 0)),
            "NOT_VALID": int(many.get("not_valid", 0)),
            "NOT_PROVABLE": int(many.get("not_provable", 0)),
            "CONFIRMED": done.confirmed,
            "BATCH_ID": done.batch_id,
        }
