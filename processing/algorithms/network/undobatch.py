"""Undo a batch."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class UndoBatch(WaterNetAlgorithm):
    """Take a whole batch back."""

    ID = "undobatch"
    GROUP = "network"
    ICON = "undobatch"
    WRITES = True
    KIND = "undo"
    TAGS = ("undo", "revert", "rollback", "撤销", "回退", "批次")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Undo batch")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Undoes one whole write: an adoption, a matching, an assessment, a plan, an edit. Rows that "
            "were changed later are never overwritten unasked: they stop the undo and are listed, stay as "
            "they are while the rest is undone, or lose their later changes too. Rows that refer to what is "
            "removed, such as the failures of a pipe, are counted first and listed. An undo is a batch too; "
            "undo it to redo the first one."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "BATCH", tr("Batch"), tr("Batch id, such as B0002. Empty: the last one that has not been undone.")
        )
        self.add_flag(
            "SKIP_CHANGED",
            tr("Leave rows that were changed later"),
            tr(
                "Undo the rest of the batch; the rows that were changed later stay as they are and are "
                "listed. Otherwise such rows stop the undo."
            ),
        )
        self.add_flag(
            "WITH_LATER",
            tr("Undo later changes of these rows too"),
            tr(
                "Undo all of the batch, with everything that was changed later of its rows: parts of its "
                "pipes, what was verified and attached. Nodes at which other pipes end stay."
            ),
        )
        self.add_text_outputs(
            BATCH_ID=tr("Batch of the undo"),
            UNDONE_BATCH=tr("Batch undone"),
        )
        self.add_number_outputs(
            ROWS=tr("Rows"),
            LEFT=tr("Rows left unchanged"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Undo it."""
        from waternet_plugin.store.changes.orphans import dependent_line, dependent_lines

        network = job.open_network()
        batch, skip, later = job.text("BATCH") or None, job.flag("SKIP_CHANGED"), job.flag("WITH_LATER")
        told = network.undoing(batch)
        job.tell(warnings=dependent_lines(told.dependents))
        undone = network.undo(told.batch_id, skip_changed=skip, with_later=later, progress=job.progress)
        text = tr("Batch {batch} has been undone, %n row(s); the undo is batch {undo}.", "", undone.rows)
        job.info(text.format(batch=undone.undone_batch, undo=undone.batch_id))
        if undone.left:
            text = (
                tr("Kept, because other rows need them: %n row(s)", "", len(undone.left))
                if later
                else tr("Not undone, because changed later: %n row(s)", "", len(undone.left))
            )
            job.warn(text)
            for name, asset in undone.left:
                job.info(f"{table(name).label} {asset}")
        job.tell(f"{dependent_line(orphan)}: {listed(orphan.assets)}" for orphan in undone.orphans)
        return {
            "BATCH_ID": undone.batch_id,
            "UNDONE_BATCH": undone.undone_batch,
            "ROWS": undone.rows,
            "LEFT": len(undone.left),
        }
