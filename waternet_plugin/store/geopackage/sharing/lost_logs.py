"""See whether this process works with a log that another program has taken away.

In write-ahead mode SQLite keeps what is committed in two files beside the database. All connections of a
process share what it knows of them. Where the process has lost its ordinary lock on the database, another
program that closes it takes itself for the last one and deletes both. From then on this process goes on with
files that have no name any more: what it commits is seen by itself alone, what others commit it may write
over when it closes, and the file stays whole all the while. Nothing of that shows but in the descriptors.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from waternet_plugin.core.errors import LockedError
from waternet_plugin.core.texts import tr

_DESCRIPTORS = "/proc/self/fd"
_GONE = " (deleted)"
# Another thread that closes the last connection has deleted them a moment before it closes them.
_CLOSING_S = 0.5
_STEP_S = 0.02


def _has_deleted(path: Path) -> bool:
    """Return whether this process has a file of the log open that is deleted."""
    name = os.path.realpath(path)
    found = set()
    with suppress(OSError):
        for descriptor in os.listdir(_DESCRIPTORS):
            with suppress(OSError):
                found.add(os.readlink(f"{_DESCRIPTORS}/{descriptor}"))
    # A network that was deleted itself took its log with it.
    return name + _GONE not in found and not found.isdisjoint({f"{name}-wal{_GONE}", f"{name}-shm{_GONE}"})


def is_lost(path: Path) -> bool:
    """Return whether this process works with a log of a file that is deleted; False where nobody can tell."""
    if sys.platform != "linux":
        return False
    end = time.monotonic() + _CLOSING_S
    while _has_deleted(path):
        if time.monotonic() >= end:
            return True
        time.sleep(_STEP_S)
    return False


def check(path: Path) -> None:
    """Refuse to go on with a log that is deleted.

    Raises
    ------
    LockedError
        It is.
    """
    if is_lost(path):
        text = tr(
            "Another program has deleted the log of {name} that QGIS is working with, so what you see may be "
            "out of date, and nothing was written. Copy edits that are not saved yet to another layer, then "
            "restart QGIS."
        )
        raise LockedError(text.format(name=path.name))
