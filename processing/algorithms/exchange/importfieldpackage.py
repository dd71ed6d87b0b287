"""Algorithm: take up what a crew brings back from the field."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = ["table", "uuid", "asset", "verdict", "field", "ours", "theirs", "reason"]


class ImportFieldPackage(WaterNetAlgorithm):
    """Compare a package with what was given and with what is there now, and take its changes up."""

    ID = "importfieldpackage"
    GROUP = "exchange"
    ICON = "network"
    WRITES = True
    KIND = "field"
    TAGS = (
        "field",
        "qfield",
        "mergin",
        "crew",
        "offline",
        "conflict",
        "外业",
        "现场",
        "班组",
        "冲突",
        "回收",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Take up a field package")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Compares a package that came back from the field with what was given and with what the network "
            "holds now. What the crew alone changed is taken; what both changed is a conflict and stays as "
            "it is until DECISIONS says which side holds. New points are entered as a survey, photos become "
            "attachments, rows that the crew deleted are listed. This is one batch, undone as a whole."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("INPUT", tr("Package"), tr("The folder that came back, or its .gpkg."))
        self.add_text(
            "DECISIONS",
            tr("Decisions"),
            tr(
                "JSON file or text: “default” (ours: the network, theirs: the crew) for all conflicts, "
                "“rows” with the side of a row, or of its fields, by UUID, “delete” (true, or UUIDs) for "
                "rows that the crew deleted, “again” (true) to read once more what was read before."
            ),
        )
        self.add_flag("DRY_RUN", tr("Dry run"), tr("Only report what would be taken up."))
        self.add_sink("OUTPUT_ROWS", tr("Verdicts"), tr("Each changed cell, and each unchanged row."))
        self.add_number_outputs(
            ROWS_IN=tr("Rows read"),
            TAKEN=tr("Rows taken"),
            CONFLICT=tr("Rows in conflict"),
            REJECTED=tr("Rows rejected"),
            SAME=tr("Rows unchanged"),
            GONE=tr("Rows deleted by the crew"),
        )
        self.add_text_outputs(PACKAGE=tr("Package"), BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse decisions that can't be read."""
        from waternet_plugin.core.fieldwork.field_decisions import read_decisions

        read_decisions(job.text("DECISIONS"))

    def work(self, job: Job) -> dict[str, Any]:
        """Compare and write."""
        from pathlib import Path

        from waternet_plugin.core.fieldwork.field_decisions import read_decisions
        from waternet_plugin.core.frames import made_of
        from waternet_plugin.operations.fieldwork.import_field_package import (
            FieldReturn,
            FieldReturnRequest,
            import_field_package,
        )

        request = FieldReturnRequest(
            Path(job.file("INPUT")), read_decisions(job.text("DECISIONS")), job.flag("DRY_RUN")
        )

        def write(done: FieldReturn) -> None:
            frame = made_of(
                {name: [getattr(one, name) or None for one in done.verdicts] for name in _COLUMNS}
            )
            job.write_sink("OUTPUT_ROWS", frame, [(name, "text") for name in _COLUMNS])

        done = import_field_package(job.open_network(), request, job.progress, before_commit=write)
        job.tell([done.sentence], warnings=done.notes)
        counts = {name.upper(): done.rows[name] for name in ("taken", "conflict", "rejected", "same", "gone")}
        return {
            "ROWS_IN": done.rows_in,
            **counts,
            "PACKAGE": done.package_id,
            "BATCH_ID": done.batch_id,
        }
