"""Undo a batch."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class UndoBatch(WaterNetAlgorithm):
    """Take a whole batch back."""

    ID = "undobatch"
    GROUP = "network"
    ICON = "undobatch"
    TAGS = ("undo", "revert", "rollback", "撤销", "回退", "批次")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Undo batch")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Takes one whole write back: an adoption, a matching, an assessment, a plan, an edit. Rows that "
            "were changed later are never overwritten: they stop the undo and are listed. An undo is a batch "
            "too; undo it to do the first one again."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "BATCH", tr("Batch"), tr("Batch id, such as B0002. Empty: the last one that is not undone.")
        )
        self.add_text_output("BATCH_ID", tr("Batch of the undo"))
        self.add_text_output("UNDONE_BATCH", tr("Batch undone"))
        self.add_number_output("ROWS", tr("Rows"))

    def work(self, job: Job) -> dict[str, Any]:
        """Undo it."""
        undone = job.open_network().undo(job.text("BATCH") or None, progress=job.progress)
        text = tr("Batch {batch} is undone, %n row(s); the undo is batch {undo}.", "", undone.rows)
        job.info(text.format(batch=undone.undone_batch, undo=undone.batch_id))
        return {"BATCH_ID": undone.batch_id, "UNDONE_BATCH": undone.undone_batch, "ROWS": undone.rows}
