"""Bring files of older versions forward: a backup, then one transaction, or a rehearsal of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.store.geopackage import backup, connection
from waternet_plugin.store.geopackage.opening import migration_steps, watchdog
from waternet_plugin.store.geopackage.opening.migration_steps import Migrated, Migration
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import derived, kept_triggers, own_columns, triggers, views
from waternet_plugin.store.geopackage.writing import write_session


class _RehearsedError(Exception):
    """The rehearsal is over: roll back."""


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
    current = write_session.begin(database, by)
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
    chosen = migration_steps.pending(version, steps)
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
