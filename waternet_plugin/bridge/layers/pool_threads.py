"""Threads of Qt's pool in which work of ours runs: older versions of QGIS draw maps in the same pool."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_working: set[int] = set()


@contextmanager
def working() -> Iterator[None]:
    """Count this thread as one that works, and draws no map, while the block lasts."""
    number = threading.get_ident()
    if number in _working or threading.current_thread() is threading.main_thread():
        yield
        return
    _working.add(number)
    try:
        yield
    finally:
        _working.discard(number)


def working_threads() -> int:
    """Return how many threads work now.

    QGIS's own count of its tasks has those that wait for a thread, and those that have ended but are not yet
    known to have: with it a thread that draws would be taken for one that works.
    """
    return len(_working)
