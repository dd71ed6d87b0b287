"""Repair the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.checks.repair_issues import RepairRequest

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
    WRITES = True
    KIND = "repair"
    TAGS = ("repair", "fix", "snap", "split", "merge", "join", "inventory", "修复", "打断", "合并", "台账")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Repair network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Repairs issues in one batch that can be undone: joins ends, splits pipes at tees and assets, "
            "merges what was drawn twice, adds and names nodes, turns what is the wrong way round, fills in "
            "from both neighbours and marks it. What is doubtful is refused and listed. With an inventory "
            "it instead fills in unknown fields of pipes by their ids."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "ISSUES",
            tr("Issues"),
            tr(
                "Ids of issues, or of rules for all their findings, separated by commas. Empty: every open "
                "error and warning that is not caused by another and can be repaired."
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
            tr("JSON file or text as for adopting; its pipe_id gives the inventory's column of ids."),
            advanced=True,
        )
        self.add_text(
            "JOIN",
            tr("Column of the network"),
            tr("Column of our pipes that contains the inventory's id."),
            default="pipe_id",
            advanced=True,
        )
        self.add_sink("OUTPUT", tr("Changes"), tr("Every field of every asset before and after."))
        self.add_sink("REFUSED", tr("Refused"), tr("Issues that need a person's judgement, with the reason."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Before and after; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            ISSUES_REPAIRED=tr("Repaired"),
            ISSUES_REFUSED=tr("Refused"),
            CHANGES=tr("Changes"),
        )
        self.add_text_outputs(
            BATCH_ID=tr("Batch"),
        )

    def request(self, job: Job) -> RepairRequest:
        """Return the request."""
        from waternet_plugin.operations.checks.repair_issues import RepairRequest

        return RepairRequest(
            name=self.title(),
            issues=job.text("ISSUES"),
            dry_run=job.flag("DRY_RUN"),
            inventory=job.text("INVENTORY"),
            mapping=job.text("MAPPING"),
            join_column=job.text("JOIN"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Plan, and write one batch unless it is a dry run."""
        from waternet_plugin.operations.rows.newest_rows import with_newest_rows

        def repair(notes: tuple[str, ...]) -> dict[str, Any]:
            job.tell(warnings=notes)
            return self._repair(job)

        return with_newest_rows(repair, job.progress)

    def _repair(self, job: Job) -> dict[str, Any]:
        from waternet_plugin.operations.checks.repair_issues import RepairResult, repair_issues

        def write(done: RepairResult) -> None:
            job.write_sink("OUTPUT", done.steps, _CHANGES)
            if done.refused is not None:
                job.write_sink("REFUSED", done.refused, _REFUSED)
            job.write_report("REPORT", done.report)

        done = repair_issues(job.open_network(), self.request(job), job.progress, before_commit=write)
        job.tell(done.summary)
        return {
            "ISSUES_REPAIRED": done.repaired_count,
            "ISSUES_REFUSED": 0 if done.refused is None else len(done.refused),
            "CHANGES": len(done.steps),
            "BATCH_ID": done.batch_id,
        }
