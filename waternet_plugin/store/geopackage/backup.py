"""Copies of a network that SQLite itself makes, so that nothing in a write-ahead log is missed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.store.geopackage import connection

FOLDER = "backups"
KEPT = 10
# Pages between two looks at the progress.
_PAGES = 4096


def copy(source: Path, target: Path, progress: Progress = SILENT) -> None:
    """Copy a database to a file that is not there yet."""

    def report(_status: int, remaining: int, total: int) -> None:
        progress.at(1 - remaining / max(total, 1))

    with connection.reading(source) as database, closing(sqlite3.connect(target)) as copied:
        database.backup(copied, pages=_PAGES, progress=report)
        # A copy needs no log beside it.
        copied.execute("PRAGMA journal_mode = DELETE")


def backups_of(path: Path) -> list[Path]:
    """Return the backups of a network, oldest first."""
    return sorted((path.parent / FOLDER).glob(f"{_glob_safe(path.stem)}_[0-9]*Z.gpkg"))


def _glob_safe(text: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text)


def _free_name(path: Path) -> Path:
    moment = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%f")[:-3]
    return path.parent / FOLDER / f"{path.stem}_{moment}Z.gpkg"


def backup(path: Path, progress: Progress = SILENT) -> Path:
    """Copy a network into the folder of backups beside it; the newest ten are kept.

    Parameters
    ----------
    path
        The network.
    progress
        May cancel; no half copy is left then.
    """
    target = _free_name(path)
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_suffix(".part")
    try:
        copy(path, temporary, progress)
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            temporary.unlink()
    for old in backups_of(path)[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return target
