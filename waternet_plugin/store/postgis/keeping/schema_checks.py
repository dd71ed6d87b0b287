"""Whether a schema is a whole network: looked at before anything else is done with it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, NoReturn

from waternet_plugin.core.errors import NewerSchemaError, StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.geopackage.sql import literal
from waternet_plugin.store.postgis.schema_making import COLUMNS, CRS_KEY, SRID_KEY
from waternet_plugin.store.postgis.server_database import ServerDatabase


class Relation(NamedTuple):
    """A table or view: its kind as PostgreSQL calls it, and whether this login owns it."""

    kind: str
    is_own: bool


# Ordinary ones, and those that are kept in parts.
_TABLES = ("r", "p")
_RELATIONS = (
    "SELECT c.relname, c.relkind, pg_has_role(c.relowner, 'USAGE') FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema}"
    " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
)
_ACCESS = (
    "SELECT session_user::text, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')"
    " FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'wn_meta'"
    " WHERE n.nspname = {schema}"
)


def refuse(
    message: str, address: NetworkAddress, *, details: tuple[str, ...] = (), **values: Any
) -> NoReturn:
    """Raise a StoreError whose sentence names the network."""
    raise StoreError(message.format(name=address.name, **values), details=details)


def relations_of(database: ServerDatabase, address: NetworkAddress) -> dict[str, Relation]:
    """Return the tables and views of the schema by name."""
    asked = _RELATIONS.format(schema=literal(address.schema))
    return {str(name): Relation(str(kind), bool(is_owner)) for name, kind, is_owner in database.native(asked)}


def check_access(database: ServerDatabase, address: NetworkAddress) -> None:
    """Refuse a login that has no role in the network."""
    login, may_enter = database.native(_ACCESS.format(schema=literal(address.schema))).fetchall()[0]
    if not may_enter:
        message = tr("The login {login} has no role in the network {name}. Ask its keeper for one.")
        refuse(message, address, login=login)


def checked_version(meta: dict[str, str], address: NetworkAddress) -> int:
    """Return the version of the data contract that a network was written with; refuse one that tells none."""
    text = meta.get("schema_version", "")
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) is None:
        refuse(tr("The network {name} does not say which version it is."), address)
    return int(text)


def checked_srid(meta: dict[str, str], address: NetworkAddress) -> int:
    """Return the number of the coordinate system of a network on its server; refuse one that tells none."""
    text = meta.get(SRID_KEY, "")
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) is None or not meta.get(CRS_KEY):
        refuse(tr("The network {name} does not say which coordinate system it is in."), address)
    return int(text)


def check_tables(
    database: ServerDatabase, relations: dict[str, Relation], address: NetworkAddress, version: int
) -> None:
    """Refuse a network that lacks a table, has a view in its place, or lacks a column."""
    tables = {name for name, found in relations.items() if found.kind in _TABLES}
    missing = [name for name in all_tables() if name not in tables]
    if missing and version > SCHEMA_VERSION:
        _refuse_newer(address, missing)
    if missing:
        message = tr("The network {name} is not whole: {tables} are missing or no tables. Restore it.")
        refuse(message, address, tables=listed(missing[:3]), details=tuple(missing))
    there = {(str(table), str(column)) for table, column, _kind in database.native(COLUMNS)}
    lacking = [
        f"{table.name}.{field.name}"
        for table in all_tables().values()
        for field in table.fields
        if (table.name, field.name) not in there
    ]
    if lacking and version > SCHEMA_VERSION:
        _refuse_newer(address, lacking)
    if lacking:
        message = tr("The network {name} is not whole: it lacks the column {columns}. Restore it.")
        refuse(message, address, columns=listed(lacking[:3]), details=tuple(lacking))


def _refuse_newer(address: NetworkAddress, lacking: list[str]) -> NoReturn:
    message = tr(
        "{name} was written by a newer version of WaterNet. Update the plugin to open it; nothing was "
        "changed."
    )
    raise NewerSchemaError(message.format(name=address.name), details=tuple(lacking))


def check_place(database: ServerDatabase, srid: int, address: NetworkAddress) -> None:
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
        refuse(message, address, tables=listed(moved[:3]), details=tuple(moved))
