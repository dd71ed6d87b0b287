"""The spatial index, the feature count and the extent of a table, kept right in bulk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.geopackage.sql import quoted

_CHUNK = 20_000
# Bits of the curve by which boxes are sorted, so that neighbours fill the same node of the index.
_CURVE_BITS = 16


def index_name(table: str) -> str:
    """Return the name of a table's spatial index."""
    return f"rtree_{table}_{GEOMETRY_COLUMN}"


def next_fid(database: sqlite3.Connection, table: str) -> int:
    """Return the row number that the next row would get; numbers are never used twice."""
    used = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(used[0]) + 1 if used else 1


@contextmanager
def without_triggers(database: sqlite3.Connection, table: str) -> Iterator[None]:
    """Take a table's triggers away for a while, inside the running transaction.

    Whoever uses this does their work: the index, the count, the log.
    """
    kept = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY rowid", (table,)
    ).fetchall()
    for name, _sql in kept:
        database.execute(f"DROP TRIGGER {quoted(name)}")
    yield
    # After an error the transaction is rolled back, and with it the dropping.
    for _name, sql in kept:
        database.execute(sql)


def _spread(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Put a zero bit between the bits of 16-bit numbers."""
    spread = values.astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread


def _along_curve(bounds: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the order of boxes along a Z-shaped curve through their centres."""
    centres = (bounds[:, :2] + bounds[:, 2:]) / 2
    low = centres.min(axis=0)
    width = np.maximum(centres.max(axis=0) - low, 1e-9)
    cells = ((centres - low) / width * (2**_CURVE_BITS - 1)).astype(np.uint64)
    return np.asarray(
        np.argsort(_spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint64(1)), kind="stable")
    )


def fill(
    database: sqlite3.Connection,
    table: str,
    fids: np.ndarray[Any, Any],
    bounds: np.ndarray[Any, Any],
    progress: Progress,
) -> None:
    """Enter boxes (min x, min y, max x, max y) in the spatial index; rows of NaN have none."""
    known = np.isfinite(bounds[:, 0])
    fids, bounds = fids[known], bounds[known]
    if not len(fids):
        return
    order = _along_curve(bounds)
    fids, bounds = fids[order], bounds[order]
    sql = f"INSERT INTO {quoted(index_name(table))} VALUES (?, ?, ?, ?, ?)"
    for start in range(0, len(fids), _CHUNK):
        progress.at(start / len(fids))
        part = bounds[start : start + _CHUNK]
        columns = (fids[start : start + _CHUNK], part[:, 0], part[:, 2], part[:, 1], part[:, 3])
        database.executemany(sql, zip(*(column.tolist() for column in columns)))


def count_more(database: sqlite3.Connection, table: str, rows: int) -> None:
    """Add rows to the feature count that OGR keeps."""
    database.execute(
        "UPDATE gpkg_ogr_contents SET feature_count = feature_count + ? WHERE table_name = ?", (rows, table)
    )


def extend(database: sqlite3.Connection, table: str, bounds: np.ndarray[Any, Any]) -> None:
    """Widen a table's extent by boxes, and that of the views drawn from pipes."""
    known = bounds[np.isfinite(bounds[:, 0])]
    if not len(known):
        return
    low, high = known[:, :2].min(axis=0).tolist(), known[:, 2:].max(axis=0).tolist()
    names = (table, "pipe_health", "pipe_plan") if table == "pipe" else (table,)
    # min() and max() of SQLite are NULL as soon as one of their values is.
    database.executemany(
        "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2),"
        " max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5",
        [(*low, *high, name) for name in names],
    )
