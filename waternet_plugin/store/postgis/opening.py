"""The doors to networks on a server: look whether a schema is one, open it, make one."""

from __future__ import annotations

from typing import Optional

from pyproj import CRS

from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store import network_remarks
from waternet_plugin.store.access.roles import KEEPER
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.postgis import schema_making
from waternet_plugin.store.postgis.asking import log_positions
from waternet_plugin.store.postgis.connecting import SchemaConnections
from waternet_plugin.store.postgis.keeping import guards, network_roles, schema_checks, schema_migrations
from waternet_plugin.store.postgis.schema_network import FoundNetwork, SchemaNetwork
from waternet_plugin.store.presence import Presence
from waternet_plugin.store.user import default_user

# A standby, or a database that is only read for a time.
_READ_ONLY = "SELECT current_setting('transaction_read_only') = 'on'"


def open_schema(address: NetworkAddress, *, by: Optional[str] = None) -> SchemaNetwork:
    """Open the network of a schema.

    Its owner brings an older one forward, and puts back what should watch over it and does not. A newer one,
    and one over which something does not watch, can be read by others and not written.

    Parameters
    ----------
    address
        Of a server.
    by
        Who writes, beside the login; the default user if None.

    Raises
    ------
    StoreError
        No server, no PostGIS, no network there, one that is not whole, or an older one that can't be brought
        forward by this login or at this moment.
    """
    connections = SchemaConnections(address)
    try:
        with connections.reading() as database:
            relations = schema_checks.relations_of(database, address)
            if "wn_meta" not in relations:
                message = tr("There is no network {name} in the database. Check the schema, or create one.")
                schema_checks.refuse(message, address)
            schema_checks.check_access(database, address)
            meta = schema_making.facts(database)
            version = schema_checks.checked_version(meta, address)
            connections.srs_id = database.srs_id = schema_checks.checked_srid(meta, address)
        if version < SCHEMA_VERSION:
            is_owner = relations["wn_meta"].is_own
            schema_migrations.bring_forward(connections, version, is_owner=is_owner, by=by or default_user())
        with connections.reading() as database:
            if version < SCHEMA_VERSION:
                relations, version = schema_checks.relations_of(database, address), SCHEMA_VERSION
            schema_checks.check_tables(database, relations, address, version)
            schema_checks.check_place(database, connections.srs_id, address)
            # What watches over a newer one is another plugin's.
            with database.columns_kept():
                found = guards.found(database) if version == SCHEMA_VERSION else guards.Guards()
            own = network_roles.own_role(database)
            is_read_only = bool(database.native(_READ_ONLY).fetchall()[0][0])
        may_mend = own.role == KEEPER and not is_read_only
        is_gap = bool(found.wrong or found.unlogged)
        if may_mend and (is_gap or not found.is_marked):
            with connections.transaction("mend", alone=is_gap) as database:
                # Somebody else may have put it back in between.
                lacking = guards.found(database)
                guards.mend(database, lacking)
            network_remarks.remember_repairs(str(address), [table for table, _lost in lacking.unlogged])
    except BaseException:
        connections.close()
        raise
    network_remarks.remember_foreign(str(address), found.foreign)
    crs = CRS.from_user_input(meta[schema_making.CRS_KEY])
    obstacle = _obstacle(address, version, () if may_mend else found.wrong)
    if is_read_only:
        message = tr("The server of {name} can only be read at present. Nothing was changed.")
        obstacle = message.format(name=address.name)
    network = FoundNetwork(
        version,
        meta.get(schema_making.STAMP_KEY, ""),
        own,
        obstacle=obstacle,
        repairs=found.wrong if may_mend else (),
    )
    return SchemaNetwork(address, connections, crs, by=by, found=network)


def _obstacle(address: NetworkAddress, version: int, wrong: tuple[str, ...]) -> str:
    """Return why nobody but its owner may write to a network; '' for nothing."""
    if version > SCHEMA_VERSION:
        message = tr(
            "{name} was written by a newer version of WaterNet, so it can only be read. Update the plugin to "
            "write to it."
        )
        return message.format(name=address.name)
    if wrong:
        message = tr(
            "Triggers, functions or rights of {tables} in the network {name} were changed, so it can only be "
            "read. Its keeper puts them back by opening the network once."
        )
        return message.format(name=address.name, tables=listed(wrong[:3]))
    return ""


def look_at(address: NetworkAddress) -> Presence:
    """Look whether a network is there, and whether anybody has written to it since."""
    connections = SchemaConnections(address)
    try:
        with connections.reading() as database:
            is_there = "wn_meta" in schema_checks.relations_of(database, address)
            stamp = log_positions.stamp(database.native) if is_there else ()
            return Presence(is_there, stamp, stamp)
    finally:
        connections.close()
