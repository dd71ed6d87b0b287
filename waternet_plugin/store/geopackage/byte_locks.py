"""Locks on single bytes of a file: which kind this system has, and how one kind takes the place of the other.

SQLite locks bytes of the database file far behind its contents. On POSIX systems these ordinary locks belong
to the process and are gone as soon as it closes any descriptor of the file. Locks of an open file description
belong to one opening of the file and stay until that very opening is closed. Both kinds exclude each other,
between processes and inside one.

Only Linux has the second kind in Python. On Windows locks belong to the handle, so SQLite's own stay; on
macOS SQLite's own are all there is. This is the only place that knows.
"""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from typing import NamedTuple

if sys.platform == "linux":
    import fcntl

    AVAILABLE = hasattr(fcntl, "F_OFD_SETLK")
else:
    AVAILABLE = False

# Linux's struct flock: type, whence, start, length, process.
_FLOCK = "hhqqi4x"


class Place(NamedTuple):
    """Some bytes of a file."""

    start: int
    length: int


# The bytes on which SQLite's locks lie: held by whoever waits for readers to finish, by the one who writes,
# by all who read.
PENDING, RESERVED, SHARED = Place(0x40000000, 1), Place(0x40000001, 1), Place(0x40000002, 510)


def _ask(descriptor: int, command: str, kind: str, place: Place) -> tuple[int, ...]:
    request = struct.pack(_FLOCK, getattr(fcntl, kind), os.SEEK_SET, *place, 0)
    return struct.unpack(_FLOCK, fcntl.fcntl(descriptor, getattr(fcntl, command), request))


def work_on(descriptor: int) -> bool:
    """Return whether the file's file system keeps locks of an opening."""
    if not AVAILABLE:
        return False
    try:
        _ask(descriptor, "F_OFD_GETLK", "F_RDLCK", SHARED)
    except OSError:
        return False
    return True


def _take(descriptor: int, kind: str, place: Place) -> bool:
    try:
        _ask(descriptor, "F_OFD_SETLK", kind, place)
    except (BlockingIOError, PermissionError):
        return False
    return True


def take_shared(descriptor: int, place: Place) -> bool:
    """Take a lock that others may share; False when somebody has it alone."""
    return _take(descriptor, "F_RDLCK", place)


def take_over(descriptor: int, place: Place) -> bool:
    """Put a lock of this opening, which is for writing, in the place of this process's ordinary one.

    Between the two somebody else may get it: False then, and the ordinary one is gone.
    """
    _ask(descriptor, "F_SETLK", "F_UNLCK", place)
    return _take(descriptor, "F_WRLCK", place)


def let_go(descriptor: int, place: Place) -> None:
    """Let a lock go, whoever has a copy of the descriptor."""
    with suppress(OSError):
        _ask(descriptor, "F_OFD_SETLK", "F_UNLCK", place)


def is_ordinarily_ours(descriptor: int, place: Place) -> bool:
    """Return whether this process holds an ordinary lock there."""
    kind, *_where, process = _ask(descriptor, "F_OFD_GETLK", "F_WRLCK", place)
    return kind != fcntl.F_UNLCK and process == os.getpid()
