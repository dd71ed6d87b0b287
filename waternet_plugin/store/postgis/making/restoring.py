"""Backups of a network on a server: copies of it as files, and one of them made the network again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.store.access.roles import GRANT
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.copying.network_copies import back_up, backup_name, copying
from waternet_plugin.store.geopackage import backup
from waternet_plugin.store.geopackage.location import backup_files
from waternet_plugin.store.geopackage.location.backup_files import Backup
from waternet_plugin.store.geopackage.opening import watchdog
from waternet_plugin.store.geopackage.opening.open_file import check_network, open_file
from waternet_plugin.store.geopackage.opening.restoring import PutBack
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.network import Network
from waternet_plugin.store.postgis.connecting import SchemaConnections
from waternet_plugin.store.postgis.keeping import district_rules, guards, network_roles
from waternet_plugin.store.postgis.opening import open_schema
from waternet_plugin.store.postgis.server_database import ServerDatabase

_SEQUENCES = (("batch", "fid"), ("change_log", "seq"))


@contextmanager
def _opened_copy(source: Path) -> Iterator[Network]:
    """Open a copy of a backup, which is brought forward where it is older; the backup stays as it is."""
    check_network(source)
    watchdog.check_damage(source)
    with scratch.folder(None, "restore") as folder:
        copied = folder / source.name
        backup.copy(source, copied)
        with open_file(copied) as network:
            yield network


def backups(address: NetworkAddress) -> list[Backup]:
    """Return the backups of a network, newest first."""
    return backup_files.backups_of(backup_name(address))[::-1]


def restore(source: Path, address: NetworkAddress, progress: Progress = SILENT) -> NetworkAddress:
    """Make a schema of a backup.

    Raises
    ------
    InputError, StoreError
        When the backup is not a whole network, or the schema exists; nothing is left behind.
    """
    with _opened_copy(source) as network, copying(network, address, progress):
        return address


def put_back(address: NetworkAddress, source: Path, *, by: str, progress: Progress = SILENT) -> PutBack:
    """Make a network what a backup of it holds; what it held is backed up first.

    The backup becomes a schema of its own, which takes the name in one transaction: nobody sees a part of it.
    People keep their roles, and numbers of batches and of the log go on.

    Raises
    ------
    StoreError
        Where this login is not a keeper, when the backup is not a whole network, or somebody is using the
        network.
    """
    with open_schema(address, by=by) as network:
        refusal = network.refusal(GRANT)
        if refusal:
            raise StoreError(refusal)
        kept = back_up(network, progress.part(0.0, 0.3))
        first = _first_batch(network)
    aside = replace(address, schema=f"wn_restored_{secrets.token_hex(8)}")
    with _opened_copy(source) as copy:
        is_of_another = _first_batch(copy) != first
        with copying(copy, aside, progress.part(0.3, 0.9)):
            pass
    connections = SchemaConnections(address)
    try:
        try:
            with connections.transaction("restore", alone=True) as database:
                facts = {"backup": source.name, "kept": kept.name}
                batch = _take_the_place(database, address.schema, aside.schema, by, facts)
        except BaseException:
            with connections.transaction("restore", alone=False) as database:
                database.native(f"DROP SCHEMA IF EXISTS {quoted(aside.schema)} CASCADE")
            raise
    finally:
        connections.close()
    return PutBack(batch, kept, is_of_another)


def _first_batch(network: Network) -> Any:
    batches = network.batches()
    return batches["at"].iloc[-1] if len(batches) else None


def _take_the_place(database: ServerDatabase, schema: str, aside: str, by: str, facts: dict[str, str]) -> str:
    """Give a schema the name of the network, whose schema is dropped, and enter that as a batch."""
    old = f"wn_replaced_{secrets.token_hex(8)}"
    last = {table: _highest(database, table, number) for table, number in _SEQUENCES}
    last_batch = int(database.native("SELECT last_value FROM wn_batch_number").fetchall()[0][0])
    database.native(
        f"ALTER SCHEMA {quoted(schema)} RENAME TO {quoted(old)};"
        f" ALTER SCHEMA {quoted(aside)} RENAME TO {quoted(schema)}"
    )
    database.srs_id = int(database.native("SELECT value FROM wn_meta WHERE key = 'srid'").fetchall()[0][0])
    _take_people(database, old)
    # Functions look for names in the schema that they were made in.
    guards.make_guards(database)
    for table, number in _SEQUENCES:
        highest = max(last[table], _highest(database, table, number))
        database.native(f"SELECT setval(pg_get_serial_sequence('{table}', '{number}'), {max(highest, 1)})")
    own_batch = int(database.native("SELECT last_value FROM wn_batch_number").fetchall()[0][0])
    database.native(f"SELECT setval('wn_batch_number', {max(last_batch, own_batch)})")
    current = write_session.begin(database, by)
    told = json.dumps(facts, ensure_ascii=False)
    database.execute(
        'INSERT INTO change_log ("table", action, after, "by", at, batch) VALUES (?, ?, ?, ?, ?, ?)',
        ("pipe", "gap", told, current.by, current.at, current.batch_id),
    )
    write_session.finish(database, current, kind="restore", name=facts["backup"], facts=told)
    database.native(f"DROP SCHEMA {quoted(old)} CASCADE")
    return current.batch_id


def _highest(database: ServerDatabase, table: str, number: str) -> int:
    """Return the highest number that a row of a table ever had."""
    sequence = f"pg_sequence_last_value(pg_get_serial_sequence('{table}', '{number}')::regclass)"
    asked = f"SELECT greatest(coalesce({sequence}, 0), (SELECT coalesce(max({number}), 0) FROM {table}))"
    return int(database.native(asked).fetchall()[0][0])


def _take_people(database: ServerDatabase, old: str) -> None:
    """Give the network the roles of the one whose place it takes."""
    prefix: Optional[tuple[Any, ...]] = database.native(
        f"SELECT value FROM {quoted(old)}.wn_meta WHERE key = {literal(network_roles.ROLES_KEY)}"
    ).fetchone()
    if prefix is None:
        return
    database.native(
        f"INSERT INTO wn_meta VALUES ({literal(network_roles.ROLES_KEY)}, {literal(str(prefix[0]))});"
        f" {district_rules.MAKE_TABLE};"
        f" INSERT INTO {district_rules.TABLE} SELECT * FROM {quoted(old)}.{district_rules.TABLE}"
    )
