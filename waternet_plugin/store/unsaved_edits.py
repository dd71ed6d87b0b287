"""Edits that are not saved yet, kept on this computer so that they outlive QGIS.

One file for each network and each run of QGIS, in a folder of the profile, never in that of the network.
While the run lasts it keeps the file locked, so another run can tell the edits of a run that ended, whatever
ended it, from those of one that goes on.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.editing.row_json import row_of, row_text
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.permissions import share_as

_ENDING = ".edits"
# Another run holds the file, or nobody does: there is nothing to wait for.
_TIMEOUT_S = 0.0
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (network TEXT NOT NULL, begun TEXT NOT NULL, seen TEXT);
CREATE TABLE IF NOT EXISTS edit (
    "table" TEXT NOT NULL, key INTEGER NOT NULL, before TEXT, now TEXT, at TEXT NOT NULL,
    PRIMARY KEY ("table", key)
) WITHOUT ROWID;
"""


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _beginning(network: str) -> str:
    """Return with what the files of a network begin, whatever its address is made of."""
    identity = parse(network).identity
    return hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _connected(path: Path) -> sqlite3.Connection:
    """Open a file for this run alone.

    Raises
    ------
    sqlite3.Error
        When another run has it, or it is damaged.
    """
    database = sqlite3.connect(path, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        # Once taken, the lock stays until the connection or the process ends.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(f"BEGIN EXCLUSIVE; {_TABLES} COMMIT;")
    except BaseException:
        database.close()
        raise
    return database


@dataclass(frozen=True)
class LeftEdits:
    """Edits of a run of QGIS that ended without saving them.

    Parameters
    ----------
    path
        The file that has them.
    edits
        The rows, each as it was first and last.
    last_at
        When the last of them was made, UTC, ISO 8601.
    seen
        The network's position when the first of them was made; '' where that is not known.
    """

    path: Path
    edits: tuple[RowEdit, ...]
    last_at: str
    seen: str = ""


class UnsavedEdits:
    """The edits of one network in this run.

    Parameters
    ----------
    folder
        Where the files are; made where it is missing.
    network
        Where the network is.

    Raises
    ------
    OSError, sqlite3.Error
        When the file can't be made; editing goes on without it.
    """

    def __init__(self, folder: Path, network: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{_beginning(network)}-{uuid.uuid4().hex[:8]}{_ENDING}"
        self._path.touch()
        address = parse(network)
        if address.is_file:
            with suppress(OSError):
                # Rows of the network are for nobody who may not read that; SQLite's own files follow it.
                share_as(self._path, address.path)
        else:
            # Only this person's login is known to read them.
            self._path.chmod(0o600)
        self._database = _connected(self._path)
        self._database.execute("INSERT INTO facts VALUES (?, ?, '')", (network, _now()))

    def note(
        self, edits: Iterable[RowEdit], unedited: Iterable[tuple[str, int]] = (), seen: str = ""
    ) -> None:
        """Keep rows as they are now, and forget those that are as they were again.

        Parameters
        ----------
        edits
            Rows that differ from the file.
        unedited
            Table and key of rows whose edit was undone.
        seen
            The network's position before the first of all rows was read; '' for that of an earlier note.
        """
        at = _now()
        rows = [(edit.table, edit.key, row_text(edit.before), row_text(edit.now), at) for edit in edits]
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany('DELETE FROM edit WHERE "table" = ? AND key = ?', list(unedited))
            if seen:
                self._database.execute("UPDATE facts SET seen = ?", (seen,))
            self._database.executemany("INSERT OR REPLACE INTO edit VALUES (?, ?, ?, ?, ?)", rows)
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise

    def forget(self) -> None:
        """Forget all edits: they are saved, or were discarded."""
        self._database.execute("DELETE FROM edit")

    def close(self) -> None:
        """End the run: what is not saved stays, else the file goes."""
        is_empty = self._database.execute("SELECT count(*) FROM edit").fetchone()[0] == 0
        self._database.close()
        if is_empty:
            remove(self._path)


def remove(path: Path) -> None:
    """Delete a file of edits with what SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            Path(f"{path}{ending}").unlink()


def _edits(database: sqlite3.Connection) -> Iterator[tuple[RowEdit, str]]:
    for table, key, before, now, at in database.execute('SELECT * FROM edit ORDER BY "table", key'):
        with suppress(ValueError):
            yield RowEdit(str(table), int(key), row_of(before), row_of(now)), str(at)


def _read(path: Path) -> Optional[LeftEdits]:
    """Return the edits in a file; None where a run has it, or where it holds none."""
    try:
        with closing(_connected(path)) as database:
            found = list(_edits(database))
            seen = database.execute("SELECT max(seen) FROM facts").fetchone()[0] or ""
    except sqlite3.OperationalError:
        return None
    except sqlite3.DatabaseError:
        # Half written when the disk was full; nothing in it can be read.
        return None
    if not found:
        remove(path)
        return None
    return LeftEdits(path, tuple(edit for edit, _at in found), max(at for _edit, at in found), str(seen))


def left_edits(folder: Path, network: str) -> tuple[LeftEdits, ...]:
    """Return what runs that are over left of a network, oldest first.

    Parameters
    ----------
    folder
        As for `UnsavedEdits`.
    network
        Where the network is.
    """
    paths = sorted(folder.glob(f"{_beginning(network)}-*{_ENDING}")) if folder.is_dir() else []
    found = (_read(path) for path in paths)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.last_at))
