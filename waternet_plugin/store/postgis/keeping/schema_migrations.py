"""Bring networks of older versions forward on a server: in one transaction, or a rehearsal of it.

The steps are those of files (see ``migration_steps``). Only the owner may, and only while nobody else is
connected to the network: others would go on with a plugin that is older than it. No backup is made, since all
of it happens or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import psycopg2.errors

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.store.geopackage.opening import migration_steps
from waternet_plugin.store.geopackage.opening.migration_steps import Migrated, Migration
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import own_columns, views
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.postgis import schema_functions, schema_making, schema_triggers
from waternet_plugin.store.postgis.connecting import SchemaConnections
from waternet_plugin.store.postgis.keeping import network_roles
from waternet_plugin.store.postgis.server_database import ServerDatabase

_OWNER = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'wn_meta'::regclass"
# A login's own connections are not those of a colleague; programs other than QGIS and ours know no version.
_CONNECTED = (
    "SELECT DISTINCT a.usename, a.application_name FROM pg_stat_activity a"
    " JOIN pg_namespace n ON n.nspname = current_schema() WHERE a.datname = current_database()"
    " AND a.usename <> session_user AND a.application_name ~ '^(QGIS|WaterNet)'"
    " AND has_schema_privilege(a.usesysid, n.oid, 'USAGE') ORDER BY 1, 2"
)
_USING = (
    "SELECT DISTINCT a.usename, a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND l.granted AND l.pid <> pg_backend_pid() ORDER BY 1, 2"
)
_WATCHING = (
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
    " AND NOT t.tgisinternal AND c.relkind IN ('r', 'p') AND t.tgname LIKE 'wn\\_%'"
)


class _RehearsedError(Exception):
    """The rehearsal is over: roll back."""


def bring_forward(connections: SchemaConnections, version: int, *, is_owner: bool, by: str) -> None:
    """Bring a network forward for its owner.

    Raises
    ------
    StoreError
        When another login owns it; its name is in the sentence.
    LockedError
        When others are connected to it, who are named.
    """
    with connections.reading() as database:
        owner = database.native(_OWNER).fetchall()[0][0]
        connected = _people(database, _CONNECTED)
    if not is_owner:
        message = tr(
            "{name} is of an older version of WaterNet. Only its owner {owner} can bring it forward, by "
            "opening it with this version of the plugin."
        )
        raise StoreError(message.format(name=connections.name, owner=owner))
    if connected:
        message = tr(
            "{name} was made by an older version of WaterNet and can be upgraded only while nobody else is "
            "connected. Ask these people to close it, then open it again: {people}."
        )
        raise LockedError(
            message.format(name=connections.name, people=shortened(connected)), details=connected
        )
    migrate(connections, version, by=by)


def _people(database: ServerDatabase, asked: str) -> tuple[str, ...]:
    text = tr("{login} with {program}")
    return tuple(text.format(login=login, program=program) for login, program in database.native(asked))


def migrate(
    connections: SchemaConnections,
    version: int,
    *,
    by: str,
    steps: Optional[Sequence[Migration]] = None,
    dry_run: bool = False,
) -> Migrated:
    """Bring a network forward to this plugin's version.

    Parameters
    ----------
    connections
        To the network, whose owner has them.
    version
        What it has now.
    by
        Who does it, beside the login.
    steps
        The steps to choose from; those of ``migration_steps`` if None.
    dry_run
        Do everything inside the transaction, then roll it back.

    Raises
    ------
    LockedError
        When somebody has the tables in use for longer than a statement waits, with their names.
    """
    chosen = migration_steps.pending(version, steps)
    try:
        with connections.transaction("migrate", alone=True) as database:
            try:
                _apply(database, chosen, by)
            except psycopg2.errors.LockNotAvailable as error:
                raise _in_use(connections) from error
            if dry_run:
                raise _RehearsedError
    except _RehearsedError:
        pass
    return Migrated(version, SCHEMA_VERSION, tuple(step.text() for step in chosen), None)


def _in_use(connections: SchemaConnections) -> LockedError:
    with connections.reading() as database:
        people = _people(database, _USING)
    message = tr(
        "{name} could not be upgraded, since it is in use: {people}. Nothing was changed; try again when "
        "they have saved and closed it."
    )
    return LockedError(message.format(name=connections.name, people=listed(people[:3])), details=people)


def _apply(database: ServerDatabase, steps: Sequence[Migration], by: str) -> None:
    """Run the steps and leave everything as a new network has it."""
    current = write_session.begin(database, by)
    # Triggers and views may name columns that change.
    parts = [f"DROP TRIGGER {quoted(name)} ON {quoted(table)}" for table, name in database.native(_WATCHING)]
    parts += [f"DROP VIEW IF EXISTS {quoted(name)}" for name in views.expected()]
    parts += schema_functions.statements(database.srs_id, schema_making.search_path(database))
    database.native("; ".join(parts))
    renamed = own_columns.make_room(database)
    for step in steps:
        step.apply(database)
    database.native(schema_triggers.map_values_anew(own_columns.described(database, "pipe")))
    schema_making.watch(database, own_columns.tables(database).values())
    network_roles.settle(database)
    database.native(
        f"UPDATE wn_meta SET value = {literal(str(steps[-1].to_version))} WHERE key = 'schema_version'"
    )
    name = "; ".join([*(step.text() for step in steps), *renamed])
    write_session.finish(database, current, kind="migrate", name=name, facts=None)
