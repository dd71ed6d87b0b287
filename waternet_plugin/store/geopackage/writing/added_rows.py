"""Rows of tables that are only added to, which follow what they name: they stay of the batch that made them.

Nobody edits them, and no trigger notes a change. So a change is noted as a row that goes and one that comes
under its number: an undo takes back both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.store.geopackage.reading import row_reading
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import journal
from waternet_plugin.store.geopackage.writing import bulk
from waternet_plugin.store.geopackage.writing.write_session import WriteSession


def delete(database: sqlite3.Connection, session: WriteSession, table: Table, fids: Sequence[int]) -> int:
    """Delete rows by their numbers and return how many."""
    bulk.take_out(database, table, list(fids))
    session.touched(table.name, len(fids))
    return len(fids)


def update(database: sqlite3.Connection, session: WriteSession, table: Table, rows: Mapping[int, Row]) -> int:
    """Set texts and numbers of rows by their numbers and return how many were written."""
    for part, _marks in row_reading.parts(list(rows)):
        listed = ", ".join(str(int(fid)) for fid in part)
        rule = f"WHERE {quoted(table.name)}.{FID_COLUMN} IN ({listed})"
        journal.note_deleted(database, table, f"{rule} ORDER BY {FID_COLUMN}")
        for fid in part:
            sets = ", ".join(f"{quoted(name)} = ?" for name in rows[fid])
            sql = f"UPDATE {quoted(table.name)} SET {sets} WHERE {FID_COLUMN} = ?"
            database.execute(sql, (*rows[fid].values(), int(fid)))
        journal.note_made(database, table, f"{rule} ORDER BY {FID_COLUMN}")
    session.touched(table.name, len(rows))
    return len(rows)
