"""Check the network."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterExtent

from waternet_plugin.core.errors import InputError
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
    TAGS = ("check", "quality", "topology", "validate", "issue", "检查", "质量", "拓扑", "问题")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Check network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Looks for faults with a catalogue of more than a hundred rules: data that were read wrongly, "
            "topology, attributes, heights, systems that must not meet, and ledgers. What follows from a "
            "fault hangs under it. Issues that are accepted stay so; what is no longer found is fixed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "RULES",
            tr("Rules"),
            tr(
                "Rule ids, families (doctor, topology, attributes, heights, systems, ledgers) or severities "
                "(error, warning, info), separated by commas. Empty: all of them."
            ),
        )
        self._add(
            QgsProcessingParameterExtent("EXTENT", tr("Area"), optional=True),
            tr("Look only here. Rules about the whole network then do not run. Empty: everywhere."),
        )
        self.add_flag(
            "ONLY_CHANGED",
            tr("Only what changed"),
            tr("Look only around what was edited since the last check. The first check looks everywhere."),
        )
        self.add_sink("OUTPUT", tr("Issues"), tr("Every finding of this check with its state and root."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("What is wrong, rule by rule, and grades of areas; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_number_output("FINDINGS", tr("Findings"))
        self.add_number_output("ROOTS", tr("Findings that stand by themselves"))
        self.add_number_output("ERRORS", tr("Errors"))
        self.add_number_output("WARNINGS", tr("Warnings"))
        self.add_number_output("NEW", tr("New"))
        self.add_number_output("FIXED", tr("Fixed"))
        self.add_text_output("BATCH_ID", tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse rules that are not in the catalogue."""
        from waternet_plugin.core.quality.catalogue import chosen_rules

        chosen_rules(job.text("RULES"))

    def _extent(self, job: Job, crs: Any) -> Any:
        """Return the area asked for in the network's CRS, None for everywhere."""
        from waternet_plugin.bridge import sinks

        if not job.has("EXTENT"):
            return None
        box = self.parameterAsExtent(job.parameters, "EXTENT", job.context, sinks.qgis_crs(crs))
        if box.isNull() or not box.isFinite():
            message = tr("“{text}” is no area. Give it as xmin,xmax,ymin,ymax.")
            raise InputError(message.format(text=job.parameters["EXTENT"]))
        return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    def work(self, job: Job) -> dict[str, Any]:
        """Check and write one batch."""
        from waternet_plugin.core.quality.catalogue import chosen_rules
        from waternet_plugin.core.reports.quality import quality_report, summary_lines
        from waternet_plugin.store import checking

        network = job.open_network()
        checked = checking.check_network(
            network,
            rules=chosen_rules(job.text("RULES")),
            extent=self._extent(job, network.crs),
            only_changed=job.flag("ONLY_CHANGED"),
            progress=job.progress.part(0.0, 0.8),
        )
        made: dict[str, Any] = {}
        written = checked

        def outputs(final: checking.Checked) -> None:
            nonlocal written
            written = final
            layer = checking.issue_layer(final, network.crs)
            made["OUTPUT"] = job.write_sink("OUTPUT", layer, _COLUMNS, geometry="Point", crs=network.crs)
            made["REPORT"] = job.write_report(
                "REPORT",
                quality_report(
                    final.changes.frame,
                    final.changes.counts,
                    final.grades,
                    final.findings.counts,
                    whole=final.whole,
                    network=network.name,
                    followed=final.followed,
                ),
            )

        job.progress.at(0.8, tr("Writing"))
        batch_id = checking.write_issues(
            network, checked, name=self.title(), within=outputs, progress=job.progress.part(0.8, 1.0)
        )
        counts, frame = written.changes.counts, written.changes.frame
        for line in summary_lines(frame, counts, whole=checked.whole, followed=checked.followed):
            job.info(line)
        roots = frame[frame["root"].isna()]
        return {
            **made,
            "FINDINGS": len(frame),
            "ROOTS": len(roots),
            "ERRORS": int((roots["severity"] == "error").sum()),
            "WARNINGS": int((roots["severity"] == "warning").sum()),
            "NEW": counts["new"],
            "FIXED": counts["fixed"],
            "BATCH_ID": batch_id,
        }
