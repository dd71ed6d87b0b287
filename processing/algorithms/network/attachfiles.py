"""Algorithm: keep photos and documents of an asset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.attachments.attach_files import AttachRequest


class AttachFiles(WaterNetAlgorithm):
    """Copy photos and documents beside the network and enter them for an asset."""

    ID = "attachfiles"
    GROUP = "network"
    ICON = "network"
    WRITES = True
    TAGS = ("photo", "document", "attachment", "picture", "照片", "文件", "附件", "图片")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Attach photos and documents")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Copies photos and documents into the folder beside the network and enters them for an asset: a "
            "pipe, a node, a compound, a user, a work item. The form of the asset lists and opens them. Move "
            "the folder together with the network. This is a batch; undoing it removes the entries."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "TABLE", tr("Table"), tr("Name of a table, such as pipe, node or compound."), default="node"
        )
        self.add_text("ASSET", tr("Asset"), tr("Id of the asset."))
        self.add_text(
            "FILES",
            tr("Files"),
            tr("Photos (jpg, png, tif, webp, heic) and PDF files, separated by semicolons."),
        )
        self.add_number_outputs(ROWS=tr("Files added"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> AttachRequest:
        """Return the request."""
        from pathlib import Path

        from waternet_plugin.operations.attachments.attach_files import AttachRequest

        files = tuple(Path(one.strip()) for one in job.text("FILES").split(";") if one.strip())
        return AttachRequest(job.text("TABLE").strip(), job.text("ASSET"), files)

    def work(self, job: Job) -> dict[str, Any]:
        """Copy the files and enter them."""
        from waternet_plugin.operations.attachments.attach_files import attach_files

        done = attach_files(job.open_network(), self.request(job), job.progress)
        job.tell([done.sentence])
        return {"ROWS": done.added, "BATCH_ID": done.batch_id}
