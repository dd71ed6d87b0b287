"""Check the network."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterExtent

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.catalogue import chosen_rules
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("issue_id", "text"),
    ("rule_id", "text"),
    ("severity", "text"),
    ("assets", "text"),
    ("text", "text"),
    ("fix", "text"),
    ("state", "text"),
    ("state_reason", "text"),
    ("root", "text"),
]


class CheckNetwork(WaterNetAlgorithm):
    """Run the catalogue of checks and keep what it finds as issues."""

    ID = "checknetwork"
    GROUP = "quality"
    ICON = "checknetwork"
    WRITES = True
    TAGS = ("check", "quality", "topology", "validate", "issue", "检查", "质量", "拓扑", "问题")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Check network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Looks for errors with a catalogue of more than a hundred rules: data that were read wrongly, "
            "topology, attributes, heights, systems that must not be connected, and records. What follows "
            "from an error is listed under it. Accepted issues stay accepted; those no longer found are "
            "marked as fixed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "RULES",
            tr("Rules"),
            tr(
                "Rule ids, families (doctor, topology, attributes, heights, systems, dma, ledgers) or "
                "severities (error, warning, info), separated by commas. Empty: all of them."
            ),
        )
        self._add(
            QgsProcessingParameterExtent("EXTENT", tr("Area"), optional=True),
            tr("Check only this area. Rules about the whole network are then skipped. Empty: everywhere."),
        )
        self.add_flag(
            "ONLY_CHANGED",
            tr("Only what changed"),
            tr("Check only around what was edited since the last check. The first check looks everywhere."),
        )
        self.add_sink(
            "OUTPUT", tr("Issues"), tr("Every finding of this check with its state and root cause.")
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("What is wrong, rule by rule, and grades of areas; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            FINDINGS=tr("Findings"),
            ROOTS=tr("Findings that are not caused by others"),
            ERRORS=tr("Errors"),
            WARNINGS=tr("Warnings"),
            NEW=tr("New"),
            FIXED=tr("Fixed"),
        )
        self.add_text_outputs(
            BATCH_ID=tr("Batch"),
        )

    def check(self, job: Job) -> None:
        """Refuse rules that are not in the catalogue."""
        chosen_rules(job.text("RULES"))

    def _extent(self, job: Job, crs: Any) -> Any:
        """Return the area asked for in the network's CRS, None for everywhere."""
        from waternet_plugin.bridge import sinks

        if not job.has("EXTENT"):
            return None
        box = self.parameterAsExtent(job.parameters, "EXTENT", job.context, sinks.qgis_crs(crs))
        if box.isNull() or not box.isFinite():
            message = tr("“{text}” is not a valid area. Give it as xmin,xmax,ymin,ymax.")
            raise InputError(message.format(text=job.parameters["EXTENT"]))
        return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    def work(self, job: Job) -> dict[str, Any]:
        """Check and write one batch."""
        from waternet_plugin.operations.checks.record_check import CheckRequest, CheckResult, record_check

        network = job.open_network()
        request = CheckRequest(
            name=self.title(),
            rules=tuple(chosen_rules(job.text("RULES"))),
            extent=self._extent(job, network.crs),
            only_changed=job.flag("ONLY_CHANGED"),
        )

        def write(done: CheckResult) -> None:
            job.write_sink("OUTPUT", done.issues, _COLUMNS, geometry="Point", crs=network.crs)
            job.write_report("REPORT", done.report)

        done = record_check(network, request, job.progress, before_commit=write)
        job.tell(done.summary)
        figures = {name.upper(): count for name, count in done.figures.items()}
        return {**figures, "BATCH_ID": done.batch_id}
