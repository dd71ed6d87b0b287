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


class ByteRange(NamedTuple):
    """Some bytes of a file."""

    start: int
    length: int


# The bytes on which SQLite's locks lie: held by whoever waits for readers to finish, by the one who writes,
# by all who read.
PENDING, RESERVED, SHARED = ByteRange(0x40000000, 1), ByteRange(0x40000001, 1), ByteRange(0x40000002, 510)


def _ask(descriptor: int, command: str, kind: str, place: ByteRange) -> tuple[int, ...]:
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


def _take(descriptor: int, kind: str, place: ByteRange) -> bool:
    try:
        _ask(descriptor, "F_OFD_SETLK", kind, place)
    except (BlockingIOError, PermissionError):
        return False
    return True


def take_shared(descriptor: int, span: ByteRange) -> bool:
    """Take a lock that others may share; False when somebody has it alone."""
    return _take(descriptor, "F_RDLCK", span)


def take_over(descriptor: int, span: ByteRange) -> bool:
    """Put a lock of this opening, which is for writing, in the place of this process's ordinary one.

    Between the two somebody else may get it: False then, and the ordinary one is gone.
    """
    _ask(descriptor, "F_SETLK", "F_UNLCK", span)
    return _take(descriptor, "F_WRLCK", span)


def let_go(descriptor: int, span: ByteRange) -> None:
    """Let a lock go, whoever has a copy of the descriptor."""
    with suppress(OSError):
        _ask(descriptor, "F_OFD_SETLK", "F_UNLCK", span)


def is_ordinarily_ours(descriptor: int, span: ByteRange) -> bool:
    """Return whether this process holds an ordinary lock there."""
    kind, *_where, process = _ask(descriptor, "F_OFD_GETLK", "F_WRLCK", span)
    return kind != fcntl.F_UNLCK and process == os.getpid()
