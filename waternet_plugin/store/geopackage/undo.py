"""Take a whole batch back: its entries of the change log are replayed backwards, in one transaction.

An undo is a batch itself, so it can be undone too: that does the batch again. What others changed later on
the same rows is never overwritten; it stops the undo and is listed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables, table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import bulk, connection, journal, session, triggers
from waternet_plugin.store.geopackage.inserting import BULK_ROWS
from waternet_plugin.store.geopackage.session import Session
from waternet_plugin.store.geopackage.sql import now, quoted
from waternet_plugin.store.network import Undone

_PERMANENT = ("create", "mend", "migrate", "restore")
_PAGE = 100_000
# Batches whose changes are not in force: undone ones, and the undos themselves.
_SETTLED = "SELECT batch_id FROM batch WHERE undone IS NOT NULL OR kind = 'undo'"

Entry = tuple[int, str, str, str, Any, Any]


def _refuse(message: str, *, details: tuple[str, ...] = ()) -> None:
    raise StoreError(message, details=details)


def _chosen(database: sqlite3.Connection, batch_id: str | None) -> tuple[str, str, str | None]:
    """Return id, kind and facts of the batch to take back."""
    if batch_id is None:
        sql = (
            "SELECT batch_id, kind, facts FROM batch WHERE undone IS NULL"
            " AND kind NOT IN ('create', 'mend', 'migrate', 'restore', 'undo') ORDER BY fid DESC LIMIT 1"
        )
        last = database.execute(sql).fetchone()
        if last is None:
            _refuse(tr("There is no batch to undo."))
        return str(last[0]), str(last[1]), last[2]
    row = database.execute("SELECT kind, undone, facts FROM batch WHERE batch_id = ?", (batch_id,)).fetchone()
    if row is None:
        text = tr("There is no batch {batch}. List the batches to see their ids.")
        _refuse(text.format(batch=batch_id))
    kind, undone, facts = row
    if undone is not None:
        text = tr("Batch {batch} is undone already, by {undo}. Undo that one to do it again.")
        _refuse(text.format(batch=batch_id, undo=undone))
    if kind in _PERMANENT:
        text = tr("Batch {batch} ({kind}) can't be undone.")
        _refuse(text.format(batch=batch_id, kind=domains.domain("batch_kind")[kind].label))
    return batch_id, str(kind), facts


def _check_later_edits(database: sqlite3.Connection, batch_id: str) -> None:
    """Refuse when rows of the batch were changed later by something that is in force."""
    sql = (
        'SELECT l."table", l.asset, coalesce(l.batch, \'\'), l."by", l.at'
        ' FROM (SELECT "table", asset, max(seq) AS last FROM change_log WHERE batch = ?1'
        ' AND asset IS NOT NULL GROUP BY "table", asset) mine'
        ' JOIN change_log l ON l."table" = mine."table" AND l.asset = mine.asset AND l.seq > mine.last'
        f" WHERE l.action <> 'gap' AND (l.batch IS NULL OR l.batch NOT IN ({_SETTLED})) ORDER BY l.seq"
    )
    later = database.execute(sql, (batch_id,)).fetchall()
    if later:
        rows = list(dict.fromkeys(f"{name} {asset}" for name, asset, *_rest in later))
        batches = ", ".join(dict.fromkeys(row[2] or tr("edits without a batch") for row in later))
        text = tr(
            "Batch {batch} can't be undone: {n} of its rows were changed later, such as {first}. "
            "Undo first what changed them: {batches}."
        )
        message = text.format(batch=batch_id, n=len(rows), first=rows[0], batches=batches)
        _refuse(
            message, details=tuple(f"{name} {asset}: {who}, {at} {of}" for name, asset, of, who, at in later)
        )


def _check_gap(database: sqlite3.Connection, batch_id: str) -> None:
    """Where the log has a gap, refuse when rows the batch made are no more as it made them."""
    first = "SELECT min(seq) FROM change_log WHERE batch = ?"
    gap = f"SELECT 1 FROM change_log WHERE action = 'gap' AND seq > ({first})"
    if database.execute(gap, (batch_id,)).fetchone() is None:
        return
    for one in all_tables().values():
        if one.log == "rows":
            prefix = f"{quoted(one.name)}."
            sql = (
                f"SELECT l.asset FROM change_log l LEFT JOIN {quoted(one.name)}"
                f" ON {prefix}{quoted(one.id_field)} = l.asset"
                " WHERE l.batch = ?1 AND l.action = 'insert' AND l.\"table\" = ?2"
                ' AND NOT EXISTS (SELECT 1 FROM change_log m WHERE m."table" = ?2 AND m.asset = l.asset'
                " AND m.seq > l.seq)"
                f" AND l.after IS NOT {triggers.whole_row_sql(one, prefix, geometry=False)}"
            )
            changed = [row[0] for row in database.execute(sql, (batch_id, one.name))]
            _refuse_changed(one, batch_id, changed)


def _refuse_changed(described: Table, batch_id: str, assets: list[Any]) -> None:
    if assets:
        text = tr(
            "Batch {batch} can't be undone: {table} {first} is not as the batch left it, and the change log "
            "does not say who changed it. Correct that row by hand, then undo again."
        )
        message = text.format(batch=batch_id, table=described.label, first=assets[0])
        _refuse(message, details=tuple(str(asset) for asset in assets))


def _entries(database: sqlite3.Connection, batch_id: str) -> Iterator[list[Entry]]:
    """Yield the batch's log entries page by page, last first."""
    below = database.execute("SELECT coalesce(max(seq), 0) + 1 FROM change_log").fetchone()[0]
    sql = (
        'SELECT seq, "table", asset, action, before, after FROM change_log'
        " WHERE batch = ? AND seq < ? AND action <> 'gap' ORDER BY seq DESC LIMIT ?"
    )
    while True:
        page = database.execute(sql, (batch_id, below, _PAGE)).fetchall()
        if not page:
            return
        below = page[-1][0]
        yield page


def _value(name: str, value: Any) -> Any:
    """Return a value of the log as SQLite keeps it."""
    return bytes.fromhex(value) if name == GEOMETRY_COLUMN and value is not None else value


def _facts(described: Table, current: Session) -> dict[str, Any]:
    """Return the editing columns of a row that an undo writes."""
    if not described.is_editable:
        return {}
    return {"edited_by": current.by, "edited_on": current.at, "batch_id": current.batch_id}


def _take_out(database: sqlite3.Connection, described: Table, entries: list[Entry], batch_id: str) -> None:
    """Delete rows that the batch had made."""
    if described.log == "rows" and len(entries) >= BULK_ROWS:
        if bulk.take_out(database, described, [entry[2] for entry in entries]) != len(entries):
            _refuse_changed(described, batch_id, [entry[2] for entry in entries])
        return
    if described.log == "rows":
        sql = f"DELETE FROM {quoted(described.name)} WHERE {quoted(described.id_field)} = ?"
        keys = [(entry[2],) for entry in entries]
    else:
        sql = f"DELETE FROM {quoted(described.name)} WHERE {FID_COLUMN} = ?"
        keys = [(json.loads(entry[5])[FID_COLUMN],) for entry in entries]
    if database.executemany(sql, keys).rowcount != len(keys):
        _refuse_changed(described, batch_id, [entry[2] for entry in entries])


def _bring_back(
    database: sqlite3.Connection, described: Table, entries: list[Entry], current: Session
) -> None:
    """Make rows again that the batch had deleted."""
    names = [FID_COLUMN, *described.field_names, *([GEOMETRY_COLUMN] if described.has_geometry else [])]
    facts = _facts(described, current)
    rows = []
    for entry in entries:
        known = json.loads(entry[4])
        if described.is_editable:
            known.update(facts, row_version=(known.get("row_version") or 0) + 1)
        rows.append([_value(name, known.get(name)) for name in names])
    if described.log == "batch" or len(rows) >= BULK_ROWS:
        bulk.bring_back(database, described, names, rows)
    else:
        bulk.insert(database, described, names, rows)


def _put_back(
    database: sqlite3.Connection, described: Table, entries: list[Entry], current: Session, batch_id: str
) -> None:
    """Give rows back what they had before the batch changed them, if they are still as it left them."""
    facts = _facts(described, current)
    for entry in entries:
        before, after = json.loads(entry[4]), json.loads(entry[5])
        sets = [f"{quoted(name)} = ?" for name in (*before, *facts)]
        values = [_value(name, value) for name, value in before.items()] + list(facts.values())
        tests, left = [], []
        for name, value in after.items():
            same = triggers.body_sql if name == GEOMETRY_COLUMN else str
            mark = f"?{len(values) + len(left) + 1}"
            tests.append(f"{same(quoted(name))} IS {same(mark)}")
            left.append(_value(name, value))
        # The id may be among what changed: the row is the one that has the new id now.
        key = after.get(described.id_field, entry[2])
        tests.append(f"{quoted(described.id_field)} = ?{len(values) + len(left) + 1}")
        sql = f"UPDATE {quoted(described.name)} SET {', '.join(sets)} WHERE {' AND '.join(tests)}"
        if database.execute(sql, (*values, *left, key)).rowcount != 1:
            _refuse_changed(described, batch_id, [entry[2]])


def _replay(database: sqlite3.Connection, batch_id: str, current: Session, progress: Progress) -> None:
    """Take back the entries of the log, last first."""
    count = "SELECT count(*) FROM change_log WHERE batch = ?"
    total, done = database.execute(count, (batch_id,)).fetchone()[0], 0
    for page in _entries(database, batch_id):
        progress.at(done / max(total, 1))
        done += len(page)
        for (name, action), group in groupby(page, key=lambda entry: (entry[1], entry[3])):
            entries = list(group)
            described = table(name)
            if action == "insert":
                _take_out(database, described, entries, batch_id)
            elif action == "delete":
                _bring_back(database, described, entries, current)
            else:
                _put_back(database, described, entries, current, batch_id)
            current.touched(name, len(entries))


def _take_out_added(database: sqlite3.Connection, batch_id: str, current: Session) -> None:
    """Delete the batch's rows of tables that are only added to; the log keeps them for doing it again."""
    for described in all_tables().values():
        if described.log == "batch":
            rule = f"WHERE {quoted(described.name)}.batch_id = '{batch_id}'"
            journal.note_deleted(database, described, rule)
            deleted = database.execute(f"DELETE FROM {quoted(described.name)} {rule}")
            current.touched(described.name, deleted.rowcount)


def _settle(database: sqlite3.Connection, batch_id: str, root: str, undo_id: str) -> None:
    """Mark what is undone now: the batch, and earlier undos and redos of the same one."""
    database.execute("UPDATE batch SET undone = NULL WHERE undone = ?", (batch_id,))
    database.execute("UPDATE batch SET undone = ? WHERE batch_id = ?", (undo_id, batch_id))
    undos = database.execute(
        "SELECT batch_id, facts FROM batch WHERE kind = 'undo' AND undone IS NULL AND batch_id <> ?",
        (undo_id,),
    )
    moot = [one for one, facts in undos.fetchall() if json.loads(facts)["root"] == root]
    database.executemany("UPDATE batch SET undone = ? WHERE batch_id = ?", [(undo_id, one) for one in moot])


def undo(path: Path, batch_id: str | None, *, by: str, progress: Progress = SILENT) -> Undone:
    """Take a batch back in one transaction; None for the last that is no undo and not undone."""
    label = domains.domain("batch_kind")["undo"].label
    with connection.transaction(path, action=label, by=by) as database:
        chosen, kind, facts = _chosen(database, batch_id)
        _check_later_edits(database, chosen)
        _check_gap(database, chosen)
        current = Session(session.next_batch_id(database), by, now())
        session.begin(database, current)
        progress.at(0.1)
        _take_out_added(database, chosen, current)
        _replay(database, chosen, current, progress.part(0.2, 0.9))
        root = json.loads(facts)["root"] if kind == "undo" and facts else chosen
        told = json.dumps({"undone": chosen, "root": root})
        session.finish(database, current, kind="undo", name=chosen, facts=told)
        _settle(database, chosen, root, current.batch_id)
    return Undone(current.batch_id, chosen, current.rows)
