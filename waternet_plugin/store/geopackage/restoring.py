"""Bring a backup back, always to a new file."""

from __future__ import annotations

from pathlib import Path

from waternet_plugin.core.files import scratch_folder
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.store.geopackage import backup, creating, watchdog
from waternet_plugin.store.geopackage.opening import check_network


def restore(source: Path, output: Path, progress: Progress = SILENT) -> Path:
    """Copy a backup to a new file.

    Raises
    ------
    InputError, StoreError
        When the backup is no whole network, or the output exists; nothing is left behind.
    """
    check_network(source)
    watchdog.check_whole(source)
    creating.check_target(output)
    with scratch_folder(output.parent) as folder:
        temporary = folder / "restored.gpkg"
        backup.copy(source, temporary, progress)
        creating.publish(temporary, output)
    return output
