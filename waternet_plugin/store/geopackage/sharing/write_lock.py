"""The lock of one write: SQLite's own, made to stay whatever QGIS opens and closes.

On POSIX systems QGIS drops SQLite's locks in the middle of a batch as soon as it looks at the file (a first
layer of it is added, the browser shows it). Then another program writes as well: ours fails, or the other's
commit is gone while ours reports an error, or the file is malformed.

SQLite works as always, and everything that it keeps in its memory stays true: connections of this process
exclude each other as ever, GDAL's among them. Only the locks that the system holds for it are exchanged, each
as soon as it is there, for one of the same bytes that belongs to a descriptor of ours (``byte_locks``):

- RESERVED right after ``BEGIN IMMEDIATE``. Nothing has been written yet; if somebody got in between, which
  the counter of changes in the file's header tells, the batch begins anew. As long as it is held nobody else
  can begin to write, nor take our journal for one that a killed program left.
- SHARED beside it. With it SQLite can't get EXCLUSIVE, hence writes no page, before
- PENDING, which SQLite asks for when it commits or has more changed pages than it keeps in memory, is
  exchanged too. From then on nobody begins to read; SHARED is let go, and SQLite waits for those who still
  do. A file that is opened and closed now costs SQLite its EXCLUSIVE lock, but no reader gets past PENDING.

The other way, a connection without any locks of SQLite's (``nolock=1``) under locks of ours alone, was not
taken: SQLite's memory would know nothing of the batch, and a Save of QGIS in another thread of the process,
whose own locks QGIS has dropped, would write into it.

Where there are no such locks, SQLite's own have to do (``byte_locks``). In write-ahead mode writers meet on
another file, which only SQLite opens, and ``file_locks`` sees to the rest.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from waternet_plugin.core.errors import LockedError
from waternet_plugin.store.geopackage.sharing import byte_locks, file_locks, locks

_STEP_S = 0.02
# SQLite looks at its locks after so many of its steps: some milliseconds.
_STEPS = 50_000
_FIRST_STEPS = 100
# What the header holds of the state of the file: its mode, the counter of changes.
_HEADER_BYTES = 100
# A reader holds PENDING for some microseconds while it comes in. Found in the way so often, it is not that.
_TRIES = 5


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return "locked" in str(error) or "busy" in str(error)


class WriteLock:
    """The locks of one write.

    Parameters
    ----------
    file
        The file; None where no descriptor of it could be had.
    database
        The connection that writes; nothing has been read on it yet.
    """

    def __init__(self, file: file_locks.File | None, database: sqlite3.Connection) -> None:
        self._file = file
        self._database = database
        self._descriptor = -1 if file is None else file.writing_descriptor()
        # The transaction writes to a log.
        self.has_log = False
        # Which of ours are held.
        self._reserved = self._shared = self._pending = False
        # SQLite has asked for PENDING, and its ordinary lock was given up for ours.
        self._is_wanted = False
        # For a rewriting: the header before it, and whether somebody came in between.
        self._before = b""
        self._is_refused = False

    def _begin_once(self, file: file_locks.File) -> bool:
        """Begin a transaction whose locks are ours; False when somebody came in between."""
        before = file.first_bytes(_HEADER_BYTES)
        self._database.execute("BEGIN IMMEDIATE")
        if file.is_logged():
            # The mode may have changed this moment.
            with file.changed:
                self.has_log = is_begun = self._began_with_log() and file.try_shared()
            if is_begun:
                locks.check_log(file.path)
        else:
            self._reserved = byte_locks.take_over(self._descriptor, byte_locks.RESERVED)
            if self._reserved and file.first_bytes(_HEADER_BYTES) == before:
                self._shared = byte_locks.take_shared(self._descriptor, byte_locks.SHARED)
            is_begun = self._shared
        if is_begun:
            return True
        self._database.execute("ROLLBACK")
        self.release()
        return False

    def _began_with_log(self) -> bool:
        """Return whether SQLite has begun with the log: one made since would need a beginning of its own."""
        return bool(self._database.execute("PRAGMA journal_mode").fetchone()[0] == "wal")

    def begin(self, *, writer_patience_s: float, reader_patience_s: float) -> None:
        """Begin the transaction.

        Parameters
        ----------
        writer_patience_s
            How long another writer is waited for.
        reader_patience_s
            How long SQLite itself waits for readers where it holds the locks.

        Raises
        ------
        LockedError, sqlite3.OperationalError
            Another program writes for longer.
        """
        if self._file is None or self._descriptor < 0:
            self._database.execute("BEGIN IMMEDIATE")
        else:
            # Also where the file has no log any more: the lock of who works with the old one never ends.
            locks.check_log(self._file.path)
            end = time.monotonic() + writer_patience_s
            while not self._begin_once(self._file):
                if time.monotonic() >= end:
                    raise LockedError(locks.locked_message(self._file.path))
                time.sleep(_STEP_S)
        # The lock is ours: from here on we only wait for readers to finish.
        patience_s = 0 if self._reserved else reader_patience_s
        self._database.execute(f"PRAGMA busy_timeout = {int(patience_s * 1000)}")
        if self._reserved:
            self._database.set_progress_handler(self._look, _STEPS)

    def _exchange_pending(self) -> None:
        """Take PENDING for our own, and let SQLite wait for the readers itself."""
        self._is_wanted = True
        self._pending = byte_locks.take_over(self._descriptor, byte_locks.PENDING)
        if self._pending:
            byte_locks.let_go(self._descriptor, byte_locks.SHARED)
            self._shared = False

    def _look(self) -> int:
        """See whether SQLite has asked for PENDING meanwhile; it goes on whatever was found."""
        if not self._pending and (
            self._is_wanted or byte_locks.is_ordinarily_ours(self._descriptor, byte_locks.PENDING)
        ):
            self._exchange_pending()
        return 0

    def commit(self, *, reader_patience_s: float) -> None:
        """Commit as soon as nobody reads any more.

        Raises
        ------
        sqlite3.OperationalError
            Others read for longer; the transaction is still there.
        """
        end = time.monotonic() + reader_patience_s
        tries = 0
        while True:
            try:
                self._database.execute("COMMIT")
                return
            except sqlite3.OperationalError as error:
                if not self._reserved or not _is_busy(error) or time.monotonic() >= end:
                    raise
            tries += 1
            self._look()
            if not self._pending and tries >= _TRIES:
                # SQLite had it, and an opening of the file dropped it before it was seen.
                self._exchange_pending()
            if tries > 1:
                time.sleep(_STEP_S)

    def hold(self) -> int:
        """Exchange the locks of a rewriting that SQLite has begun; 1 where somebody came in between."""
        if self._file is None or self._descriptor < 0 or self._pending or self._file.is_logged():
            return 0
        self._reserved = byte_locks.is_ordinarily_ours(
            self._descriptor, byte_locks.RESERVED
        ) and byte_locks.take_over(self._descriptor, byte_locks.RESERVED)
        while self._reserved and not self._pending:
            # Who comes in to read has it for a moment, and gets no further.
            self._pending = byte_locks.take_over(self._descriptor, byte_locks.PENDING)
        self._is_refused = not self._reserved or self._file.first_bytes(_HEADER_BYTES) != self._before
        return int(self._is_refused)

    @contextmanager
    def rewriting(self) -> Iterator[None]:
        """Keep others out while SQLite rewrites the whole file in a transaction of its own.

        SQLite has EXCLUSIVE from the beginning and writes nothing during its first steps, after which the
        locks are exchanged. The backup API takes none that are counted here: who uses it calls ``hold``.

        Raises
        ------
        LockedError
            Somebody came in between; nothing was written.
        """
        if self._file is not None:
            self._before = self._file.first_bytes(_HEADER_BYTES)
        # The tables are known then: reading them is none of the first steps. A damaged file may be rewritten.
        with suppress(sqlite3.DatabaseError):
            self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        self._database.set_progress_handler(self.hold, _FIRST_STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if self._file is not None and self._is_refused:
                raise LockedError(locks.locked_message(self._file.path)) from error
            raise
        finally:
            self._database.set_progress_handler(None, 0)
            self.release()

    def release(self) -> None:
        """Let go of what is held, after the end of the transaction."""
        if self._shared:
            byte_locks.let_go(self._descriptor, byte_locks.SHARED)
        if self._pending:
            byte_locks.let_go(self._descriptor, byte_locks.PENDING)
        # Last, for the next writer of this process has the same descriptor.
        if self._reserved:
            byte_locks.let_go(self._descriptor, byte_locks.RESERVED)
        self._reserved = self._shared = self._pending = self._is_wanted = False


@contextmanager
def locked(file: file_locks.File | None, database: sqlite3.Connection) -> Iterator[WriteLock]:
    """Have the locks of one write, which begins and ends its transaction in the block."""
    lock = WriteLock(file, database)
    try:
        yield lock
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")
        database.set_progress_handler(None, 0)
        lock.release()
