"""The one connection of a network that is being made: what is written by it is not there before its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg2

from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.postgis.connecting import SchemaConnections, translated
from waternet_plugin.store.postgis.server_database import ServerDatabase


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
