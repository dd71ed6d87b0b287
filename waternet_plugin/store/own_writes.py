"""What this process has written to networks: whoever begins work can tell then whether it stored any."""

from __future__ import annotations

import threading

_changing = threading.Lock()
_count = [0]
# Processes of servers by which it writes there.
_processes: set[int] = set()


def note() -> None:
    """Count a write that is in its file."""
    with _changing:
        _count[0] += 1


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
