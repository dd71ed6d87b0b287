"""Whether a network is there, and what changes with every write to it."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Presence:
    """Whether a network is there, and whether anybody has written to it.

    Parameters
    ----------
    stamp
        Another one after each write; a file's is another one too while a write is under way.
    last_write
        What the network itself has as its last write; None where it was not asked.
    """

    is_there: bool
    stamp: Hashable
    last_write: Hashable = None


def file_presence(path: Path) -> Presence:
    """Look at a file and its write-ahead log: when they were written, and their sizes."""
    found = []
    for each in (path, path.with_name(f"{path.name}-wal")):
        try:
            status = os.stat(each)
            found.append((status.st_mtime_ns, status.st_size))
        except OSError:
            found.append((0, 0))
    return Presence(found[0] != (0, 0), tuple(found))
