"""Restore a backup."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class RestoreBackup(WaterNetAlgorithm):
    """Bring a backup back as a new file."""

    ID = "restorebackup"
    GROUP = "network"
    ICON = "restorebackup"
    TAGS = ("backup", "recover", "备份", "恢复")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Restore backup")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Copies a backup to a new network file, after checking that it is whole. The network in use is "
            "left as it is; open the restored one, compare, and go on with the one you trust."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_file(
            "BACKUP",
            tr("Backup"),
            tr("A file of the folder “backups” beside the network."),
            file_filter=tr("WaterNet network (*.gpkg)"),
        )
        self.add_file_output(
            "OUTPUT",
            tr("Restored network"),
            tr("A new file that ends in .gpkg."),
            tr("WaterNet network (*.gpkg)"),
            optional=False,
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Copy it."""
        from waternet_plugin import store

        path = store.restore_backup(job.file("BACKUP"), job.output_file("OUTPUT"))
        job.info(tr("The backup is restored to {path}.").format(path=path))
        return {"OUTPUT": str(path)}
