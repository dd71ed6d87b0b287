"""Refuse a batch that takes a planned pipe into use which nobody has verified: the last step of a batch."""

from __future__ import annotations

import sqlite3

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.store.geopackage.write_session import WriteSession

_KEY = "survey.verify_before_use"
ALWAYS, NEVER = "always", "never"
# What the batch found planned, and what it is called now: the first that is told of a status in it counts.
_WAS_PLANNED = (
    "SELECT c.asset, (SELECT json_extract(r.after, '$.pipe_id') FROM change_log r WHERE r.batch = c.batch"
    " AND r.\"table\" = 'pipe' AND r.action = 'update' AND r.asset = c.asset"
    " AND instr(r.after, '\"pipe_id\"') ORDER BY r.seq DESC LIMIT 1)"
    " FROM change_log c WHERE c.batch = ?1 AND c.\"table\" = 'pipe' AND c.action <> 'insert'"
    ' AND instr(c.before, \'"status":"planned"\') AND NOT EXISTS (SELECT 1 FROM change_log e'
    " WHERE e.\"table\" = 'pipe' AND e.asset = c.asset AND e.batch = c.batch AND e.seq < c.seq"
    " AND (e.action = 'insert' OR instr(e.before, '\"status\":')))"
)
# The newest verification of a pipe counts.
_IS_VERIFIED = (
    "SELECT verdict = 'pass' OR (trim(coalesce(override_by, '')) <> ''"
    " AND trim(coalesce(override_reason, '')) <> '') FROM verification WHERE pipe_id = ?"
    " ORDER BY fid DESC LIMIT 1"
)


def refuse_unverified(database: sqlite3.Connection, session: WriteSession) -> None:
    """Refuse the batch where pipes that were planned are in use after it without a verdict for it.

    Parameters
    ----------
    database
        In the transaction of the batch, with all its rows.
    session
        The batch.

    Raises
    ------
    StoreError
        With the pipes; nothing is written.
    """
    if "pipe" not in session.tables or not _is_on(database):
        return
    names = {name for row in database.execute(_WAS_PLANNED, (session.batch_id,)) for name in row if name}
    used = (name for name in names if _is_in_use(database, name))
    lacking = sorted(name for name in used if not _is_verified(database, name))
    if lacking:
        text = tr(
            "%n planned pipe(s) can't be taken into use before being verified: {pipes}. Verify them, or "
            "enter who overrides the verdict and why.",
            "",
            len(lacking),
        )
        raise StoreError(text.format(pipes=shortened(lacking)), details=tuple(lacking))


def _is_on(database: sqlite3.Connection) -> bool:
    """Return whether pipes must be verified here: by the setting, else from the first survey import on."""
    row = database.execute("SELECT value FROM setting WHERE key = ?", (_KEY,)).fetchone()
    value = str(row[0] or "").strip() if row else ""
    if value in (ALWAYS, NEVER):
        return value == ALWAYS
    return database.execute("SELECT 1 FROM survey_batch LIMIT 1").fetchone() is not None


def _is_in_use(database: sqlite3.Connection, name: str) -> bool:
    row = database.execute("SELECT status FROM pipe WHERE pipe_id = ?", (name,)).fetchone()
    return row is not None and row[0] == "in_use"


def _is_verified(database: sqlite3.Connection, name: str) -> bool:
    row = database.execute(_IS_VERIFIED, (name,)).fetchone()
    return row is not None and bool(row[0])
