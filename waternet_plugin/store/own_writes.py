"""How often this process has written to networks: whoever begins work can tell then whether it stored any."""

from __future__ import annotations

import threading

_changing = threading.Lock()
_count = [0]


def note() -> None:
    """Count a write that is in its file."""
    with _changing:
        _count[0] += 1


def count() -> int:
    """Return how many writes there were since the process began."""
    return _count[0]
