"""Restore a backup."""

from __future__ import annotations

import os
from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class RestoreBackup(WaterNetAlgorithm):
    """Bring a backup back: as a new file, or in place."""

    ID = "restorebackup"
    GROUP = "network"
    ICON = "restorebackup"
    WRITES = True
    TAGS = ("backup", "recover", "备份", "恢复")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Restore backup")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Copies a backup to a new network file, after checking that it is complete; or, in place, "
            "returns the network to the state of the backup. The current state is backed up first, so that "
            "this can be undone in the same way. Nobody else may have the network open."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_file(
            "BACKUP",
            tr("Backup"),
            tr("A file in the folder “backups” next to the network."),
            file_filter=tr("WaterNet network (*.gpkg)"),
        )
        self.add_flag(
            "IN_PLACE",
            tr("Restore in place"),
            tr("Return the network itself to the state of the backup; OUTPUT then stays empty."),
        )
        self.add_file_output(
            "OUTPUT",
            tr("Restored network"),
            tr("A new file ending in .gpkg; NETWORK is not needed then."),
            tr("WaterNet network (*.gpkg)"),
            is_network=True,
        )
        self.add_text_outputs(
            KEPT=tr("Backup of the previous state"),
            BATCH_ID=tr("Batch"),
        )

    def check(self, job: Job) -> None:
        """Refuse to be told two places, or none."""
        if job.flag("IN_PLACE") == job.has("OUTPUT"):
            raise InputError(
                tr("Give either OUTPUT, a new file, or IN_PLACE, to replace the network by the backup.")
            )

    def work(self, job: Job) -> dict[str, Any]:
        """Copy it, or put it back."""
        from waternet_plugin import store

        backup = job.file("BACKUP")
        if not job.flag("IN_PLACE"):
            path = store.restore_backup(backup, job.output_file("OUTPUT"))
            job.info(tr("The backup was restored to {path}.").format(path=path))
            return {"OUTPUT": str(path)}
        network = job.network_address()
        done = store.put_backup_back(network, backup, progress=job.progress)
        if done.is_of_another:
            warning = tr("{backup} is not a backup of {network}, but of another network.")
            job.warn(warning.format(backup=os.path.basename(backup), network=store.parse(network).name))
        told = tr("{network} is now in the state of {backup}; its previous state is kept in {kept}.")
        job.info(told.format(network=network, backup=os.path.basename(backup), kept=done.backup))
        return {"KEPT": str(done.backup), "BATCH_ID": done.batch_id}
