"""A lock on a network's file that nothing in this process can drop.

On POSIX systems a process loses all its ordinary locks on a file as soon as it closes any descriptor of it,
and QGIS opens and closes the file behind SQLite's back whenever it looks what a file is. While somebody edits
with QGIS the file is in write-ahead mode; another program then takes itself for the last one and throws the
log away, with all that was committed to it.

Locks of an open file description stay until that very description is closed. While the file is in
write-ahead mode, this process holds SQLite's SHARED lock in that kind, on a descriptor of its own: nobody can
throw the log away. Writers meet on SQLite's ``-shm`` file, which nobody opens but SQLite, so QGIS's own Save
is as safe by it as our batches. Whoever closes the file last puts it back into rollback mode, in which
networks are kept.

The mode is never changed while others have the file open: QGIS reads files in rollback mode without any lock,
and layers opened so are empty when the mode changes under them.

Only Linux has such locks in Python. On Windows locks belong to the handle, so SQLite's own stay; on macOS
SQLite's own are all there is, and what was written is read back.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
import stat
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from waternet_plugin.core.errors import LockedError
from waternet_plugin.store.geopackage import locks
from waternet_plugin.store.geopackage.sql import uri

if sys.platform == "linux":
    import fcntl

    AVAILABLE = hasattr(fcntl, "F_OFD_SETLK")
else:
    AVAILABLE = False

# The bytes on which SQLite's locks lie.
_PENDING, _SHARED = (0x40000000, 1), (0x40000002, 510)
# Linux's struct flock: type, whence, start, length, process.
_FLOCK = "hhqqi4x"
_STEP_S = 0.02
# Bytes 18 and 19 of a database say in which mode it is written and read.
_LOGGED = b"\x02\x02"
# Another writer is told after this many seconds who holds the file; who only reads holds a writer up for
# longer, while a large map is drawn.
WRITER_PATIENCE_S = 2.0
READER_PATIENCE_S = 30.0


class _File:
    """A descriptor of one file, with the lock it carries and the number of those who use it.

    Closing it would drop SQLite's own locks, so it stays open while this process has the file open elsewhere.
    """

    def __init__(self, path: Path, descriptor: int, key: tuple[int, int]) -> None:
        self.path = path
        self.descriptor = descriptor
        self.key = key
        # How many have the descriptor.
        self.users = 0
        self.is_locked = False
        self.changed = threading.Condition(threading.RLock())

    def _ask(self, command: str, kind: str, place: tuple[int, int]) -> bytes:
        request = struct.pack(_FLOCK, getattr(fcntl, kind), os.SEEK_SET, *place, 0)
        return bytes(fcntl.fcntl(self.descriptor, getattr(fcntl, command), request))

    def _take(self, place: tuple[int, int]) -> bool:
        try:
            self._ask("F_OFD_SETLK", "F_RDLCK", place)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            # A file system without such locks: SQLite's own are all there is.
            return True
        return True

    def _let_go(self, place: tuple[int, int]) -> None:
        # By name: a process that is just being started has a copy of the descriptor.
        with suppress(OSError):
            self._ask("F_OFD_SETLK", "F_UNLCK", place)

    def try_shared(self) -> bool:
        """Take SQLite's SHARED lock in its own order, so that a writer who waits for readers goes first."""
        if not self.is_locked and AVAILABLE and self._take(_PENDING):
            try:
                self.is_locked = self._take(_SHARED)
            finally:
                self._let_go(_PENDING)
        return self.is_locked

    def unlock(self) -> None:
        """Let the lock go."""
        if self.is_locked:
            self._let_go(_SHARED)
            self.is_locked = False

    def first_bytes(self, count: int) -> bytes:
        """Return the beginning of the file."""
        if hasattr(os, "pread"):
            return os.pread(self.descriptor, count, 0)
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        return os.read(self.descriptor, count)

    def is_logged(self) -> bool:
        """Return whether the file is in write-ahead mode."""
        return self.first_bytes(20)[18:] == _LOGGED

    def is_open_elsewhere(self) -> bool:
        """Return whether this process has the file open by another descriptor."""
        if os.name == "nt" or os.fstat(self.descriptor).st_nlink == 0:
            return False
        for name in os.listdir("/dev/fd"):
            with suppress(OSError):
                status = os.fstat(int(name))
                if int(name) != self.descriptor and (status.st_dev, status.st_ino) == self.key:
                    return True
        return False


_files: dict[tuple[int, int], _File] = {}
_guard = threading.RLock()


def _enter(path: Path) -> _File:
    """Return the descriptor of a file, with one more user."""
    with _guard:
        found = os.stat(path)
        file = _files.get((found.st_dev, found.st_ino))
        if file is None:
            if not stat.S_ISREG(found.st_mode):
                raise OSError("not a file")
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            opened = os.fstat(descriptor)
            key = (opened.st_dev, opened.st_ino)
            file = _files.setdefault(key, _File(path, descriptor, key))
        file.users += 1
        return file


def _leave(file: _File) -> None:
    """Take one user off a file; the last one lets go of what nobody needs."""
    with file.changed:
        with _guard:
            file.users -= 1
            if file.users:
                return
        if file.is_open_elsewhere():
            # QGIS's layers lose their locks, so that ours stays as long as there is a log.
            if file.is_locked and not file.is_logged():
                file.unlock()
            return
        was_logged = file.is_locked and file.is_logged()
        file.unlock()
        with _guard:
            if file.users:
                return
            _files.pop(file.key, None)
            os.close(file.descriptor)
    if was_logged:
        _tidy(file.path)


def _tidy(path: Path) -> None:
    """Take the log into the file and leave it in rollback mode, unless another program has it open."""
    # Others may have lost their locks, so that SQLite alone can't tell.
    if os.path.exists(path) and not locks.others(path):
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri(path, "mode=rw"), uri=True)) as database:
            database.execute("PRAGMA journal_mode = DELETE").fetchone()


def _wait(file: _File, patience_s: float) -> None:
    """Take the lock, which stays as long as the file has users; a LockedError when others are in the way."""
    begin = time.monotonic()
    with file.changed:
        while not file.try_shared():
            if time.monotonic() - begin >= patience_s:
                raise LockedError(locks.locked_message(file.path))
            # Lets other threads go on that read.
            file.changed.wait(_STEP_S)


@contextmanager
def logged(path: Path, *, patience_s: float = READER_PATIENCE_S) -> Iterator[None]:
    """Keep others from throwing the log of a file away while the block reads or writes, where it has one.

    Parameters
    ----------
    path
        The file.
    patience_s
        How long to wait for others at most.

    Raises
    ------
    LockedError
        Another program is about to change the mode, without an end.
    """
    try:
        file = _enter(path) if AVAILABLE else None
    except OSError:
        # SQLite says what is wrong with it.
        file = None
    if file is None:
        yield
        return
    try:
        # In rollback mode a writer needs SQLite's own locks, which ours would refuse.
        if file.is_logged():
            _wait(file, patience_s)
        yield
    finally:
        _leave(file)


def keep(path: Path) -> None:
    """Hold the lock as long as this process has the file open; who is in the way is waited for later."""
    with suppress(LockedError, sqlite3.Error), logged(path, patience_s=0):
        pass


def first_bytes(path: Path, count: int) -> bytes:
    """Return the beginning of a file without costing anybody a lock."""
    file = _enter(path)
    try:
        return file.first_bytes(count)
    finally:
        _leave(file)


def release_idle() -> None:
    """Let go of files that this process has closed meanwhile."""
    with _guard:
        idle = [file for file in _files.values() if not file.users]
        for file in idle:
            file.users += 1
    for file in idle:
        _leave(file)


def _forget() -> None:
    """Start without files in a forked process: the locks are its parent's."""
    global _guard  # noqa: PLW0603 (another thread of the parent may have had it)
    for file in _files.values():
        with suppress(OSError):
            os.close(file.descriptor)
    _files.clear()
    _guard = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
atexit.register(release_idle)
