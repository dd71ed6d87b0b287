"""The doors to networks on a server: look whether a schema is one, open it, make one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NoReturn, Optional

from pyproj import CRS

from waternet_plugin.core.errors import NewerSchemaError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.geopackage.location.backup_files import Backup
from waternet_plugin.store.geopackage.sql import literal
from waternet_plugin.store.postgis import log_positions, schema_making
from waternet_plugin.store.postgis.connecting import SchemaConnections
from waternet_plugin.store.postgis.schema_network import SchemaNetwork
from waternet_plugin.store.postgis.server_database import ServerDatabase
from waternet_plugin.store.presence import Presence

_RELATIONS = (
    "SELECT c.relname, c.relkind, pg_has_role(c.relowner, 'USAGE') FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema}"
    " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
)


def _refuse(
    message: str, address: NetworkAddress, *, details: tuple[str, ...] = (), **values: Any
) -> NoReturn:
    raise StoreError(message.format(name=address.name, **values), details=details)


def _relations(database: ServerDatabase, address: NetworkAddress) -> dict[str, tuple[str, bool]]:
    """Return the kind of each table and view of the schema by name, and whether this login owns it."""
    asked = _RELATIONS.format(schema=literal(address.schema))
    return {str(name): (str(kind), bool(is_owner)) for name, kind, is_owner in database.native(asked)}


def _checked_version(meta: dict[str, str], address: NetworkAddress) -> int:
    text = meta.get("schema_version", "")
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) is None:
        _refuse(tr("The network {name} does not say which version it is."), address)
    version = int(text)
    if version > SCHEMA_VERSION:
        message = tr(
            "{name} was written by a newer version of WaterNet. Update the plugin to open it; nothing was "
            "changed."
        )
        raise NewerSchemaError(message.format(name=address.name))
    if version < SCHEMA_VERSION:
        message = tr(
            "{name} is of an older version of WaterNet, and a network on a server can't be brought forward "
            "yet. Open it with the plugin that made it."
        )
        _refuse(message, address)
    return version


def _check_tables(
    database: ServerDatabase, relations: dict[str, tuple[str, bool]], address: NetworkAddress
) -> None:
    """Refuse a network that lacks a table, has a view in its place, or lacks a column."""
    missing = [name for name in all_tables() if relations.get(name, ("", False))[0] not in ("r", "p")]
    if missing:
        message = tr("The network {name} is not whole: {tables} are missing or no tables. Restore it.")
        _refuse(message, address, tables=listed(missing[:3]), details=tuple(missing))
    sql = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    there = {(str(table), str(column)) for table, column in database.native(sql)}
    lacking = [
        f"{table.name}.{field.name}"
        for table in all_tables().values()
        for field in table.fields
        if (table.name, field.name) not in there
    ]
    if lacking:
        message = tr("The network {name} is not whole: it lacks the column {columns}. Restore it.")
        _refuse(message, address, columns=listed(lacking[:3]), details=tuple(lacking))


def _check_place(database: ServerDatabase, srid: int, address: NetworkAddress) -> None:
    """Refuse a network whose layers are in another coordinate system than it says."""
    sql = (
        "SELECT f_table_name FROM geometry_columns WHERE f_table_schema = current_schema() AND srid <> %s"
        " AND f_table_name = ANY(%s)"
    )
    moved = [str(name) for (name,) in database.native(sql, srid, list(all_tables()))]
    if moved:
        message = tr(
            "{tables} of the network {name} is in another coordinate system than the network says. Restore "
            "it."
        )
        _refuse(message, address, tables=listed(moved[:3]), details=tuple(moved))


def open_schema(address: NetworkAddress, *, by: Optional[str] = None) -> SchemaNetwork:
    """Open the network of a schema; what should watch over it and does not is put back by its owner.

    Parameters
    ----------
    address
        Of a server.
    by
        Who writes, beside the login; the default user if None.

    Raises
    ------
    StoreError
        No server, no PostGIS, no network there, one that is not whole, of another version, or one that
        nothing watches over any more and that this login may not mend.
    """
    connections = SchemaConnections(address)
    try:
        with connections.reading() as database:
            relations = _relations(database, address)
            if "wn_meta" not in relations:
                message = tr("There is no network {name} in the database. Check the schema, or create one.")
                _refuse(message, address)
            meta = schema_making.facts(database)
            version = _checked_version(meta, address)
            _check_tables(database, relations, address)
            srid = int(meta[schema_making.SRID_KEY])
            _check_place(database, srid, address)
            connections.srs_id = database.srs_id = srid
            wrong = schema_making.differing(database)
        if wrong:
            _put_back(connections, relations, wrong, address)
    except BaseException:
        connections.close()
        raise
    crs = CRS.from_user_input(meta[schema_making.CRS_KEY])
    return SchemaNetwork(
        address,
        connections,
        crs,
        by=by,
        schema_version=version,
        stamp=meta.get(schema_making.STAMP_KEY, ""),
        repairs=wrong,
    )


def _put_back(
    connections: SchemaConnections,
    relations: dict[str, tuple[str, bool]],
    wrong: tuple[str, ...],
    address: NetworkAddress,
) -> None:
    if not all(relations[name][1] for name in wrong):
        message = tr(
            "What keeps the log of {tables} in the network {name} was changed. Only its owner can put that "
            "back: ask them to open the network once."
        )
        _refuse(message, address, tables=listed(wrong[:3]), details=wrong)
    with connections.transaction("mend", alone=True) as database:
        schema_making.mend(database, wrong)


def look_at(address: NetworkAddress) -> Presence:
    """Look whether a network is there, and whether anybody has written to it since."""
    connections = SchemaConnections(address)
    try:
        with connections.reading() as database:
            is_there = "wn_meta" in _relations(database, address)
            return Presence(is_there, log_positions.stamp(database.native) if is_there else ())
    finally:
        connections.close()


def backups(_address: NetworkAddress) -> list[Backup]:
    """Return none: the keeper of a server makes and keeps its backups."""
    return []


def restore(_backup: Path, address: NetworkAddress) -> NoReturn:
    """Refuse: a backup is a file yet, and goes to a file."""
    message = tr("A backup can't be restored to a server yet: {name}. Choose a file.")
    raise StoreError(message.format(name=address.name))


def put_back(address: NetworkAddress, _backup: Path, *, by: str, progress: Progress) -> NoReturn:
    """Refuse: the keeper of a server restores its backups."""
    message = tr("The keeper of the server restores backups of {name}. Nothing was changed.")
    raise StoreError(message.format(name=address.name))
