"""Refuse what QGIS writes by itself, though the server that is to refuse it does not answer yet.

A Save has failed since the server answers nobody. QGIS then writes its first layer by itself: that waits, and
would pass once the server is back, whatever others have written meanwhile. So it is asked for the refusal all
the time, and whatever else of this process leads there is ended until it has granted that.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg2
import psycopg2.extensions as driver

from waternet_plugin.store.postgis.outages import sockets
from waternet_plugin.store.postgis.outages.sockets import Peer

# How long one try lasts, and how often others' connections are looked for meanwhile.
_TRY_S, _LOOK_S = 3.0, 0.02


class LateRefusal:
    """Asks in a thread until the server refuses, and lets go when it is told to.

    Parameters
    ----------
    parameters
        By what the server is reached.
    peer
        Where it was reached before.
    statement
        Begins a transaction in which the server refuses what this login writes past the store.
    """

    def __init__(self, parameters: Mapping[str, str], peer: Peer, statement: str) -> None:
        self._parameters, self._peer, self._statement = parameters, peer, statement
        self._is_over = threading.Event()
        threading.Thread(target=self._ask, name="waternet-refusal", daemon=True).start()

    def end(self) -> None:
        """Let QGIS write again."""
        self._is_over.set()

    def _ask(self) -> None:
        while not self._is_over.is_set():
            try:
                with closing(psycopg2.connect(**self._parameters, async_=1)) as connection:
                    if self._is_granted(connection):
                        self._is_over.wait()
            except psycopg2.Error:
                self._end_others()
                self._is_over.wait(_LOOK_S)

    def _is_granted(self, connection: Any) -> bool:
        until = time.monotonic() + _TRY_S
        if not self._is_ready(connection, until):
            return False
        connection.cursor().execute(self._statement)
        return self._is_ready(connection, until)

    def _is_ready(self, connection: Any, until: float) -> bool:
        while (state := connection.poll()) != driver.POLL_OK:
            if self._is_over.is_set() or time.monotonic() > until:
                return False
            self._end_others(connection.fileno())
            reading = [connection] if state == driver.POLL_READ else []
            select.select(reading, [] if reading else [connection], [], _LOOK_S)
        return True

    def _end_others(self, *own: int) -> None:
        sockets.end_all(self._peer, but=own)
