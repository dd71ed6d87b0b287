"""Bring networks of older versions forward: a backup, then one transaction, or a rehearsal of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, Field, Table, all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import backup, connection
from waternet_plugin.store.geopackage.opening import watchdog
from waternet_plugin.store.geopackage.sql import now, quoted
from waternet_plugin.store.geopackage.tables import (
    derived,
    kept_triggers,
    layout,
    own_columns,
    triggers,
    views,
)
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

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


def grow(database: sqlite3.Connection) -> None:
    """Add what the schema has and the file lacks; nothing that is there changes."""
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
    apply: Callable[[sqlite3.Connection], None]


@dataclass(frozen=True)
class Migrated:
    """What a migration did, or would do: versions, steps, and the copy made before."""

    from_version: int
    to_version: int
    steps: tuple[str, ...]
    backup: Optional[Path]


def _guard(_database: sqlite3.Connection) -> None:
    """Leave tables and rows as they are: every migration makes the triggers, which changed, anew."""


def _compounds(database: sqlite3.Connection) -> None:
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
)


class _RehearsedError(Exception):
    """The rehearsal is over: roll back."""


def pending(version: int, steps: Sequence[Migration]) -> tuple[Migration, ...]:
    """Return the steps that lead from a version to this plugin's, without a hole."""
    chosen = tuple(step for step in steps if version < step.to_version <= SCHEMA_VERSION)
    wanted = tuple(range(version + 1, SCHEMA_VERSION + 1))
    if tuple(step.to_version for step in chosen) != wanted:
        text = tr("This network has version {version}, which this plugin can't upgrade. Use an older plugin.")
        raise StoreError(text.format(version=version))
    return chosen


def _drop_ours(database: sqlite3.Connection) -> None:
    """Take triggers and views away, for they may name columns that change."""
    found = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, ?) = ?",
        (len(triggers.PREFIX), triggers.PREFIX),
    ).fetchall()
    for (name,) in found:
        database.execute(f"DROP TRIGGER {quoted(name)}")
    for name in views.expected():
        database.execute(f"DROP VIEW IF EXISTS {quoted(name)}")


def _apply(database: sqlite3.Connection, path: Path, steps: Sequence[Migration], by: str) -> None:
    """Run the steps and leave everything as a new network has it."""
    current = WriteSession(write_session.next_batch_id(database), by, now())
    write_session.begin(database, current)
    _drop_ours(database)
    renamed = own_columns.make_room(database)
    for step in steps:
        step.apply(database)
    watchdog.check_tables(database, path)
    derived.mend(database, own_columns.described(database, "pipe"))
    for sql in own_columns.expected_triggers(database).values():
        database.execute(sql)
    for name in views.expected():
        views.replace(database, name)
    kept_triggers.remember(database)
    database.execute(
        "UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", (str(steps[-1].to_version),)
    )
    name = "; ".join([*(step.text() for step in steps), *renamed])
    write_session.finish(database, current, kind="migrate", name=name, facts=None)


def migrate(
    path: Path,
    version: int,
    *,
    by: str,
    steps: Optional[Sequence[Migration]] = None,
    dry_run: bool = False,
) -> Migrated:
    """Bring a network forward to this plugin's version.

    Parameters
    ----------
    path
        The network.
    by
        Who does it.
    steps
        The steps to choose from; ``MIGRATIONS`` if None.
    dry_run
        Do everything inside the transaction, then roll it back; no backup is made.
    """
    chosen = pending(version, MIGRATIONS if steps is None else steps)
    if not connection.is_writable(path):
        raise StoreError(connection.read_only_message(path))
    copy = None if dry_run else backup.backup(path, before_version=SCHEMA_VERSION)
    label = domains.domain("batch_kind")["migrate"].label
    try:
        with connection.transaction(path, action=label, by=by) as database:
            _apply(database, path, chosen, by)
            if dry_run:
                raise _RehearsedError
    except _RehearsedError:
        pass
    return Migrated(version, SCHEMA_VERSION, tuple(step.text() for step in chosen), copy)
