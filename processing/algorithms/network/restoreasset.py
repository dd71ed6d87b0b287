"""Bring back what an asset was."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.processing.base import LARGEST_WHOLE, WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class RestoreAsset(WaterNetAlgorithm):
    """Make an asset, or some of its values, what they were before an entry of the change log."""

    ID = "restoreasset"
    GROUP = "network"
    ICON = "undobatch"
    WRITES = True
    KIND = "revert"
    TAGS = ("history", "restore", "revert", "deleted", "恢复", "还原", "历史", "误删")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Restore asset")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Makes an asset, or only some of its fields, what it was before an entry of the change log; a "
            "deleted asset comes back. This is a new batch, which can be undone; the log keeps everything. "
            "Refused where the asset was not there then, its id is taken, an asset that it names is gone, or "
            "the end of a pipe would leave its node. To take back a whole batch, use “Undo batch”."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("TABLE", tr("Table"), tr("Name of a table, such as pipe or node."), default="pipe")
        self.add_text("ASSET", tr("Asset"), tr("Id that the asset has now, or had last if it is deleted."))
        self.add_number(
            "SEQ",
            tr("Entry of the change log"),
            tr(
                "The state before this entry comes back; “List changes” shows the numbers. Empty: the last "
                "one."
            ),
            between=(1, LARGEST_WHOLE),
            integer=True,
        )
        self.add_text(
            "FIELDS",
            tr("Fields"),
            tr("Names of fields, separated by semicolons; geom for the geometry. Empty: all."),
        )
        self.add_text_outputs(
            BATCH_ID=tr("Batch"),
        )
        self.add_number_outputs(
            ROWS=tr("Rows"),
        )

    def check(self, job: Job) -> None:
        """Refuse a run that names no asset."""
        for name in ("TABLE", "ASSET"):
            if not job.text(name):
                raise InputError(
                    tr("{name} is empty. Say which asset to restore, with TABLE and ASSET.").format(name=name)
                )

    def work(self, job: Job) -> dict[str, Any]:
        """Restore it."""
        from waternet_plugin.store.changes.asset_changes import Restoring

        self.check(job)
        names = tuple(name.strip() for name in job.text("FIELDS").split(";") if name.strip())
        seq = job.integer("SEQ") if job.has("SEQ") else None
        request = Restoring(job.text("TABLE"), job.text("ASSET"), seq, names)
        done = job.open_network().restore_asset(request)
        if done.came_back:
            text = tr("{asset} is back in the network, as batch {batch}.")
            job.info(text.format(asset=done.asset, batch=done.batch_id))
        else:
            said = tr("{asset}: restored {fields}, as batch {batch}.").format(
                asset=done.asset, fields=listed(done.fields), batch=done.batch_id
            )
            job.info(said)
        return {"BATCH_ID": done.batch_id, "ROWS": 1}
