"""What the file of a network holds, and how to make it smaller without losing anything of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.location import advice, backup_files
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.network import Compacted, Weight

_LOG = "change_log"
# What SQLite keeps with an entry of the log and with its two lines in the indexes: lengths, types, numbers.
_ENTRY_BYTES = 40


def _bytes(path: Path) -> int:
    """Return the size of a network's file with the log of its last writes, if it has one."""
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _log_bytes(database: sqlite3.Connection) -> int:
    """Return about how many bytes the change log takes, with its indexes."""
    twice = ('"table"', "asset", "batch")
    once = ("action", '"by"', "at", "before", "after")
    columns = [f"2 * coalesce(length(CAST({name} AS BLOB)), 0)" for name in twice]
    columns += [f"coalesce(length(CAST({name} AS BLOB)), 0)" for name in once]
    total = f"SELECT count(*) * {_ENTRY_BYTES} + coalesce(sum({' + '.join(columns)}), 0) FROM {_LOG}"
    return int(database.execute(total).fetchone()[0])


def weight(path: Path) -> Weight:
    """Return what a network weighs; see ``Network.weight``."""
    copies = backup_files.backups_of(path)
    with connection.reading(path) as database:
        rows = {
            name: int(database.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0])
            for name in all_tables()
        }
        free, page = (
            int(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("freelist_count", "page_size")
        )
        return Weight(
            file_bytes=_bytes(path),
            rows=rows,
            log_rows=rows[_LOG],
            log_bytes=_log_bytes(database),
            free_bytes=free * page,
            backups=len(copies),
            backup_bytes=sum(copy.size for copy in copies),
        )


def _check(database: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not whole."""
    found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(10)")]
    if found != ["ok"]:
        raise connection.damaged(path, details=tuple(found))


def _content(database: sqlite3.Connection) -> str:
    """Return what must be the same before and after: what the file is made of, and how many rows it has."""
    made = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    counts = [
        (name, database.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0])
        for kind, name, sql in made
        if kind == "table" and not str(sql).upper().startswith("CREATE VIRTUAL")
    ]
    return json.dumps([made, counts])


def compact(path: Path, *, by: str) -> Compacted:
    """Lay the file out anew without its free pages; see ``Network.compact``."""
    before = _bytes(path)
    with connection.alone(path, action=tr("compacting"), by=by) as (database, lock):
        _check(database, path)
        held = _content(database)
        # One step to SQLite: killed in the middle, its journal puts back what was.
        with lock.rewriting():
            database.execute("VACUUM")
        _check(database, path)
        if _content(database) != held:
            text = tr("After compacting, {name} does not contain what it contained before.")
            raise StoreError(advice.with_backup(text.format(name=path.name), path))
    return Compacted(before, _bytes(path))
