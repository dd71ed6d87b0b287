"""Look after a write whether the file has kept it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage.sharing import file_locks


class LastBatch(NamedTuple):
    """The batch that was entered last, and how many rows of the change log name it."""

    batch_id: str
    logged: int


def last_batch(database: sqlite3.Connection) -> Optional[LastBatch]:
    """Return the batch that was entered last, None where no batches are kept yet."""
    try:
        row = database.execute("SELECT batch_id FROM batch ORDER BY fid DESC LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else LastBatch(str(row[0]), _logged(database, str(row[0])))


def _logged(database: sqlite3.Connection, batch_id: str) -> int:
    counted = database.execute("SELECT count(*) FROM change_log WHERE batch = ?", (batch_id,)).fetchone()
    return int(counted[0])


def _is_kept(path: Path, written: LastBatch, connect: Callable[[Path], sqlite3.Connection]) -> bool:
    with closing(connect(path)) as database:
        # Another program's Save keeps readers out while it waits for those who read already, for seconds.
        database.execute(f"PRAGMA busy_timeout = {int(file_locks.READER_PATIENCE_S * 1000)}")
        there = database.execute("SELECT 1 FROM batch WHERE batch_id = ?", (written.batch_id,)).fetchone()
        return there is not None and _logged(database, written.batch_id) >= written.logged


def check(
    path: Path,
    written: Optional[LastBatch],
    connect: Callable[[Path], sqlite3.Connection],
    *,
    is_lost: bool = False,
) -> None:
    """Refuse a batch as not kept when somebody who opens the file now does not find all of it.

    Parameters
    ----------
    written
        What was in it at the end of the transaction.
    connect
        Makes a connection that has seen nothing yet.
    is_lost
        It was committed to a log that is deleted, so that this process alone would find it.

    Raises
    ------
    StoreError
        It is not there, or nobody can look now. The two are told apart: what is there must not be done again.
    """
    if written is None:
        return
    try:
        is_kept = not is_lost and _is_kept(path, written, connect)
    except sqlite3.Error as error:
        text = tr(
            "Batch {batch} was written to {name}, but the file can't be read now to make sure. Look for it "
            "in the list of batches before you do this again."
        )
        message = text.format(batch=written.batch_id, name=path.name)
        raise StoreError(message, details=(f"SQLite: {error}",)) from error
    if not is_kept:
        text = tr(
            "Batch {batch} was not saved in {name}: another program wrote to the file at the same time. "
            "Close it there, then do this again."
        )
        raise StoreError(text.format(batch=written.batch_id, name=path.name))
