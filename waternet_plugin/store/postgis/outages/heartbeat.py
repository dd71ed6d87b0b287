"""The heartbeat of a server to which a window listens: once it stops, nobody of this process waits for it.

What QGIS itself asks, such as a row for a form, it asks in its own thread and by connections that it shows
nobody. A machine that is stopped while its network goes on answering ends none of them. So the server is
asked for a sign of life all the time, and while that stays away, whatever of this process leads there is
ended.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Mapping
from typing import Any, Optional

import psycopg2
import psycopg2.extensions as driver

from waternet_plugin.store.postgis.outages import silence, sockets

# Between two questions.
BEAT_S = 5.0


class Heartbeat:
    """Asks in a thread until it is ended.

    Parameters
    ----------
    parameters
        By what the server is reached.
    listening
        The connection that hears of commits; it waits for nothing, and stays.
    """

    def __init__(self, parameters: Mapping[str, str], listening: Any) -> None:
        self._parameters = parameters
        self._peer = sockets.peer_of(int(listening.fileno()))
        self._listening = int(listening.fileno())
        self._is_over = threading.Event()
        # It ends with the process, whatever it waits for.
        threading.Thread(target=self._ask, name="waternet-heartbeat", daemon=True).start()

    def end(self) -> None:
        """Ask no more."""
        self._is_over.set()

    def _ask(self) -> None:
        connection: Optional[Any] = None
        while not self._is_over.wait(BEAT_S):
            try:
                if connection is None:
                    connection = psycopg2.connect(**self._parameters, async_=1)
                    self._wait(connection)
                connection.cursor().execute("SELECT 1")
                self._wait(connection)
            except psycopg2.Error:
                # Whoever refuses or ends a connection is not silent, and everybody hears of it.
                connection = None
        if connection is not None:
            connection.close()

    def _wait(self, connection: Any) -> None:
        """Wait for an answer, and end what else leads there while it is overdue."""
        overdue = time.monotonic() + silence.ANSWER_S
        while not self._is_over.is_set() and (state := connection.poll()) != driver.POLL_OK:
            reading = [connection] if state == driver.POLL_READ else []
            said = select.select(reading, [] if reading else [connection], [], silence.LOOK_S)
            if not any(said) and time.monotonic() > overdue:
                sockets.end_all(self._peer, but=(connection.fileno(), self._listening))
