"""Commits whose answer was lost with the connection: the server is asked what became of them.

Without that a change that has arrived is told to be lost, and is written a second time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Optional

import psycopg2

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr

# How long the process of the server that may still commit is waited for, once it was told to end.
_PATIENCE_S, _PAUSE_S = 5.0, 0.1
_STATUS = "SELECT pg_xact_status(%s::text::xid8)"
# The server does not notice at once that the connection has gone, and keeps the rows locked.
_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = session_user"
    " AND backend_xid::text::bigint = %s::text::bigint & 4294967295"
)

# Transactions by the address of their network, of which nobody could be asked.
_open: dict[str, str] = {}
_changing = threading.Lock()


def is_committed(ask: Callable[..., list[tuple[Any, ...]]], transaction: str) -> bool:
    """Return whether a transaction was committed; one that is under way still is ended first.

    Parameters
    ----------
    ask
        Runs a statement with parameters by a new connection, and returns the rows of the answer.
    transaction
        Its number.
    """
    until = time.monotonic() + _PATIENCE_S
    while True:
        ((status,),) = ask(_STATUS, transaction)
        if status != "in progress":
            return bool(status == "committed")
        if time.monotonic() > until:
            raise psycopg2.OperationalError("the process of the server does not end")
        ask(_END, transaction)
        time.sleep(_PAUSE_S)


def remember(address: str, transaction: str) -> None:
    """Keep a transaction of which the server could not be asked."""
    with _changing:
        _open[address] = transaction


def remembered(address: str) -> Optional[str]:
    """Return the transaction of a network of which the server could not be asked."""
    with _changing:
        return _open.get(address)


def forget(address: str) -> None:
    """Let go of it."""
    with _changing:
        _open.pop(address, None)


def unknown(name: str, details: tuple[str, ...]) -> StoreError:
    """Return what is said where the server can't be asked."""
    message = tr(
        "The connection to {name} was lost just as it was written, and its server does not answer. Try "
        "again: it is asked then whether the change had arrived, and nothing is written twice."
    )
    return StoreError(message.format(name=name), details=details)


def already_written(name: str) -> StoreError:
    """Return what is said to whoever writes again what had arrived."""
    message = tr(
        "Your last change had reached {name} before the connection was lost, so nothing was written now. "
        "Discard the edits that you see: the layers then show what is there."
    )
    return StoreError(message.format(name=name))
