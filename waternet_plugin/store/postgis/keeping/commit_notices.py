"""Word of commits: a connection to a server that hears when anybody writes to a network.

What is heard may concern no row, so whoever hears it looks at the stamp of the network. Where the way to it
forbids to listen, that is looked at by the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

import psycopg2

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import own_writes
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.postgis.connecting import connected
from waternet_plugin.store.postgis.outages.heartbeat import Heartbeat
from waternet_plugin.store.postgis.schema_functions import CHANNEL

# With it the process of the server that answers.
_CHANNEL = f"SELECT {CHANNEL}, pg_backend_pid() FROM pg_namespace WHERE nspname = {{schema}}"


class CommitNotices:
    """A connection that hears of commits; `fileno` is readable when there is something to take.

    Parameters
    ----------
    connection
        Of the driver; it listens already.
    parameters
        By what its server is reached, to notice when that falls silent.
    """

    def __init__(self, connection: Any, parameters: Mapping[str, str]) -> None:
        self._connection = connection
        self._heartbeat = Heartbeat(parameters, connection)

    def fileno(self) -> int:
        """Return the number of the socket."""
        return int(self._connection.fileno())

    def take(self) -> Optional[bool]:
        """Return whether others have written since it was asked last; None once the connection is lost."""
        try:
            self._connection.poll()
        except psycopg2.Error:
            return None
        writers = {notice.pid for notice in self._connection.notifies}
        self._connection.notifies.clear()
        return any(not own_writes.is_of_this_process(pid) for pid in writers)

    def close(self) -> None:
        """Listen no more."""
        self._heartbeat.end()
        self._connection.close()


def listen(address: NetworkAddress) -> Optional[CommitNotices]:
    """Return what hears of commits to a network; None where the way to its server forbids that."""
    try:
        parameters = address.server().driver
        connection = connected(parameters, address.name)
    except StoreError:
        return None
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(_CHANNEL.format(schema=literal(address.schema)))
            found = cursor.fetchone()
            # Behind a pool each transaction may have another connection, of which this one hears nothing.
            if found is not None and found[1] == connection.info.backend_pid:
                cursor.execute(f"LISTEN {quoted(found[0])}")
                return CommitNotices(connection, parameters)
    except psycopg2.Error:
        # As on a standby.
        pass
    connection.close()
    return None
