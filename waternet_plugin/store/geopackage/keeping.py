"""Look after a write whether the file has kept it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr


class Written(NamedTuple):
    """The batch that was entered last, and how many rows of the change log name it."""

    batch_id: str
    logged: int


def last_batch(database: sqlite3.Connection) -> Optional[Written]:
    """Return the batch that was entered last, None where no batches are kept yet."""
    try:
        row = database.execute("SELECT batch_id FROM batch ORDER BY fid DESC LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else Written(str(row[0]), _logged(database, str(row[0])))


def _logged(database: sqlite3.Connection, batch_id: str) -> int:
    counted = database.execute("SELECT count(*) FROM change_log WHERE batch = ?", (batch_id,)).fetchone()
    return int(counted[0])


def check(path: Path, written: Optional[Written], connect: Callable[[Path], sqlite3.Connection]) -> None:
    """Refuse a batch as not kept when somebody who opens the file now does not find all of it.

    Parameters
    ----------
    path
        The file.
    written
        What was in it at the end of the transaction.
    connect
        Makes a connection that has seen nothing yet.
    """
    if written is None:
        return
    with closing(connect(path)) as database:
        there = database.execute("SELECT 1 FROM batch WHERE batch_id = ?", (written.batch_id,)).fetchone()
        is_kept = there is not None and _logged(database, written.batch_id) >= written.logged
    if not is_kept:
        text = tr(
            "Batch {batch} was not kept in {name}: another program wrote to the file at the same time. "
            "Close it there, then do this again."
        )
        raise StoreError(text.format(batch=written.batch_id, name=path.name))
