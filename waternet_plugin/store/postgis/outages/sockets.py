"""Connections of this process to a server, whoever made them: QGIS shows nobody those that it has."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Union

# An address of the internet with its port, or the path of a socket.
Peer = Union[tuple[Any, ...], str]
# What lists the numbers of files that a process has open; Windows has nothing like it.
_OPEN = "/dev/fd"


@contextmanager
def _socket(number: int) -> Iterator[socket.socket]:
    """Reach the socket of a number, without closing that."""
    with socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM) as reached:
        yield reached


def peer_of(number: int) -> Peer:
    """Return to whom a socket leads; '' where it leads nowhere, or is none."""
    try:
        with _socket(number) as reached:
            peer: Peer = reached.getpeername()
            return peer
    except OSError:
        return ""


def end(number: int) -> None:
    """End what goes over a socket: whoever waits for it is told that it was lost."""
    with suppress(OSError), _socket(number) as reached:
        reached.shutdown(socket.SHUT_RDWR)


def _is_socket(number: int) -> bool:
    # A file is left alone: closing another number of it would let go of the locks that SQLite has on it.
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def end_all(peer: Peer, *, but: Collection[int] = ()) -> None:
    """End what goes over all sockets to somebody, where the system says which there are."""
    if not peer or not os.path.isdir(_OPEN):
        return
    numbers = {int(name) for name in os.listdir(_OPEN) if name.isdecimal()}
    for number in numbers.difference(but):
        if _is_socket(number) and peer_of(number) == peer:
            end(number)
