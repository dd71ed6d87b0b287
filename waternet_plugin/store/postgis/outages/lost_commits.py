"""Commits whose answer was lost with the connection: the server is asked what became of them.

Without that a change that has arrived is told to be lost, and is written a second time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import psycopg2

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.sql import quoted

# How long the process of the server that may still commit is waited for, once it was told to end.
_PATIENCE_S, _PAUSE_S = 5.0, 0.1
# A server that crashed gives the numbers of lost transactions to others, by processes that began later. The
# moment a transaction began is cut to milliseconds.
_OURS = (
    "usename = session_user AND backend_xid::text::bigint = %s::text::bigint & 4294967295"
    " AND backend_start < %s::timestamptz + interval '1 millisecond'"
)
_RUNNING = f"SELECT count(*) FROM pg_stat_activity WHERE {_OURS}"
# The server does not notice at once that the connection has gone, and keeps the rows locked.
_END = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_OURS}"
_BATCH = "SELECT count(*) FROM {schema}.batch WHERE batch_id = %s AND at = %s::timestamptz"
# Numbers that a server lost in a crash, and has not given again, are not asked after: that is an error.
_STATUS = (
    "SELECT count(*) FROM (SELECT %s::text::xid8 AS number) own WHERE CASE WHEN number <"
    " pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status(number) = 'committed' ELSE false END"
)


@dataclass(frozen=True)
class OwnTransaction:
    """A write of ours, by what the server knows it.

    Parameters
    ----------
    number
        Of the transaction; others may have had the same one after the server crashed.
    begun
        When it began by the server's clock, to the millisecond.
    batch
        The batch that it writes, '' for a write without one.
    """

    number: str
    begun: str
    batch: str = ""


# By the address of their network, those of which nobody could be asked.
_open: dict[str, OwnTransaction] = {}
_changing = threading.Lock()


def is_committed(ask: Callable[..., list[tuple[Any, ...]]], schema: str, transaction: OwnTransaction) -> bool:
    """Return whether a transaction was committed; one that is under way still is ended first.

    Parameters
    ----------
    ask
        Runs a statement with parameters by a new connection, and returns the rows of the answer.
    schema
        Where it wrote.
    """
    ours = transaction.number, transaction.begun
    until = time.monotonic() + _PATIENCE_S
    while ask(_RUNNING, *ours) != [(0,)]:
        if time.monotonic() > until:
            raise psycopg2.OperationalError("the process of the server does not end")
        ask(_END, *ours)
        time.sleep(_PAUSE_S)
    if transaction.batch:
        found = ask(_BATCH.format(schema=quoted(schema)), transaction.batch, transaction.begun)
    else:
        found = ask(_STATUS, transaction.number)
    return found != [(0,)]


def remember(address: str, transaction: OwnTransaction) -> None:
    """Keep a transaction of which the server could not be asked."""
    with _changing:
        _open[address] = transaction


def remembered(address: str) -> Optional[OwnTransaction]:
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
