"""What to do about a network that is damaged: bring a backup back, where there is one."""

from __future__ import annotations

from pathlib import Path

from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.location import backup_files


def about_backups(path: Path) -> str:
    """Return the sentence that names the newest backup of a network, or says that there is none."""
    found = backup_files.newest(path)
    if found is None:
        return tr("There is no backup of it.")
    # The clock on the wall, to the minute: as the file browser shows it.
    moment = found.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return tr("Restore the backup of {moment}.").format(moment=moment)


def with_backup(sentence: str, path: Path) -> str:
    """Return a sentence with what to do about it: see ``about_backups``."""
    return f"{sentence} {about_backups(path)}"
