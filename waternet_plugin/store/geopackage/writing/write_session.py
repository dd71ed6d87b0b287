"""One write in progress: who, when, under which batch, and what it has touched so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from waternet_plugin.core.schema import own_codes, own_fields
from waternet_plugin.store import own_writes
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import now

# What each batch writes to.
_OF_ALL = frozenset({"batch", "change_log"})
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


def batch_id_of(number: int) -> str:
    """Return the id of a batch: B0001, B0002, ..."""
    return f"B{number:04d}"


def begin(database: Database, by: str) -> WriteSession:
    """Begin a batch; the triggers know who writes from now on.

    On a server its moment is by the server's clock: those of the programs that write there differ.
    """
    if isinstance(database, SchemaDatabase):
        number, at = database.next_batch()
    else:
        # A copy of a network on a server may have fewer batches than numbers.
        number = 1 + (
            database.execute(
                "SELECT max(max(fid), max(CAST(substr(batch_id, 2) AS INTEGER))) FROM batch"
            ).fetchone()[0]
            or 0
        )
        at = now()
    session = WriteSession(batch_id_of(number), by, at)
    tell(database, session)
    return session


def tell(database: Database, session: WriteSession) -> None:
    """Tell the triggers who writes."""
    entry = ("INSERT INTO wn_session VALUES (?, ?)", (session.by, session.batch_id))
    if isinstance(database, SchemaDatabase):
        # There nothing is left of another transaction.
        database.run_along(*entry)
        return
    database.execute("DELETE FROM wn_session")
    database.execute(*entry)


def finish(database: Database, session: WriteSession, *, kind: str, name: str, facts: str | None) -> None:
    """Enter the batch in the list and let the triggers forget the session."""
    sql = 'INSERT INTO batch (batch_id, kind, name, "by", at, rows, facts) VALUES (?, ?, ?, ?, ?, ?, ?)'
    entry = (session.batch_id, kind, name, session.by, session.at, session.rows, facts)
    if isinstance(database, SchemaDatabase):
        # Who writes is forgotten with the end of the transaction.
        database.run_along(sql, entry)
        return
    database.execute(sql, entry)
    note_changed(database, session.tables | _OF_ALL, session.at)
    database.execute("DELETE FROM wn_session")


def name_written(session: WriteSession) -> None:
    """Name the tables of a finished batch to whoever reads anew what this process has written.

    Where fields or codes of people's own came or went, the tables that have them are not the same any more:
    it may be any.
    """
    if not session.tables & {own_fields.TABLE, own_codes.TABLE}:
        own_writes.name_tables(session.tables | _OF_ALL)


def note_changed(database: Database, tables: Collection[str], at: str) -> None:
    """Note in a GeoPackage's list of layers when some were changed."""
    if isinstance(database, SchemaDatabase):
        return
    database.executemany(
        "UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?",
        [(at, table) for table in sorted(tables)],
    )
