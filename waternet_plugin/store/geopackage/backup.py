"""Copies of a network that SQLite itself makes, so that nothing in a write-ahead log is missed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.location import backup_files
from waternet_plugin.store.geopackage.location.backup_files import FOLDER, backups_of
from waternet_plugin.store.geopackage.sharing.write_lock import WriteLock
from waternet_plugin.store.permissions import share_as

MOST_BACKUPS = 10
# Those made before a change of version are few and the only way back: ordinary ones never push them out.
MOST_BEFORE_VERSION = 3
# Pages between two looks at the progress.
STEP_PAGES = 4096
# Fewer than SQLite keeps in memory, and than any network has.
_FIRST_PAGES = 64
_MEGABYTE = 1_000_000


def copy(source: Path, target: Path, progress: Progress = SILENT) -> None:
    """Copy a database to a file that is not there yet."""
    with connection.reading(source) as database:
        copy_open(database, target, progress)


def copy_open(database: sqlite3.Connection, target: Path, progress: Progress = SILENT) -> None:
    """Copy a database that is open to a file that is not there yet."""
    with closing(sqlite3.connect(target)) as copied:
        write_into(database, copied, progress)
        # A copy needs no log beside it; a damaged one is kept as it is.
        with suppress(sqlite3.DatabaseError):
            copied.execute("PRAGMA journal_mode = DELETE")


def write_into(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    progress: Progress = SILENT,
    lock: Optional[WriteLock] = None,
) -> None:
    """Replace all of a database by another one, in one transaction of the target.

    ``lock`` is that of a target which others may open: it is held from the first pages on, of which none is
    written yet.
    """

    def report(_status: int, remaining: int, total: int) -> None:
        if lock is not None and lock.hold():
            raise sqlite3.OperationalError("database is locked")
        # With no page left it is committed: too late to cancel.
        if remaining:
            progress.at(1 - remaining / total)

    source.backup(target, pages=STEP_PAGES if lock is None else _FIRST_PAGES, progress=report)


def _identity(database: sqlite3.Connection) -> Optional[str]:
    """Return what a network and its copies share and others do not, None where the file can't tell."""
    with suppress(sqlite3.Error):
        row = database.execute("SELECT value FROM wn_meta WHERE key = 'created_on'").fetchone()
        return None if row is None else str(row[0])
    return None


def identity(path: Path) -> Optional[str]:
    """Return what a network and its copies share and others do not, None where the file can't tell."""
    with suppress(StoreError), connection.reading(path) as database:
        return _identity(database)
    return None


def _rotate(path: Path, own: Optional[str], made: Path) -> None:
    """Delete the oldest backups of this very network; what was made now stays, and what another one left."""
    for is_kept_apart, kept in ((False, MOST_BACKUPS), (True, MOST_BEFORE_VERSION)):
        alike = [one for one in backups_of(path) if (one.before_version is not None) == is_kept_apart]
        if len(alike) > kept:
            ours = [one.path for one in alike if one.path != made and identity(one.path) == own]
            spare = kept - any(one.path == made for one in alike)
            for old in ours[: max(len(ours) - spare, 0)]:
                with suppress(OSError):
                    old.unlink()


def check_room(path: Path, copies: int = 1) -> None:
    """Refuse where the disk can't hold so many more copies of a network."""
    needed = copies * path.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        text = tr(
            "There is no room for a backup of {name}: it takes {needed} MB, and {free} MB are free. "
            "Nothing was changed. Free some space and try again."
        )
        message = text.format(name=path.name, needed=-(-needed // _MEGABYTE), free=free // _MEGABYTE)
        raise StoreError(message)


def _made_folder(path: Path) -> Path:
    """Return the folder of backups, made where it is missing."""
    folder = path.parent / FOLDER
    if folder.exists() and not folder.is_dir():
        text = tr(
            "“{folder}” next to {name} is a file, so no backup can be made. Rename it or move it away, then "
            "try again."
        )
        raise StoreError(text.format(folder=FOLDER, name=path.name))
    details: tuple[str, ...] = ()
    try:
        if not folder.exists():
            folder.mkdir()
            share_as(folder, path)
    except FileExistsError:
        # Another run was quicker.
        pass
    except OSError as error:
        details = (str(error),)
    if details or not os.access(folder, os.W_OK | os.X_OK):
        text = tr(
            "The folder “{folder}” next to {name} can't be written to, so no backup can be made. Get "
            "permission to write to it, then try again."
        )
        raise StoreError(text.format(folder=FOLDER, name=path.name), details=details)
    return folder


def backup(
    path: Path,
    progress: Progress = SILENT,
    *,
    before_version: Optional[int] = None,
    database: Optional[sqlite3.Connection] = None,
) -> Path:
    """Copy a network into the folder of backups beside it; the newest ones are kept.

    Parameters
    ----------
    path
        The network.
    before_version
        The version a migration is about to bring the network to: such a backup is kept apart.
    database
        The connection that holds the file alone, if one does.

    Raises
    ------
    StoreError
        When there is no folder to write to, or no room.
    """
    folder = _made_folder(path)
    check_room(path)
    with scratch.folder(folder, "backup") as made_in:
        copied = made_in / "copy.gpkg"
        if database is None:
            copy(path, copied, progress)
        else:
            copy_open(database, copied, progress)
        share_as(copied, path)
        target = folder / backup_files.new_name(path, before_version)
        os.replace(copied, target)
    _rotate(path, identity(path) if database is None else _identity(database), target)
    return target
