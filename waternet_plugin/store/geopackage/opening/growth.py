"""Add the tables, columns and indexes that the schema of the plugin has and a network lacks."""

from __future__ import annotations

import sqlite3

from waternet_plugin.core.schema.tables import Field, Table, all_tables
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
