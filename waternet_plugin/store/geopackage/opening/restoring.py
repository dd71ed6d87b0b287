"""Bring a backup back: to a new file, or into the network itself."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import domains
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import backup, connection
from waternet_plugin.store.geopackage.opening import creating, watchdog
from waternet_plugin.store.geopackage.opening.open_file import check_network, open_file
from waternet_plugin.store.geopackage.sql import now
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.geopackage.writing.write_session import WriteSession
from waternet_plugin.store.permissions import share_as


@dataclass(frozen=True)
class PutBack:
    """A backup that is the network again: its batch, and the copy of what was there before.

    ``is_of_another`` tells that the backup was made of another network.
    """

    batch_id: str
    backup: Path
    is_of_another: bool


def restore(source: Path, output: Path, progress: Progress = SILENT) -> Path:
    """Copy a backup to a new file.

    Raises
    ------
    InputError, StoreError
        When the backup is not a whole network, or the output exists; nothing is left behind.
    """
    check_network(source)
    watchdog.check_damage(source)
    with creating.making(output) as restored:
        backup.copy(source, restored, progress)
        share_as(restored, source)
    return output


def _highest(database: sqlite3.Connection, table: str) -> int:
    """Return the highest row number a table ever had; 0 where damage hides it."""
    with suppress(sqlite3.DatabaseError):
        row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return 0 if row is None else int(row[0])
    return 0


def _note_restoring(
    database: sqlite3.Connection, live: sqlite3.Connection, current: WriteSession, facts: dict[str, str]
) -> None:
    """Enter the restoring in the copy that is about to replace the network.

    Its numbers go on after those of the network it replaces: whoever knows the log up to an entry of the
    network as it was before finds a gap behind it, not other entries under the same numbers.
    """
    for table in ("batch", "change_log"):
        last = max(_highest(database, table), _highest(live, table))
        database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        database.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, last))
    current.batch_id = write_session.batch_id_of(_highest(database, "batch") + 1)
    write_session.tell(database, current)
    told = json.dumps(facts, ensure_ascii=False)
    database.execute(
        'INSERT INTO change_log ("table", action, after, "by", at, batch) VALUES (?, ?, ?, ?, ?, ?)',
        ("pipe", "gap", told, current.by, current.at, current.batch_id),
    )
    write_session.finish(database, current, kind="restore", name=facts["backup"], facts=told)


def put_back(path: Path, source: Path, *, by: str, progress: Progress = SILENT) -> PutBack:
    """Make a network what a backup of it holds, in one transaction; what it held is backed up first.

    Parameters
    ----------
    path
        The network.
    source
        The backup; an older one is brought forward.
    by
        Who does it.

    Raises
    ------
    InputError, StoreError
        When the backup is not a whole network, another program has the network open, or there is no room.
    """
    check_network(source)
    watchdog.check_damage(source)
    if os.path.realpath(source) == os.path.realpath(path):
        raise InputError(
            tr("{name} is the network itself. Choose one of its backups.").format(name=path.name)
        )
    label = domains.domain("batch_kind")["restore"].label
    with connection.alone(path, action=label, by=by) as (live, lock):
        # The copy of what is there, the copy that is prepared, and the pages SQLite keeps meanwhile.
        backup.check_room(path, copies=3)
        kept = backup.backup(path, progress.part(0.0, 0.3), database=live)
        is_of_another = backup.identity(source) != backup.identity(kept)
        with scratch.folder(path.parent, "restore") as folder:
            prepared = folder / path.name
            backup.copy(source, prepared, progress.part(0.3, 0.6))
            open_file(prepared, by=by).close()
            current = WriteSession("", by, now())
            with closing(connection.connect(prepared, write=True)) as database:
                database.execute("BEGIN IMMEDIATE")
                _note_restoring(database, live, current, {"backup": source.name, "kept": kept.name})
                database.execute("COMMIT")
                with lock.rewriting():
                    backup.write_into(database, live, progress.part(0.7, 1.0), lock)
    return PutBack(current.batch_id, kept, is_of_another)
