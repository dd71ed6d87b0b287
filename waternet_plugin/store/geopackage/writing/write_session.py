"""One write in progress: who, when, under which batch, and what it has touched so far."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

TABLE = 'CREATE TABLE IF NOT EXISTS wn_session ("by" TEXT, batch TEXT)'


@dataclass
class WriteSession:
    """The facts of one write; the row of ``wn_session`` tells the triggers."""

    batch_id: str
    by: str
    at: str
    rows: int = 0
    tables: set[str] = field(default_factory=set)

    def touched(self, table: str, rows: int) -> None:
        """Count rows that were made, changed or deleted."""
        self.rows += rows
        if rows:
            self.tables.add(table)


def next_batch_id(database: sqlite3.Connection) -> str:
    """Return the id of the next batch: B0001, B0002, ..."""
    last = database.execute("SELECT max(fid) FROM batch").fetchone()[0] or 0
    return f"B{last + 1:04d}"


def begin(database: sqlite3.Connection, session: WriteSession) -> None:
    """Tell the triggers who writes."""
    database.execute("DELETE FROM wn_session")
    database.execute("INSERT INTO wn_session VALUES (?, ?)", (session.by, session.batch_id))


def finish(
    database: sqlite3.Connection, session: WriteSession, *, kind: str, name: str, facts: str | None
) -> None:
    """Enter the batch in the list and let the triggers forget the session."""
    database.execute(
        'INSERT INTO batch (batch_id, kind, name, "by", at, rows, facts) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (session.batch_id, kind, name, session.by, session.at, session.rows, facts),
    )
    database.executemany(
        "UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?",
        [(session.at, table) for table in sorted(session.tables | {"batch", "change_log"})],
    )
    database.execute("DELETE FROM wn_session")
