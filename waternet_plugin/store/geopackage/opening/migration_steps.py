"""The steps that bring networks of older versions forward, in files and on servers alike.

A step is written once for both: what the schema of the plugin has and a network lacks is added by
`growth.grow`, which knows both; whatever else changes is SQL as the store writes it for SQLite, which a
server understands, too (``postgis/dialect``). While steps run there are no triggers of ours and no views, and
nothing is entered in the log. Networks on servers began with version 16, so no earlier step meets one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, Field, Table, all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import now, quoted
from waternet_plugin.store.geopackage.tables import layout

# As GDAL declares them, so that a grown network reads like a new one.
_TYPES = {
    "text": "TEXT",
    "json": "TEXT",
    "integer": "MEDIUMINT",
    "real": "REAL",
    "date": "DATE",
    "datetime": "DATETIME",
}


def _column(field: Field, table: Table) -> str:
    required = " NOT NULL" if field.name == table.id_field else ""
    return f"{quoted(field.name)} {_TYPES[field.type]}{required}"


def _add_table(database: sqlite3.Connection, table: Table) -> None:
    """Make a table without geometry and tell the GeoPackage of it."""
    if table.has_geometry:
        raise ValueError(f"{table.name} has a geometry; GDAL makes such tables")
    fid = f"{quoted(layout.fid_column(table))} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"
    columns = ", ".join([fid, *(_column(field, table) for field in table.fields)])
    database.execute(f"CREATE TABLE {quoted(table.name)} ({columns})")
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES (?, 'attributes', ?, ?, ?, 0)",
        (table.name, table.name, table.note_en, now()),
    )


def grow(database: Database) -> None:
    """Add what the schema has and a file or a server lacks; nothing that is there changes."""
    if isinstance(database, SchemaDatabase):
        database.grow()
        return
    there = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in all_tables().values():
        if table.name not in there:
            _add_table(database, table)
            continue
        known = {row[1] for row in database.execute(f"PRAGMA table_info({quoted(table.name)})")}
        for field in table.fields:
            if field.name not in known:
                database.execute(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {_column(field, table)}")
    indexes = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    for name, (_table, sql) in layout.indexes().items():
        if name not in indexes:
            database.execute(sql)


@dataclass(frozen=True)
class Migration:
    """One step: what it brings a network to, what gives it in words, and the doing."""

    to_version: int
    text: Callable[[], str]
    apply: Callable[[Database], None]


@dataclass(frozen=True)
class Migrated:
    """What a migration did, or would do: versions, steps, and the copy of a file made before."""

    from_version: int
    to_version: int
    steps: tuple[str, ...]
    backup: Optional[Path]


def _guard(_database: Database) -> None:
    """Leave tables and rows as they are: every migration makes the triggers, which changed, anew."""


def _compounds(database: Database) -> None:
    """Add what compounds need; findings of the rule that has another name now keep what people decided."""
    grow(database)
    database.execute(
        "UPDATE issue SET rule_id = 'permit_expired', issue_id = 'permit_expired' || substr(issue_id, 15)"
        " WHERE rule_id = 'permit_missing'"
    )


# In order; version 1 is the first.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, lambda: tr("columns and tables for checks, isolation and EPANET"), grow),
    Migration(3, lambda: tr("copied rows belong to no batch; empty ids are refused"), _guard),
    Migration(
        4,
        lambda: tr("the id of a row in its file; diameter and material reported with a failure"),
        grow,
    ),
    Migration(5, lambda: tr("reasons as facts, readable in any language"), grow),
    Migration(6, lambda: tr("when a work item was checked on the map; indexes of the change log"), grow),
    Migration(7, lambda: tr("columns and tables for metered areas and leakage"), grow),
    Migration(8, lambda: tr("the state of leakage of each metered area for maps"), grow),
    Migration(
        9,
        lambda: tr("leakage rates of metered areas; survey files with decisions, verifications, attachments"),
        grow,
    ),
    Migration(10, lambda: tr("flow of drains; drainage of compounds; numbers of defects"), grow),
    Migration(11, lambda: tr("own fields and own codes"), grow),
    Migration(12, lambda: tr("due day, team and person of work items"), grow),
    Migration(
        13,
        lambda: tr("compounds: outfalls, trades, work of crews, indicators, checklists, tanks due"),
        _compounds,
    ),
    Migration(14, lambda: tr("items of programmes; editions of map books"), grow),
    Migration(15, lambda: tr("users, meters and contracts"), grow),
    Migration(16, lambda: tr("shut-offs, search for leaks, targets, runs of models"), grow),
    Migration(17, lambda: tr("the computed volume of shut-offs beside the one that counts"), grow),
    Migration(18, lambda: tr("packages that are given to crews in the field"), grow),
)


def pending(version: int, steps: Optional[Sequence[Migration]] = None) -> tuple[Migration, ...]:
    """Return the steps from a version to this plugin's, without a hole; out of ``MIGRATIONS`` if None."""
    given = MIGRATIONS if steps is None else steps
    chosen = tuple(step for step in given if version < step.to_version <= SCHEMA_VERSION)
    wanted = tuple(range(version + 1, SCHEMA_VERSION + 1))
    if tuple(step.to_version for step in chosen) != wanted:
        text = tr("This network has version {version}, which this plugin can't upgrade. Use an older plugin.")
        raise StoreError(text.format(version=version))
    return chosen
