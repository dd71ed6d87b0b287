"""Locks on a network's file that nothing in this process can drop.

On POSIX systems a process loses all its ordinary locks on a file as soon as it closes any descriptor of it,
and QGIS opens and closes the file behind SQLite's back whenever it looks what a file is. So this process
keeps descriptors of its own, with locks that stay (``byte_locks``), as long as it has the file open:

- While somebody edits with QGIS and the file is in write-ahead mode, SQLite's SHARED. Another program that
  takes itself for the last one would throw the log away, with all that was committed to it. Writers meet on
  SQLite's ``-shm`` file, which nobody opens but SQLite, so QGIS's own Save is as safe by it as our batches.
  Whoever closes the file last puts it back into rollback mode, in which networks are kept. Between QGIS's
  change of the mode and the lock there is a moment all the same: so no connection of ours ever deletes a log
  (``log_locked``), and who works with one that others have deleted is refused (``locks``).
- While the store writes in rollback mode, what ``write_lock`` says.

Who reads in rollback mode has SQLite's own lock alone. One of ours beside it would stop everybody: SQLite
asks for its own with every statement and every opening by GDAL, behind a writer who waits for ours.

The mode is never changed while others have the file open: QGIS reads files in rollback mode without any lock,
and layers opened so are empty when the mode changes under them. That is why layers have no
``PRELUDE_STATEMENTS`` that put the mode back: QGIS 3.22 goes through both modes then whenever it begins to
edit, and a layer does not open at all while another program has the file in write-ahead mode.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from waternet_plugin.core.errors import LockedError
from waternet_plugin.store.geopackage.sharing import byte_locks, locks

AVAILABLE = byte_locks.AVAILABLE

_STEP_S = 0.02
# Bytes 18 and 19 of a database say in which mode it is written and read.
_LOGGED = b"\x02\x02"
# Another writer is told after this many seconds who holds the file; who only reads holds a writer up for
# longer, while a large map is drawn.
WRITER_PATIENCE_S = 2.0
READER_PATIENCE_S = 30.0


class File:
    """The descriptors of one file, with the locks they carry and the number of those who use them.

    Closing one would drop SQLite's own locks: they stay open while this process has the file open elsewhere.
    """

    def __init__(self, path: Path, descriptor: int, key: tuple[int, int]) -> None:
        self.path = path
        self.descriptor = descriptor
        self.key = key
        # How many have the descriptors.
        self.users = 0
        self.is_locked = False
        self.changed = threading.Condition(threading.RLock())
        # Another opening of the file, whose locks stand against those of the first one; made when needed.
        self._writing: int | None = None

    def has_users(self) -> bool:
        """Return whether anybody has the descriptors now."""
        return self.users > 0

    def writing_descriptor(self) -> int:
        """Return the descriptor of who writes, -1 where it could carry no locks that stay."""
        with self.changed:
            if self._writing is None and byte_locks.work_on(self.descriptor):
                with suppress(OSError):
                    self._writing = os.open(self.path, os.O_RDWR)
            return -1 if self._writing is None else self._writing

    def try_shared(self) -> bool:
        """Take SQLite's SHARED lock in its own order, so that a writer who waits for readers goes first."""
        if not byte_locks.work_on(self.descriptor):
            # SQLite's own locks are all there is.
            return True
        if not self.is_locked and byte_locks.take_shared(self.descriptor, byte_locks.PENDING):
            try:
                self.is_locked = byte_locks.take_shared(self.descriptor, byte_locks.SHARED)
            finally:
                byte_locks.let_go(self.descriptor, byte_locks.PENDING)
        return self.is_locked

    def unlock(self) -> None:
        """Let the lock go."""
        if self.is_locked:
            byte_locks.let_go(self.descriptor, byte_locks.SHARED)
            self.is_locked = False

    def close(self) -> None:
        """Close the descriptors."""
        for descriptor in (self.descriptor, self._writing):
            if descriptor is not None:
                with suppress(OSError):
                    os.close(descriptor)

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
                is_ours = int(name) in (self.descriptor, self._writing)
                if not is_ours and (status.st_dev, status.st_ino) == self.key:
                    return True
        return False


open_files: dict[tuple[int, int], File] = {}
_guard = threading.RLock()


def _enter(path: Path) -> File:
    """Return the descriptor of a file, with one more user."""
    with _guard:
        found = os.stat(path)
        file = open_files.get((found.st_dev, found.st_ino))
        if file is None:
            if not stat.S_ISREG(found.st_mode):
                raise OSError("not a file")
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            opened = os.fstat(descriptor)
            key = (opened.st_dev, opened.st_ino)
            file = open_files.setdefault(key, File(path, descriptor, key))
        file.users += 1
        return file


def _leave(file: File) -> None:
    """Take one user off a file; the last one lets go of what nobody needs."""
    with file.changed:
        with _guard:
            file.users -= 1
            if file.has_users():
                return
        if file.is_open_elsewhere():
            # QGIS's layers lose their locks, so that ours stays as long as there is a log.
            if file.is_locked and not file.is_logged():
                file.unlock()
            return
        was_logged = file.is_locked and file.is_logged()
        file.unlock()
        with _guard:
            # Another thread may have come since.
            if file.has_users():
                return
            open_files.pop(file.key, None)
            file.close()
    if was_logged:
        _tidy(file.path)


def uri(path: Path, query: str) -> str:
    """Return a path as SQLite's URI; a server's name may not stand where a host would."""
    text = Path(os.path.abspath(path)).as_uri()
    if not text.startswith("file:///"):
        text = "file:////" + text[len("file://") :]
    return f"{text}?{query}"


def _tidy(path: Path) -> None:
    """Take the log into the file and leave it in rollback mode, unless another program has it open."""
    # Others may have lost their locks, so that SQLite alone can't tell.
    if os.path.exists(path) and not locks.others(path):
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri(path, "mode=rw"), uri=True)) as database:
            database.execute("PRAGMA journal_mode = DELETE").fetchone()


def _wait(file: File, patience_s: float) -> None:
    """Take the lock, which stays as long as the file has users; a LockedError when others are in the way."""
    end = time.monotonic() + patience_s
    with file.changed:
        while not file.try_shared():
            if time.monotonic() >= end:
                raise LockedError(locks.locked_message(file.path))
            # Lets other threads go on that read.
            file.changed.wait(_STEP_S)


@contextmanager
def _used(path: Path) -> Iterator[File | None]:
    """Have the descriptors of a file, None where there are none."""
    try:
        file = _enter(path) if AVAILABLE else None
    except OSError:
        # SQLite says what is wrong with it.
        file = None
    try:
        yield file
    finally:
        if file is not None:
            # What was done in the block is done, whatever becomes of our descriptors.
            with suppress(OSError):
                _leave(file)


@contextmanager
def logged(path: Path, *, patience_s: float = READER_PATIENCE_S) -> Iterator[File | None]:
    """Keep others from throwing the log of a file away while the block has it, where it has one.

    Parameters
    ----------
    patience_s
        How long to wait for others at most.

    Yields
    ------
    File, None
        The descriptors of the file, None where there are none.

    Raises
    ------
    LockedError
        Another program is about to change the mode, without an end; or it has deleted the log that this
        process works with.
    """
    with _used(path) as file:
        # In rollback mode a writer needs SQLite's own locks, which ours would refuse.
        if file is not None and file.is_logged():
            _wait(file, patience_s)
            locks.check_log(path)
        yield file


@contextmanager
def log_locked(path: Path) -> Iterator[None]:
    """Have the lock of a log, where there is one, while the block closes a connection.

    SQLite deletes the log with the last connection, and can't tell that from the last one which has its
    locks still. With ours it never is the last; ``_tidy`` asks the system who has the file open.
    """
    with _used(path) as file:
        # Who stands in the way for longer stands in SQLite's way too.
        with suppress(LockedError, OSError):
            if file is not None and file.is_logged():
                _wait(file, WRITER_PATIENCE_S)
        yield


def keep(path: Path, *, patience_s: float = 0) -> bool:
    """Hold the lock as long as this process has the file open; who is in the way is waited for later.

    Parameters
    ----------
    patience_s
        How long to wait for others now.

    Returns
    -------
    bool
        Whether this process can go on with the log that it has, if any.
    """
    with suppress(LockedError, sqlite3.Error), logged(path, patience_s=patience_s):
        # Who deleted it may have put the file back into rollback mode as well.
        return not locks.is_log_lost(path)
    return False


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
        idle = [file for file in open_files.values() if not file.users]
        for file in idle:
            file.users += 1
    for file in idle:
        _leave(file)


def _forget() -> None:
    """Start without files in a forked process: the locks are its parent's."""
    global _guard  # noqa: PLW0603 (another thread of the parent may have had it)
    for file in open_files.values():
        file.close()
    open_files.clear()
    _guard = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
atexit.register(release_idle)
