"""What the change log tells of ids: pipes renamed, divided or merged, and who linked rows to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Optional

from waternet_plugin.core.editing.pipe_lineage import PipeChange
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database

# In these batches pipes are only made, and matches are found anew each time.
_MAKING = ("create", "adopt", "migrate")
_MATCHING = (*_MAKING, "update", "match", "assess")
# Batches that bring earlier rows back.
_TURNING_BACK = ("undo", "restore")
_READABLE = "json_valid(coalesce(before, '{}')) AND json_valid(coalesce(after, '{}'))"


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def pipe_changes(database: Database) -> tuple[PipeChange, ...]:
    """Return all that renamed, moved or deleted pipes, and made the pipes these speak of, in their order."""
    geometry = f"$.{GEOMETRY_COLUMN}"
    # Those that adopt a town hold nearly all of its log: the plus makes SQLite go by the batches.
    others = f"batch IN (SELECT batch_id FROM batch WHERE kind NOT IN ({_marks(_MAKING)}))"
    sql = (
        "SELECT seq, coalesce(batch, ''), asset, action,"
        " CASE action WHEN 'update' THEN json_extract(after, '$.pipe_id') END,"
        f" CASE WHEN action <> 'insert' THEN json_extract(before, '{geometry}') END,"
        f" CASE action WHEN 'update' THEN json_extract(after, '{geometry}') END"
        f" FROM change_log WHERE (batch IS NULL OR {others}) AND +\"table\" = 'pipe' AND {_READABLE}"
        # An update moves pipes, but those that it makes are not cut from others.
        " AND (action = 'delete' OR (action = 'insert' AND"
        " coalesce(batch, '') NOT IN (SELECT batch_id FROM batch WHERE kind = 'update'))"
        " OR (action = 'update' AND"
        f" (instr(after, '\"pipe_id\"') OR instr(after, '\"{GEOMETRY_COLUMN}\"'))))"
    )
    rows = {int(row[0]): row for row in database.execute(sql)}
    if all(row[3] == "insert" for row in rows.values()):
        return ()
    rows.update(_made(database, rows))
    shapes = _shapes({blob for row in rows.values() for blob in row[5:] if blob})
    return tuple(
        PipeChange(
            seq,
            str(batch),
            str(asset),
            str(action),
            None if new_id is None or new_id == asset else str(new_id),
            shapes.get(was),
            shapes.get(became),
        )
        for seq, batch, asset, action, new_id, was, became in (rows[seq] for seq in sorted(rows))
    )


def _made(database: Database, rows: Mapping[int, Any]) -> dict[int, Any]:
    """Return the entries that made rows of the ids that others name."""
    names = {str(name) for row in rows.values() for name in (row[2], row[4]) if name is not None}
    sql = (
        "SELECT seq, coalesce(batch, ''), asset, action, NULL, NULL, NULL FROM change_log"
        " WHERE \"table\" = 'pipe' AND asset IN (SELECT value FROM json_each(?)) AND action = 'insert'"
    )
    return {int(row[0]): row for row in database.execute(sql, (json.dumps(sorted(names)),))}


def _shapes(texts: set[str]) -> dict[Optional[str], Any]:
    listed = sorted(texts)
    return dict(zip(listed, blobs.shapes_of(listed)))


def made_at(database: Database, name: str) -> dict[str, int]:
    """Return the entries of the log that made the rows of a table, by the ids these have now."""
    id_field = table(name).id_field
    sql = (
        f"SELECT seq, asset, action, CASE action WHEN 'update' THEN json_extract(after, '$.{id_field}') END"
        f" FROM change_log WHERE \"table\" = ? AND {_READABLE} AND (action = 'insert'"
        f" OR (action = 'update' AND instr(after, '\"{id_field}\"')))"
        " AND (batch IS NULL OR batch NOT IN"
        f" (SELECT batch_id FROM batch WHERE kind IN ({_marks(_TURNING_BACK)}))) ORDER BY seq"
    )
    found: dict[str, int] = {}
    for seq, asset, action, new_id in database.execute(sql, (name,)):
        if action == "insert":
            found[str(asset)] = int(seq)
        elif new_id is not None and str(asset) in found:
            found[str(new_id)] = found[str(asset)]
    return found


def linked_by_edits(database: Database, name: str, field: str) -> frozenset[str]:
    """Return the ids of the rows whose field was last given by an edit, and not by a matching."""
    sql = (
        "SELECT log.asset, coalesce(batch.kind, '') FROM change_log AS log"
        " LEFT JOIN batch ON batch.batch_id = log.batch"
        " WHERE log.\"table\" = ? AND log.action IN ('insert', 'update')"
        f" AND json_valid(log.after) AND instr(log.after, '\"{field}\"')"
        " AND (batch.batch_id IS NULL OR (batch.undone IS NULL"
        f" AND batch.kind NOT IN ({_marks(_TURNING_BACK)})))"
        " ORDER BY log.seq"
    )
    last = {str(asset): str(kind) for asset, kind in database.execute(sql, (name,))}
    return frozenset(asset for asset, kind in last.items() if kind not in _MATCHING)
