"""Single rows of the file as `core.editing.row_edits` has them."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import shapely

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.sql import quoted

# Parameters in one statement; SQLite takes 999 before 3.32.
PARAMETERS = 900


def columns_of(database: sqlite3.Connection, table: Table) -> list[str]:
    """Return the columns of a table in the file, those that somebody added among them."""
    return [str(row[1]) for row in database.execute(f"PRAGMA table_info({quoted(table.name)})")]


def _value(kind: str, value: Any) -> Any:
    """Return a value of the file as rows have it; what is none of its type stays as it is."""
    if value is None:
        return None
    try:
        if kind in ("integer", "real"):
            return float(value)
        if kind == "date":
            return datetime.date.fromisoformat(str(value)[:10])
        if kind == "datetime":
            stamp = pd.Timestamp(value)
            return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    except (TypeError, ValueError):
        return value
    return value


def _shape(blob: Any) -> Any:
    """Return the geometry of a blob; None where there is none that can be read."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP":
        return None
    return shapely.from_wkb(blobs.wkb_of(blob), on_invalid="ignore")


def parts(fids: Sequence[int]) -> Iterator[tuple[list[int], str]]:
    """Yield numbers, few enough for one statement, with the marks of their parameters."""
    for start in range(0, len(fids), PARAMETERS):
        part = [int(fid) for fid in fids[start : start + PARAMETERS]]
        yield part, ", ".join("?" * len(part))


def read(database: sqlite3.Connection, table: Table, fids: Sequence[int]) -> dict[int, Row]:
    """Read rows by their numbers; see ``Network.rows``."""
    names = [name for name in columns_of(database, table) if name not in (FID_COLUMN, GEOMETRY_COLUMN)]
    kinds = {field.name: field.type for field in table.fields}
    geometry = GEOMETRY_COLUMN if table.has_geometry else "NULL"
    head = f"SELECT {FID_COLUMN}, {geometry}, {', '.join(map(quoted, names))} FROM {quoted(table.name)}"
    result: dict[int, Row] = {}
    for part, marks in parts(list(dict.fromkeys(fids))):
        for fid, blob, *values in database.execute(f"{head} WHERE {FID_COLUMN} IN ({marks})", part):
            row = {name: _value(kinds.get(name, ""), value) for name, value in zip(names, values)}
            if table.has_geometry:
                row[GEOMETRY_COLUMN] = _shape(blob)
            result[int(fid)] = row
    return result
