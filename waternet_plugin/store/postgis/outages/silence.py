"""Servers that fall silent: whoever waits for an answer is let go once the server answers nobody.

A machine that is stopped, or a way that swallows what is sent, ends no connection: the driver would wait for
as long as that lasts, and the window with it. But a statement may well take long. So a server that lets one
wait is asked something else by another connection; where that brings no answer, the first one is ended.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import psycopg2
import psycopg2.extensions as driver

from waternet_plugin.store.postgis.outages import sockets

# A statement that takes longer has its server asked, which has this long to answer.
PATIENCE_S, ANSWER_S = 15.0, 10.0
LOOK_S = 1.0


@dataclass
class _Wait:
    """A connection that somebody uses.

    Parameters
    ----------
    connection
        Of the driver.
    parameters
        By what another one is made.
    since
        When it was last seen to wait for nothing, by the monotonic clock.
    """

    connection: Any
    parameters: Mapping[str, str]
    since: float


_waits: dict[int, _Wait] = {}
_changing = threading.Condition()
_threads: list[threading.Thread] = []
# Where servers were reached last.
_peers: dict[frozenset[tuple[str, str]], sockets.Peer] = {}


def begin(connection: Any, parameters: Mapping[str, str]) -> None:
    """Look after a connection of the driver that is used from now on."""
    with _changing:
        _waits[id(connection)] = _Wait(connection, parameters, time.monotonic())
        if not _threads:
            # It ends with the process, whatever it waits for.
            _threads.append(threading.Thread(target=_look_after, name="waternet-silence", daemon=True))
            _threads[0].start()
        _changing.notify()


def note_peer(connection: Any, parameters: Mapping[str, str]) -> None:
    """Note where a new connection of the driver leads."""
    with _changing:
        _peers[frozenset(parameters.items())] = sockets.peer_of(int(connection.fileno()))


def peer_of(parameters: Mapping[str, str]) -> sockets.Peer:
    """Return where a server was reached last; '' where it never was."""
    with _changing:
        return _peers.get(frozenset(parameters.items()), "")


def end(connection: Any) -> None:
    """Look after a connection no more."""
    with _changing:
        _waits.pop(id(connection), None)


def _look_after() -> None:
    while True:
        with _changing:
            while not _waits:
                _changing.wait()
        # Most questions are answered within this time, and wake nobody.
        time.sleep(LOOK_S)
        for wait in _overdue():
            if answers(wait.parameters):
                wait.since = time.monotonic()
            else:
                _let_go(wait)


def _overdue() -> list[_Wait]:
    """Return the connections that have waited for long."""
    now = time.monotonic()
    with _changing:
        for wait in _waits.values():
            if wait.connection.get_transaction_status() != driver.TRANSACTION_STATUS_ACTIVE:
                wait.since = now
        return [wait for wait in _waits.values() if now - wait.since >= PATIENCE_S]


def answers(parameters: Mapping[str, str]) -> bool:
    """Return whether a server says anything to somebody who comes anew, were it no."""
    until = time.monotonic() + ANSWER_S
    try:
        with closing(psycopg2.connect(**parameters, async_=1)) as connection:
            if not _is_ready(connection, until):
                return False
            connection.cursor().execute("SELECT 1")
            return _is_ready(connection, until)
    except psycopg2.Error:
        return True


def _is_ready(connection: Any, until: float) -> bool:
    """Wait for a connection that does not wait by itself; return whether it was in time."""
    while (state := connection.poll()) != driver.POLL_OK:
        wanted = [connection] if state == driver.POLL_READ else []
        writable = [] if wanted else [connection]
        left = until - time.monotonic()
        if left < 0 or not any(select.select(wanted, writable, [], left)):
            return False
    return True


def _let_go(wait: _Wait) -> None:
    """End a connection under the hands of whoever waits for it, who gets an error then; QGIS's with it."""
    with _changing, suppress(psycopg2.Error):
        if id(wait.connection) in _waits and not wait.connection.closed:
            number = int(wait.connection.fileno())
            peer = sockets.peer_of(number)
            sockets.end(number)
            sockets.end_all(peer)
