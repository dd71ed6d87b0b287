"""What this process has written to networks: whoever begins work can tell then whether it stored any.

The tables of each write are kept until somebody asks, who then reads those anew and no others.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Optional

_changing = threading.Lock()
_count = [0]
# Tables that are still to be read anew; None is a write that may have changed any.
_tables: set[Optional[str]] = set()
# Processes of servers by which it writes there.
_processes: set[int] = set()


class Write(threading.local):
    """The tables of the writes that are under way in a thread, the innermost last."""

    def __init__(self) -> None:
        self.tables: list[set[str]] = []


_open_writes = Write()


@contextmanager
def counted() -> Iterator[None]:
    """Count a write that is in its file, or on its server, when the block ends well."""
    tables: set[str] = set()
    _open_writes.tables.append(tables)
    try:
        yield
    finally:
        _open_writes.tables = [other for other in _open_writes.tables if other is not tables]
    with _changing:
        _count[0] += 1
        _tables.update(tables or {None})


def name_tables(tables: Collection[str]) -> None:
    """Name all tables that the write which is under way in this thread has changed."""
    _open_writes.tables[-1].update(tables)


def take_tables() -> Optional[frozenset[str]]:
    """Return the tables that were written since the last time this was asked; None where it may be any."""
    with _changing:
        taken = frozenset(_tables)
        _tables.clear()
    named = frozenset(name for name in taken if name is not None)
    return named if taken == named else None


def note_process(pid: int) -> None:
    """Remember that this process writes by a process of a server."""
    with _changing:
        _processes.add(pid)


def is_of_this_process(pid: int) -> bool:
    """Return whether what a process of a server wrote was written by this one."""
    return pid in _processes


def count() -> int:
    """Return how many writes there were since the process began."""
    return _count[0]
