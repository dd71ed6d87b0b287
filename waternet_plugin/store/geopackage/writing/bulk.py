"""Delete and make many rows, doing the work of their triggers once for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from waternet_plugin.core.progress import SILENT
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import journal, rtree


@contextmanager
def _listed(database: Database, keys: Sequence[Any]) -> Iterator[str]:
    """Keep keys in a temporary table for a while and return a SELECT of them."""
    if isinstance(database, SchemaDatabase):
        kind = "bigint" if all(isinstance(key, int) for key in keys) else 'text COLLATE "C"'
        database.execute(f"CREATE TEMP TABLE wn_page (key {kind} PRIMARY KEY) ON COMMIT DROP")
    else:
        database.execute("CREATE TEMP TABLE wn_page (key PRIMARY KEY) WITHOUT ROWID")
    database.executemany('INSERT INTO "wn_page" (key) VALUES (?)', ((key,) for key in keys))
    yield "SELECT key FROM wn_page"
    # After an error the transaction is rolled back, and with it the table.
    database.execute("DROP TABLE wn_page")


def take_out(database: Database, table: Table, keys: Sequence[Any]) -> None:
    """Delete rows by their ids, by their row numbers where the log knows no ids, and note it in the log."""
    name = quoted(table.name)
    column = table.id_field if table.log == "rows" else FID_COLUMN
    with _listed(database, keys) as listed, rtree.without_triggers(database, table.name):
        rule = f"WHERE {name}.{quoted(column)} IN ({listed})"
        journal.note_deleted(database, table, f"{rule} ORDER BY {FID_COLUMN}")
        if table.has_geometry:
            fids = database.execute(f"SELECT {FID_COLUMN} FROM {name} {rule}").fetchall()
            rtree.remove(database, table.name, np.array([row[0] for row in fids], dtype=np.int64))
        deleted = database.execute(f"DELETE FROM {name} {rule}").rowcount
        rtree.count_more(database, table.name, -deleted)


def insert(database: Database, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows as SQLite keeps them."""
    listed = ", ".join(quoted(name) for name in names)
    sql = f"INSERT INTO {quoted(table.name)} ({listed}) VALUES ({', '.join('?' * len(names))})"
    database.executemany(sql, rows)


def bring_back(database: Database, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Make rows again under their old row numbers (the first of the names), and note it in the log."""
    fids = [row[0] for row in rows]
    with rtree.without_triggers(database, table.name), _listed(database, fids) as listed:
        insert(database, table, names, rows)
        if GEOMETRY_COLUMN in names:
            place = names.index(GEOMETRY_COLUMN)
            bounds = np.array([blobs.bounds_of(row[place]) for row in rows], dtype=float).reshape(-1, 4)
            rtree.fill(database, table.name, np.array(fids, dtype=np.int64), bounds, SILENT)
        rtree.count_more(database, table.name, len(rows))
        rule = f"WHERE {quoted(table.name)}.{FID_COLUMN} IN ({listed}) ORDER BY {FID_COLUMN}"
        journal.note_made(database, table, rule)
