"""Connections to the file, and SQLite's errors in the user's words."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store import own_writes
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.location import advice
from waternet_plugin.store.geopackage.sharing import file_locks, locks, write_check, write_lock
from waternet_plugin.store.geopackage.tables import bad_text, journal

# A second writer is told after this many seconds who holds the file.
LOCK_PATIENCE_S = file_locks.WRITER_PATIENCE_S
# Without a log, a map that is being drawn holds a commit back for as long.
READER_PATIENCE_S = file_locks.READER_PATIENCE_S
# Indexes of a large table stay in memory while it is written.
WRITE_CACHE_KB = 256_000


def is_writable(path: Path) -> bool:
    """Return whether the file and its folder (for the journal) can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _needs_immutable(path: Path) -> bool:
    """Return whether a file in write-ahead mode lies where its side files can't be made."""
    if os.access(path.parent, os.W_OK):
        return False
    try:
        header = file_locks.first_bytes(path, 20)
    except OSError:
        # Gone with its folder, or not to be read; SQLite says so when it opens it.
        return False
    return header[18:20] == b"\x02\x02" and not path.with_name(path.name + "-wal").exists()


def open_options(path: Path) -> bool:
    """Return whether the file has to be opened as immutable."""
    return _needs_immutable(path)


class NetworkConnection(sqlite3.Connection):
    """A connection that never takes a log away from others as it closes."""

    path: Optional[Path] = None

    def close(self) -> None:
        """Close it; what was to be done is done."""
        if self.path is None:
            super().close()
        else:
            with file_locks.log_locked(self.path):
                super().close()


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Connect to a GeoPackage that exists; transactions are begun and ended by the caller."""
    if write:
        query = "mode=rw"
    elif _needs_immutable(path):
        query = "mode=ro&immutable=1"
    else:
        # A journal left by a killed program is rolled back by whoever reads next, if it may write.
        query = "mode=rw" if is_writable(path) else "mode=ro"
    connection = sqlite3.connect(
        file_locks.uri(path, query),
        uri=True,
        isolation_level=None,
        timeout=LOCK_PATIENCE_S,
        check_same_thread=False,
        factory=NetworkConnection,
    )
    connection.path = path
    if not write:
        connection.execute("PRAGMA query_only = 1")
    for name, function in blobs.functions().items():
        connection.create_function(name, 1, function, deterministic=True)
    bad_text.register(connection)
    journal.register(connection)
    return connection


@contextmanager
def complete_file(path: Path) -> Iterator[None]:
    """Have the file whole, with its log, for whoever reads it in the block."""
    recover(path)
    with file_locks.logged(path):
        yield


# The connections that are kept, by path, of each thread.
_kept = threading.local()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect for reading; SQLite's errors become sentences."""
    kept: dict[Path, sqlite3.Connection] = getattr(_kept, "by_path", {})
    if path in kept:
        with translated(path):
            yield kept[path]
        return
    with translated(path), complete_file(path), closing(connect(path)) as connection:
        yield connection


@contextmanager
def single_connection(path: Path) -> Iterator[None]:
    """Let this thread read a file by one connection in the block.

    Opening takes some ms, since SQLite reads all triggers: longer than a question about a few rows.
    """
    with reading(path) as connection:
        kept = _kept.__dict__.setdefault("by_path", {})
        is_first = path not in kept
        kept[path] = connection
        try:
            yield
        finally:
            if is_first:
                del kept[path]


@contextmanager
def _writing(path: Path) -> Iterator[tuple[sqlite3.Connection, write_lock.WriteLock]]:
    """Connect for writing, with locks that stay; SQLite's errors become sentences."""
    with (
        translated(path),
        file_locks.logged(path) as file,
        closing(connect(path, write=True)) as connection,
        write_lock.locked(file, connection) as lock,
    ):
        yield connection, lock


def _take_log_in(connection: sqlite3.Connection) -> None:
    """Take a log, where there is one, into the file for whoever copies that alone."""
    # What was committed is safe in the log as well: no reason to call it failed.
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


@contextmanager
def transaction(
    path: Path, *, action: str, by: str, reader_patience_s: float = READER_PATIENCE_S
) -> Iterator[sqlite3.Connection]:
    """Connect and hold the file for one write: committed at the end, rolled back on any exception.

    What was committed is read back, so that no batch is reported that is not in the file.

    Parameters
    ----------
    action, by
        What is being done and by whom, for another writer who finds the file taken.
    reader_patience_s
        How long those who read may hold the commit up.
    """
    with own_writes.counted(), _writing(path) as (connection, lock):
        lock.begin(writer_patience_s=LOCK_PATIENCE_S, reader_patience_s=reader_patience_s)
        connection.execute(f"PRAGMA cache_size = -{WRITE_CACHE_KB}")
        before = write_check.last_batch(connection)
        # The note goes before the lock does: afterwards it might be the next writer's.
        with locks.announced(path, action=action, by=by):
            yield connection
        written = write_check.last_batch(connection)
        lock.commit(reader_patience_s=reader_patience_s)
        is_lost = lock.has_log and locks.is_log_lost(path)
        lock.release()
        if written != before:
            write_check.check(path, written, connect, is_lost=is_lost)
        _take_log_in(connection)


@contextmanager
def alone(path: Path, *, action: str, by: str) -> Iterator[tuple[sqlite3.Connection, write_lock.WriteLock]]:
    """Connect outside of any transaction while no other program has the file, to rewrite all of it.

    VACUUM and SQLite's backup API write as one transaction each, which ``rewriting`` of the lock protects.
    Who opens the file meanwhile waits.

    Parameters
    ----------
    action, by
        What is being done and by whom, for another writer who finds the file taken.

    Raises
    ------
    LockedError
        Another program has the file open.
    """
    others = locks.others(path)
    if others:
        text = tr("{name} is also open in {who}. Close it there, then try again.")
        raise LockedError(text.format(name=path.name, who=listed(others)))
    with (
        own_writes.counted(),
        _writing(path) as (connection, lock),
        locks.announced(path, action=action, by=by),
    ):
        yield connection, lock
        _take_log_in(connection)


def recover(path: Path) -> None:
    """Roll back what a killed program left half-done, so that readers who may not write can read."""
    journal = path.with_name(path.name + "-journal")
    if journal.exists() and is_writable(path):
        with closing(connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def read_only_message(path: Path) -> str:
    """Return the sentence for a file or folder that can't be written."""
    if path.exists() and not os.access(path, os.W_OK):
        text = tr("The network {name} is read-only. Get permission to write to it, or work on a copy.")
    else:
        text = tr("The folder of {name} is read-only. Move the network to a folder you can write to.")
    return text.format(name=path.name)


def damaged(path: Path, *, details: tuple[str, ...] = ()) -> StoreError:
    """Return the error of a network whose file is damaged."""
    message = tr("The network {name} is damaged.").format(name=path.name)
    return StoreError(advice.with_backup(message, path), details=details)


def _message(path: Path, error: sqlite3.Error) -> StoreError:
    """Say what an error of SQLite means."""
    text = str(error).lower()
    details = (f"SQLite: {error}",)
    name = path.name
    if "locked" in text or "busy" in text:
        return LockedError(locks.locked_message(path), details=details)
    if "full" in text:
        message = tr("The disk is full. Nothing was changed in {name}. Free some space and try again.")
        return StoreError(message.format(name=name), details=details)
    if "readonly" in text or "read-only" in text:
        return StoreError(read_only_message(path), details=details)
    if "not a database" in text or ("malformed" in text and "json" not in text) or "corrupt" in text:
        return damaged(path, details=details)
    if "unable to open" in text or "disk i/o" in text:
        message = tr(
            "The network {name} can't be reached. Check the disk and your permissions, then try again."
        )
        return StoreError(message.format(name=name), details=details)
    message = tr("The network {name} refused the change, so nothing was changed: {reason}")
    return StoreError(message.format(name=name, reason=error), details=details)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into sentences for the user."""
    try:
        yield
    except sqlite3.Error as error:
        raise _message(path, error) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a spoiled list of tables in its own message, which Python can't read.
        raise damaged(path, details=(str(error),)) from error
