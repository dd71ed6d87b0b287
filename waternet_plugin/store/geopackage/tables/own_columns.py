"""The fields of a table in one file: those of the schema, and the columns that its users added.

Whatever program added a column, it is a field of its table from the next opening on. Nothing is remembered
between two questions: another program, or an undo, may change the columns at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Field, Table, all_tables, table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import kept_triggers, own_code_rows, triggers

# As GDAL declares them; whole numbers of 64 bits, which hold telephone numbers.
_DECLARED = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "date": "DATE", "boolean": "TEXT"}
# As a server calls them; texts are compared byte by byte there, too.
_DECLARED_ON_SERVERS = {
    "TEXT": 'text COLLATE "C"',
    "INTEGER": "bigint",
    "REAL": "double precision",
    "DATE": "date",
    "DATETIME": "timestamp with time zone",
}
# Table and name.
Column = tuple[str, str]
# SQLite can drop a column from this version on.
_DROPS_SINCE = (3, 35, 5)


def columns_of(database: Database, name: str) -> dict[str, str]:
    """Return the columns of a table in the file, each with the type that it is declared with."""
    found = database.execute(f"PRAGMA table_info({quoted(name)})")
    return {str(row[1]): str(row[2] or "") for row in found}


def _added(database: Database, described: Table) -> dict[str, str]:
    """Return the columns of a table that are not of the schema."""
    if described.name not in own_fields.tables_that_take_fields():
        return {}
    ours = {*described.field_names, FID_COLUMN, GEOMETRY_COLUMN}
    return {name: kind for name, kind in columns_of(database, described.name).items() if name not in ours}


def _described_fields(database: Database, name: str) -> dict[str, Field]:
    """Return what ``own_field`` says of the fields of a table."""
    if not columns_of(database, own_fields.TABLE):
        # A network of an older version, before it is brought forward.
        return {}
    names = all_tables()[own_fields.TABLE].field_names
    sql = (
        f"SELECT {', '.join(map(quoted, names))} FROM {quoted(own_fields.TABLE)}"
        " WHERE table_name = ? ORDER BY fid"
    )
    rows = database.execute(sql, (name,)).fetchall()
    found = (own_fields.described_by(dict(zip(names, row))) for row in rows)
    return {one.name: one for one in found if one is not None}


def own(database: Database, name: str) -> tuple[Field, ...]:
    """Return the fields that users added to a table, in the order of the file."""
    added = _added(database, table(name))
    if not added:
        return ()
    described = _described_fields(database, name)
    fields = []
    for column, declared in added.items():
        kind = own_fields.kind_of_column(declared)
        if kind is None or not own_fields.is_usable(column):
            continue
        fields.append(described.get(column) or own_fields.made(name, column, kind))
    return tuple(fields)


def outside(database: Database) -> tuple[Column, ...]:
    """Return table and name of the columns that can't be fields: their types or names mean something else."""
    return tuple(
        (name, column)
        for name in own_fields.tables_that_take_fields()
        for column, declared in _added(database, table(name)).items()
        if own_fields.kind_of_column(declared) is None or not own_fields.is_usable(column)
    )


def unlogged(database: Database, found: Mapping[str, str]) -> tuple[Column, ...]:
    """Return table and name of the fields of one's own that the triggers of the file don't know yet."""
    return tuple(
        (name, one.name)
        for name in own_fields.tables_that_take_fields()
        for one in own(database, name)
        if quoted(one.name) not in found.get(f"{triggers.PREFIX}{name}_update", "")
    )


def described(database: Database, name: str, codes: Optional[tuple[Code, ...]] = None) -> Table:
    """Return a table as the file has it; a sentence if there is none of that name.

    ``codes`` are those of one's own where they are known; else they are read.
    """
    found = all_tables().get(name)
    if found is None:
        message = tr("There is no table {name} in a network.")
        raise StoreError(message.format(name=name))
    return found.with_own(own(database, name), own_code_rows.codes(database) if codes is None else codes)


def tables(database: Database) -> dict[str, Table]:
    """Return every table as the file has it, by name, in the order of the schema."""
    codes = own_code_rows.codes(database)
    return {name: described(database, name, codes) for name in all_tables()}


def expected_triggers(database: Database) -> dict[str, str]:
    """Return our triggers as the file must have them, as SQL by name."""
    found = triggers.expected()
    for one in tables(database).values():
        if one is not table(one.name):
            found.update(triggers.expected(one))
    return found


@contextmanager
def _triggers_made_anew(database: Database, name: str) -> Iterator[None]:
    """Have no triggers of a table in the block that changes its columns, and make them anew for these."""
    if isinstance(database, SchemaDatabase):
        yield
        database.make_triggers_anew(name)
        return
    # What another program took away before must still be seen at the next opening.
    there = kept_triggers.found(database)
    were_whole = kept_triggers.are_whole(database, there)
    for trigger in triggers.expected(table(name)):
        database.execute(f"DROP TRIGGER IF EXISTS {quoted(trigger)}")
    yield
    for trigger, sql in triggers.expected(described(database, name)).items():
        if trigger in there:
            database.execute(sql)
    if were_whole:
        kept_triggers.remember(database)


def follow_codes(database: Database) -> None:
    """Let triggers follow value lists after codes of one's own came or went."""
    # Of all lists, what a pipe derives asks for its function alone.
    with _triggers_made_anew(database, "pipe"):
        pass


def add(database: Database, request: FieldRequest) -> None:
    """Add the column of a field; the caller has checked it and written the row that describes it."""
    _add_column(database, request.table, request.name, _DECLARED[request.type])


def _add_column(database: Database, name: str, column: str, declared: str) -> None:
    kind = _DECLARED_ON_SERVERS[declared] if isinstance(database, SchemaDatabase) else declared
    with _triggers_made_anew(database, name):
        database.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(column)} {kind}")


def add_copied(database: Database, name: str, fields: Iterable[Field]) -> None:
    """Add the columns of the fields that users added to a table of another network."""
    for one in fields:
        _add_column(database, name, one.name, one.type.upper())


def add_again(database: Database, ids: Iterable[str]) -> None:
    """Add the columns of fields whose descriptions came back, as an undone undo brings them."""
    for row in _of_rows(database, ids):
        if row.name not in columns_of(database, row.table):
            kind = own_fields.BOOLEAN if row.domain else row.type
            _add_column(database, row.table, row.name, _DECLARED[kind])


def _of_rows(database: Database, ids: Iterable[str]) -> list[Field]:
    wanted = set(ids)
    return [
        field
        for name in own_fields.tables_that_take_fields()
        for field in _described_fields(database, name).values()
        if own_fields.row_id(name, field.name) in wanted
    ]


def drop(database: Database, ids: Iterable[str]) -> None:
    """Drop the columns of fields whose descriptions are about to go.

    Raises
    ------
    StoreError
        When a field holds values, which would be lost; or where this SQLite drops no columns.
    """
    for row in _of_rows(database, ids):
        if row.name not in columns_of(database, row.table):
            continue
        column, name = quoted(row.name), quoted(row.table)
        filled = database.execute(f"SELECT count(*) FROM {name} WHERE {column} IS NOT NULL").fetchone()[0]
        label = all_tables()[row.table].label
        if filled:
            message = tr(
                "The field {field} of {table} has values in %n row(s), which would be lost. Undo those "
                "changes first, or empty the field.",
                "",
                filled,
            )
            raise StoreError(message.format(field=row.name, table=label))
        if isinstance(database, sqlite3.Connection) and sqlite3.sqlite_version_info < _DROPS_SINCE:
            message = tr(
                "This version of QGIS can't remove the field {field} of {table}. Leave it empty, or use a "
                "newer QGIS."
            )
            raise StoreError(message.format(field=row.name, table=label))
        with _triggers_made_anew(database, row.table):
            database.execute(f"ALTER TABLE {name} DROP COLUMN {column}")


def make_room(database: Database) -> list[str]:
    """Give columns of one's own other names where the schema has columns of their names by now.

    For migrations, while there are no triggers of ours. Returns ``table.old -> new`` of each.
    """
    told = []
    for name in own_fields.tables_that_take_fields():
        there = columns_of(database, name)
        ours = {field_name.casefold(): field_name for field_name in table(name).field_names}
        mine = _described_fields(database, name)
        for column in there:
            named = ours.get(column.casefold())
            if named is None or (named == column and column not in mine):
                continue
            new = _free_name(column, {*there, *ours.values()})
            sql = f"ALTER TABLE {quoted(name)} RENAME COLUMN {quoted(column)} TO {quoted(new)}"
            database.execute(sql)
            if column in mine:
                database.execute(
                    f"UPDATE {quoted(own_fields.TABLE)} SET name = ?, own_field_id = ?"
                    " WHERE own_field_id = ?",
                    (new, own_fields.row_id(name, new), own_fields.row_id(name, column)),
                )
            told.append(f"{name}.{column} -> {new}")
    return told


def _free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name with the first number that makes it differ from all others by more than case."""
    folded = {one.casefold() for one in taken}
    number = 1
    while f"{name}_{number}".casefold() in folded:
        number += 1
    return f"{name}_{number}"
