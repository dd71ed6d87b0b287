"""Repair the network."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import again
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_CHANGES = [
    ("issue_id", "text"),
    ("table", "text"),
    ("asset", "text"),
    ("field", "text"),
    ("before", "text"),
    ("after", "text"),
]
_REFUSED = [("issue_id", "text"), ("rule_id", "text"), ("reason", "text")]


class RepairNetwork(WaterNetAlgorithm):
    """Mend issues by their remedies, or fill in what an inventory knows."""

    ID = "repairnetwork"
    GROUP = "quality"
    ICON = "repairnetwork"
    TAGS = ("repair", "fix", "snap", "split", "merge", "join", "inventory", "修复", "打断", "合并", "台账")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Repair network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Mends issues in one batch that can be undone: joins ends, splits pipes at tees and assets, "
            "makes one of what was drawn twice, adds and names nodes, turns what is the wrong way round, "
            "fills in from both neighbours with a mark. What is doubtful is refused and listed. With an "
            "inventory it fills what is unknown of pipes by their ids instead."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "ISSUES",
            tr("Issues"),
            tr(
                "Ids of issues, or of rules for all their findings, separated by commas. Empty: every open "
                "error and warning that stands by itself and has a remedy."
            ),
        )
        self.add_flag(
            "DRY_RUN", tr("Dry run"), tr("Show before and after in REPORT and OUTPUT, write nothing.")
        )
        self.add_text(
            "INVENTORY",
            tr("Inventory"),
            tr("A table to join by id: a path, or path|layername=name. Empty: repair issues."),
            advanced=True,
        )
        self.add_text(
            "MAPPING",
            tr("Mapping of the inventory"),
            tr("JSON file or text as for adopting; its pipe_id names the inventory's id."),
            advanced=True,
        )
        self.add_text(
            "JOIN",
            tr("Column of the network"),
            tr("Column of our pipes that holds the inventory's id."),
            default="pipe_id",
            advanced=True,
        )
        self.add_sink("OUTPUT", tr("Changes"), tr("Every field of every asset before and after."))
        self.add_sink("REFUSED", tr("Refused"), tr("Issues that need a person's judgement, with the reason."))
        self.add_file_output(
            "REPORT", tr("Report"), tr("Before and after; figures as .json beside it."), "HTML (*.html)"
        )
        self.add_number_output("ISSUES_REPAIRED", tr("Repaired"))
        self.add_number_output("ISSUES_REFUSED", tr("Refused"))
        self.add_number_output("CHANGES", tr("Changes"))
        self.add_text_output("BATCH_ID", tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse an inventory without a mapping, or with issues."""
        if job.has("INVENTORY") and job.has("ISSUES"):
            raise InputError(tr("Give either INVENTORY or ISSUES, not both."))
        if job.has("INVENTORY") and not job.has("MAPPING"):
            raise InputError(tr("Give a MAPPING that says which column of the inventory fills which field."))

    def work(self, job: Job) -> dict[str, Any]:
        """Plan, and write one batch unless it is a dry run."""
        return again.with_newest(job, self._join if job.has("INVENTORY") else self._repair)

    def _repair(self, job: Job) -> dict[str, Any]:
        from waternet_plugin.core.reports import repairs
        from waternet_plugin.store import repairing

        network = job.open_network()
        dry_run = job.flag("DRY_RUN")
        plan = repairing.plan_repairs(network, job.text("ISSUES"), progress=job.progress.part(0.0, 0.7))
        done = plan.repaired
        steps = repairing.shown_steps(done.steps)
        made: dict[str, Any] = {}

        def outputs() -> None:
            made["OUTPUT"] = job.write_sink("OUTPUT", steps, _CHANGES)
            made["REFUSED"] = job.write_sink("REFUSED", done.refused, _REFUSED)
            report = repairs.repair_report(done, network=network.name, dry_run=dry_run)
            made["REPORT"] = job.write_report("REPORT", report)

        batch_id = ""
        if dry_run or done.is_empty:
            outputs()
        else:
            job.progress.at(0.7, tr("Writing"))
            batch_id = repairing.write_repairs(
                network, plan, name=self.title(), within=outputs, progress=job.progress.part(0.7, 1.0)
            )
        for line in repairs.summary_lines(done, dry_run=dry_run):
            job.info(line)
        for reason in done.refused["reason"].head(20):
            job.info(str(reason))
        return {
            **made,
            "ISSUES_REPAIRED": len(done.done),
            "ISSUES_REFUSED": len(done.refused),
            "CHANGES": len(steps),
            "BATCH_ID": batch_id,
        }

    def _join(self, job: Job) -> dict[str, Any]:
        from waternet_plugin.core.reports import repairs
        from waternet_plugin.store import foreign, repairing

        network = job.open_network()
        dry_run = job.flag("DRY_RUN")
        job.progress.at(0.05, tr("Reading the inventory"))
        inventory = foreign.read_foreign(job.text("INVENTORY"))
        filling = repairing.plan_inventory(network, inventory, job.text("MAPPING"), key=job.text("JOIN"))
        joined = filling.joined
        steps = repairing.shown_steps(tuple(("", step) for step in joined.steps))
        made: dict[str, Any] = {}

        def outputs() -> None:
            made["OUTPUT"] = job.write_sink("OUTPUT", steps, _CHANGES)
            report = repairs.inventory_report(joined, network=network.name, dry_run=dry_run)
            made["REPORT"] = job.write_report("REPORT", report)
            job.info(report.lead)

        batch_id = ""
        if dry_run or not len(joined.updated):
            outputs()
        else:
            batch_id = repairing.write_inventory(
                network, filling, name=self.title(), within=outputs, progress=job.progress.part(0.5, 1.0)
            )
        return {
            **made,
            "ISSUES_REPAIRED": 0,
            "ISSUES_REFUSED": 0,
            "CHANGES": len(steps),
            "BATCH_ID": batch_id,
        }
