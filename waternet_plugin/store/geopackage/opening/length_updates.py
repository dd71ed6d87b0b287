"""Measured lengths follow lines that another program moved without them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import shapely

from waternet_plugin.core.errors import LockedError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.geopackage import blobs, connection
from waternet_plugin.store.geopackage.writing import write_session

# Up to which entry of the log lengths were looked at.
_META_KEY = "lengths_up_to"
# A length that differs by less is the same one, written by another program.
_SAME_M = 0.005
_MOVED = (
    "SELECT DISTINCT coalesce(json_extract(after, '$.pipe_id'), asset) FROM change_log"
    " WHERE batch IS NULL AND seq > ? AND +\"table\" = 'pipe' AND action = 'update'"
    f" AND after LIKE '%\"{GEOMETRY_COLUMN}\":%'"
)


def _up_to(database: sqlite3.Connection) -> int:
    row = database.execute("SELECT value FROM wn_meta WHERE key = ?", (_META_KEY,)).fetchone()
    return int(row[0]) if row is not None and str(row[0]).isdecimal() else 0


def _stale(database: sqlite3.Connection) -> list[tuple[float, int]]:
    """Return the true length and the row number of pipes whose measured length is not that of their line."""
    sql = (
        f"SELECT fid, length_m, {GEOMETRY_COLUMN} FROM pipe"
        f" WHERE length_source = 'geometry' AND {GEOMETRY_COLUMN} IS NOT NULL AND pipe_id IN ({_MOVED})"
    )
    found = database.execute(sql, (_up_to(database),)).fetchall()
    if not found:
        return []
    drawn = shapely.length(blobs.shapes_of([row[2] for row in found]))
    return [
        (float(length), int(fid))
        for (fid, noted, _blob), length in zip(found, drawn)
        if length > 0 and (noted is None or abs(noted - length) > _SAME_M)
    ]


def follow(path: Path, *, by: str) -> int:
    """Measure pipes again whose lines were moved without their lengths; return how many.

    Only edits without a batch are looked at: the store's own writes keep lengths. A network that another
    program is writing at this moment is looked at when it is opened next.
    """
    with connection.reading(path) as database:
        if not _stale(database):
            return 0
    label = domains.domain("batch_kind")["repair"].label
    try:
        with connection.transaction(path, action=label, by=by) as database:
            current = write_session.begin(database, by)
            rows = [(length, by, current.at, current.batch_id, fid) for length, fid in _stale(database)]
            sql = "UPDATE pipe SET length_m = ?, edited_by = ?, edited_on = ?, batch_id = ? WHERE fid = ?"
            database.executemany(sql, rows)
            current.touched("pipe", len(rows))
            database.execute(
                "INSERT OR REPLACE INTO wn_meta SELECT ?, coalesce(max(seq), 0) FROM change_log", (_META_KEY,)
            )
            write_session.finish(database, current, kind="repair", name="length_stale", facts=None)
    except LockedError:
        return 0
    return len(rows)
