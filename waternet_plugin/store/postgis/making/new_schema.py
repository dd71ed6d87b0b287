"""Make the network of a schema that is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Optional

import psycopg2
import psycopg2.errors
from pyproj import CRS

from waternet_plugin.core.errors import InputError, LockedError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.geopackage.sql import literal
from waternet_plugin.store.geopackage.tables import own_columns
from waternet_plugin.store.metric import metric_crs
from waternet_plugin.store.postgis import schema_making
from waternet_plugin.store.postgis.connecting import SchemaConnections, translated
from waternet_plugin.store.postgis.keeping import network_roles
from waternet_plugin.store.postgis.schema_network import FoundNetwork, SchemaNetwork
from waternet_plugin.store.postgis.server_database import ServerDatabase
from waternet_plugin.store.user import default_user


class SingleTransaction(SchemaConnections):
    """The transaction in which a network is made, in place of connections: nobody else sees the network.

    Each write is a part of the transaction that can be taken back alone.

    Parameters
    ----------
    address
        Where the network will be.
    database
        In the transaction, which whoever began it ends.
    """

    def __init__(self, address: NetworkAddress, database: ServerDatabase) -> None:
        super().__init__(address)
        self._database = database
        self.srs_id = database.srs_id

    @contextmanager
    def reading(self) -> Iterator[ServerDatabase]:
        """Ask within the transaction."""
        with translated(self.name):
            yield self._database

    @contextmanager
    def snapshot(self) -> Iterator[ServerDatabase]:
        """Ask within the transaction: nobody else writes what it sees."""
        with self.reading() as database:
            yield database

    @contextmanager
    def transaction(self, kind: str, *, alone: bool) -> Iterator[ServerDatabase]:
        """Write within the transaction; on any exception what the block wrote is taken back, and no more."""
        with translated(self.name):
            self._database.native("SAVEPOINT wn_write")
            try:
                yield self._database
            except BaseException:
                # Where the connection is lost, all is taken back.
                with suppress(psycopg2.Error):
                    self._database.native("ROLLBACK TO wn_write")
                raise
            self._database.native("RELEASE wn_write")


@contextmanager
def filling_schema(address: NetworkAddress, crs: CRS) -> Iterator[ServerDatabase]:
    """Make a schema without any row in one transaction, and let the block fill it.

    Nobody sees anything of it before the block ends, and nothing is left where it fails or is killed. What
    watches over rows is added at the end.

    Parameters
    ----------
    address
        Of a server.
    crs
        That of a network.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user.
    """
    with _new_schema(address, crs) as database:
        yield database
        schema_making.complete(database, own_columns.tables(database).values())


@contextmanager
def making_schema(address: NetworkAddress, crs: str, *, by: Optional[str] = None) -> Iterator[SchemaNetwork]:
    """Make the network of a schema in one transaction, and let the block fill it by batches.

    Nobody sees anything of it before the block ends, and nothing is left where it fails or is killed.

    Parameters
    ----------
    address
        Of a server.
    crs
        Code such as ``EPSG:4547``, or WKT; it must measure in metres on a plane.
    by
        Who makes it, beside the login; the default user if None.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user.
    """
    wanted = metric_crs(crs)
    with _new_schema(address, wanted) as database:
        schema_making.complete(database, all_tables().values())
        schema_making.enter_first_batch(database, by or default_user())
        stamp = schema_making.facts(database)[schema_making.STAMP_KEY]
        found = FoundNetwork(SCHEMA_VERSION, stamp, network_roles.own_role(database))
        yield SchemaNetwork(address, SingleTransaction(address, database), wanted, by=by, found=found)


@contextmanager
def _new_schema(address: NetworkAddress, crs: CRS) -> Iterator[ServerDatabase]:
    """Begin the transaction that makes a schema: its tables without rows, and what triggers and store ask."""
    connections = SchemaConnections(address)
    try:
        with connections.transaction("create", alone=False) as database:
            _refuse_taken(database, address)
            try:
                schema_making.make_tables(database, address.schema, crs)
            except (psycopg2.errors.LockNotAvailable, psycopg2.errors.UniqueViolation) as error:
                message = tr("Somebody else is making the schema {name} at this moment. Choose another name.")
                raise LockedError(message.format(name=address.name)) from error
            schema_making.make_functions(database)
            yield database
    finally:
        connections.close()


def _refuse_taken(database: ServerDatabase, address: NetworkAddress) -> None:
    sql = f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(address.schema)}"
    if database.native(sql).fetchall():
        message = tr("The schema {name} already exists and was left unchanged. Choose another name.")
        raise InputError(message.format(name=address.name))
