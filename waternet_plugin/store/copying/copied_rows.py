"""The rows of a network written into another that is just being made: under their numbers, log and all."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import own_codes, own_fields
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.copying import kept_rows
from waternet_plugin.store.copying.kept_rows import NAMED_USER
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import literal, now, quoted
from waternet_plugin.store.geopackage.tables import layout, own_columns, rtree
from waternet_plugin.store.geopackage.writing import bulk, write_session

# Whatever else is written tells by these what its columns and codes mean.
_FIRST = (own_fields.TABLE, own_codes.TABLE)
_BATCH_ID = re.compile(r"B(\d+)")
_SRS_BYTES = slice(4, 8)


class CopiedRows:
    """The rows of one network on their way into another that has none yet.

    Parameters
    ----------
    source
        What is copied.
    target
        In the transaction that makes the copy; its tables are empty.
    tables
        The tables of the source with the fields of its users.
    srs_id
        Number of the coordinate system in the target.
    """

    def __init__(self, source: Database, target: Database, tables: Mapping[str, Table], srs_id: int) -> None:
        self._source, self._target = source, target
        self._tables = tables
        self._srs_id = srs_id

    def write(self, progress: Progress = SILENT) -> None:
        """Write all rows, and let numbers go on after the highest that the source ever gave.

        Raises
        ------
        StoreError
            When the target can't take a value; the sentence names its table.
        """
        for name in _FIRST:
            self._copy(self._tables[name])
        for table in self._tables.values():
            own_columns.add_copied(self._target, table.name, own_columns.own(self._source, table.name))
        rest = [table for name, table in self._tables.items() if name not in _FIRST]
        for place, table in enumerate(rest):
            self._copy(table, progress.part(place / len(rest), (place + 1) / len(rest)))
        own_columns.follow_codes(self._target)
        for name, table in self._tables.items():
            self._set_row_number(name, layout.fid_column(table))
        self._set_batch_number()
        write_session.note_changed(self._target, tuple(self._tables), now())

    def _copy(self, table: Table, progress: Progress = SILENT) -> None:
        names = kept_rows.names_of(table)
        if kept_rows.has_named_user(self._source, table):
            names.append(NAMED_USER)
            if not kept_rows.has_named_user(self._target, table):
                self._target.execute(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {NAMED_USER} TEXT")
        total = self._source.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchone()[0]
        done = 0
        fids: list[int] = []
        bounds: list[tuple[float, ...]] = []
        shape = names.index(GEOMETRY_COLUMN) if table.has_geometry else None
        with _unwatched(self._target, table):
            for page in kept_rows.pages(self._source, table, [quoted(name) for name in names]):
                progress.at(done / total, table.label)
                rows = page if shape is None else [self._placed(row, shape) for row in page]
                self._insert(table, names, rows)
                done += len(rows)
                if shape is not None:
                    fids += [row[0] for row in rows]
                    bounds += [blobs.bounds_of(row[shape]) for row in rows]
            if shape is not None:
                places = np.array(bounds, dtype=float).reshape(-1, 4)
                rtree.fill(self._target, table.name, np.array(fids, dtype=np.int64), places, SILENT)
                rtree.extend(self._target, table.name, places)
            rtree.count_more(self._target, table.name, done)

    def _insert(self, table: Table, names: list[str], rows: list[tuple[Any, ...]]) -> None:
        try:
            bulk.insert(self._target, table, names, rows)
        except (sqlite3.IntegrityError, ValueError) as error:
            text = tr(
                "The table “{table}” has a value that the copy can't take, so nothing was written. Find it "
                "with “Check network” and correct it first."
            )
            raise StoreError(text.format(table=table.label), details=(str(error),)) from error

    def _placed(self, row: tuple[Any, ...], shape: int) -> tuple[Any, ...]:
        """Return a row whose geometry names the coordinate system by its number in the target."""
        blob = row[shape]
        if isinstance(self._target, SchemaDatabase) or blobs.wkb_of(blob) is None:
            return row
        number = self._srs_id.to_bytes(4, "little" if blob[3] & 1 else "big", signed=True)
        placed = blob[: _SRS_BYTES.start] + number + blob[_SRS_BYTES.stop :]
        return (*row[:shape], placed, *row[shape + 1 :])

    def _set_row_number(self, name: str, number: str) -> None:
        last = _last_number(self._source, name, number)
        if not last:
            return
        if isinstance(self._target, SchemaDatabase):
            self._target.execute(f"SELECT setval({_sequence(name, number)}, {last})")
            return
        self._target.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        self._target.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))

    def _set_batch_number(self) -> None:
        if not isinstance(self._target, SchemaDatabase):
            return
        ids = self._target.execute("SELECT batch_id FROM batch").fetchall()
        found = [_BATCH_ID.fullmatch(str(one)) for (one,) in ids]
        numbers = [int(match[1]) for match in found if match is not None]
        if numbers:
            self._target.execute(f"SELECT setval({literal('wn_batch_number')}, {max(numbers)})")


def _sequence(name: str, number: str) -> str:
    """Return the SQL of the sequence that numbers the rows of a table on a server."""
    table = f"quote_ident(current_schema()) || '.' || quote_ident({literal(name)})"
    return f"pg_get_serial_sequence({table}, {literal(number)})"


def _last_number(database: Database, name: str, number: str) -> int:
    """Return the highest number that a row of a table has, or ever had as far as the database tells."""
    highest = database.execute(f"SELECT coalesce(max({quoted(number)}), 0) FROM {quoted(name)}").fetchone()[0]
    if not isinstance(database, SchemaDatabase):
        return max(int(highest), rtree.next_fid(database, name) - 1)
    # Who may only read the rows may not ask for it.
    given = database.execute(
        "SELECT CASE WHEN has_sequence_privilege(s, 'SELECT') THEN pg_sequence_last_value(s::regclass) END"
        f" FROM (SELECT {_sequence(name, number)} AS s) q"
    ).fetchone()[0]
    return max(int(highest), int(given or 0))


@contextmanager
def _unwatched(database: Database, table: Table) -> Iterator[None]:
    """Let nothing note what is written into a table in the block: the log comes along as it is."""
    if not isinstance(database, SchemaDatabase):
        with rtree.without_triggers(database, table.name):
            yield
        return
    database.execute(f"ALTER TABLE {quoted(table.name)} DISABLE TRIGGER USER")
    yield
    database.execute(f"ALTER TABLE {quoted(table.name)} ENABLE TRIGGER USER")
