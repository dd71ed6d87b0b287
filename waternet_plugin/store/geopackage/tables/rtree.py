"""The spatial index, the feature count and the extent of a table, kept right in bulk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted

_CHUNK = 20_000
# Bits of the curve by which boxes are sorted, so that neighbours fill the same node of the index.
_CURVE_BITS = 16
# Cells in a node that is laid out anew: four fifths of what SQLite puts in, so that later rows find room.
_CELLS = 40
_CELL = np.dtype([("key", ">i8"), ("box", ">f4", (4,))])
# Up to so many old rows for each new one, laying the index out anew is faster than adding to it.
_REPACK_SHARE = 5


def index_name(table: str) -> str:
    """Return the name of a table's spatial index."""
    return f"rtree_{table}_{GEOMETRY_COLUMN}"


# On a server: the rows whose box meets one of many, each west, south, east and north, given as JSON.
_BOUND = "CAST(json_extract(b.value, '$[{place}]') AS double precision)"
MEETING_ANY_SQL = (
    f"SELECT t.{FID_COLUMN} FROM json_each(?1) b JOIN {{table}} t ON t.{GEOMETRY_COLUMN} && ST_MakeEnvelope("
    f"{_BOUND.format(place=0)}, {_BOUND.format(place=1)}, {_BOUND.format(place=2)}, {_BOUND.format(place=3)})"
)


def meeting_sql(database: Database, table: str) -> str:
    """Return the SELECT of the rows whose box meets one of west ?1, south ?2, east ?3 and north ?4."""
    if isinstance(database, SchemaDatabase):
        box = "ST_MakeEnvelope(?1, ?2, ?3, ?4)"
        return f"SELECT {FID_COLUMN} FROM {quoted(table)} WHERE {GEOMETRY_COLUMN} && {box}"
    index = quoted(index_name(table))
    return f"SELECT id FROM {index} WHERE maxx >= ?1 AND maxy >= ?2 AND minx <= ?3 AND miny <= ?4"


def next_fid(database: sqlite3.Connection, table: str) -> int:
    """Return the row number that the next row would get; numbers are never used twice."""
    used = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(used[0]) + 1 if used else 1


@contextmanager
def without_triggers(database: Database, table: str) -> Iterator[None]:
    """Take a table's triggers away for a while, inside the running transaction.

    Whoever uses this does their work: the index, the count, the log.
    """
    if isinstance(database, SchemaDatabase):
        # They do the work there, and keep watch whoever writes.
        yield
        return
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


def packed_nodes(
    keys: np.ndarray[Any, Any], boxes: np.ndarray[Any, Any], size: int, depth: int
) -> tuple[list[bytes], np.ndarray[Any, Any]]:
    """Return one level of the index as SQLite keeps it: a blob for each node, and its box.

    A node is its depth (told by the root only), its number of cells, and the cells: row or node number and
    min x, max x, min y, max y, all big-endian.
    """
    starts = np.arange(0, len(keys), _CELLS)
    counts = np.diff(np.append(starts, len(keys)))
    node = np.dtype(
        [
            ("depth", ">u2"),
            ("count", ">u2"),
            ("cells", _CELL, (_CELLS,)),
            ("rest", "V", size - 4 - 24 * _CELLS),
        ]
    )
    table = np.zeros(len(starts), dtype=node)
    table["depth"], table["count"] = depth, counts
    places = np.arange(len(keys))
    cells = table["cells"]
    cells["key"][places // _CELLS, places % _CELLS] = keys
    cells["box"][places // _CELLS, places % _CELLS] = boxes
    low = np.minimum.reduceat(boxes, starts)
    high = np.maximum.reduceat(boxes, starts)
    raw = table.tobytes()
    blobs = [raw[start : start + size] for start in range(0, len(raw), size)]
    return blobs, np.stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]], axis=1)


def _outward(bounds: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return min x, max x, min y, max y in single precision, never smaller than the box."""
    boxes = bounds[:, (0, 2, 1, 3)]
    single = boxes.astype(np.float32)
    low, high = single > boxes, single < boxes
    down = np.nextafter(single, np.float32(-np.inf))
    up = np.nextafter(single, np.float32(np.inf))
    single[:, (0, 2)] = np.where(low, down, single)[:, (0, 2)]
    single[:, (1, 3)] = np.where(high, up, single)[:, (1, 3)]
    return single


def boxes(database: sqlite3.Connection, table: str) -> np.ndarray[Any, Any]:
    """Return min x, min y, max x and max y of each row of a table that has a place."""
    return _present(database, table)[1]


def _present(database: sqlite3.Connection, table: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the row numbers and boxes (min x, min y, max x, max y) that the index holds."""
    rows = database.execute(f"SELECT id, minx, miny, maxx, maxy FROM {quoted(index_name(table))}")
    parts = [np.empty((0, 5))]
    # Some at a time, so that other threads have their turns.
    while part := rows.fetchmany(_CHUNK):
        parts.append(np.array(part, dtype=float))
    found = np.concatenate(parts)
    return found[:, 0].astype(np.int64), found[:, 1:]


def _packed(
    database: sqlite3.Connection, table: str, fids: np.ndarray[Any, Any], bounds: np.ndarray[Any, Any]
) -> bool:
    """Lay a spatial index out anew and have SQLite check it; return whether it stands.

    It stays as it was where SQLite does not let its tables be written (defensive mode), or objects to what
    is in them. The rows are then to be entered or taken out by plain SQL, which is slower.
    """
    database.execute("SAVEPOINT wn_index")
    try:
        _pack(database, table, fids, bounds)
        found = database.execute("SELECT rtreecheck(?)", (index_name(table),)).fetchone()[0]
    except sqlite3.DatabaseError:
        found = "refused"
    if found != "ok":
        database.execute("ROLLBACK TO wn_index")
    database.execute("RELEASE wn_index")
    return bool(found == "ok")


def _pack(
    database: sqlite3.Connection, table: str, fids: np.ndarray[Any, Any], bounds: np.ndarray[Any, Any]
) -> None:
    """Write the tables behind a spatial index anew, filled from the leaves up."""
    name = index_name(table)
    size = len(database.execute(f"SELECT data FROM {quoted(name + '_node')} WHERE nodeno = 1").fetchone()[0])
    for part in ("node", "rowid", "parent"):
        database.execute(f"DELETE FROM {quoted(f'{name}_{part}')}")
    order = _along_curve(bounds) if len(fids) else np.empty(0, dtype=np.int64)
    keys, boxes = fids[order], _outward(bounds[order])
    sizes = [max(-(-len(keys) // _CELLS), 1)]
    while sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // _CELLS))
    # The root is node 1; the levels below it follow, leaves last.
    firsts = [1 + sum(sizes[level + 1 :]) for level in range(len(sizes))]
    insert_node = f"INSERT INTO {quoted(name + '_node')} VALUES (?, ?)"
    for level, (first, count) in enumerate(zip(firsts, sizes)):
        depth = level if count == 1 else 0
        blobs, around = packed_nodes(keys, boxes, size, depth) if len(keys) else ([bytes(size)], boxes)
        numbers = np.arange(first, first + count)
        database.executemany(insert_node, zip(numbers.tolist(), blobs))
        held = numbers[np.arange(len(keys)) // _CELLS]
        by_key = np.argsort(keys, kind="stable")
        pairs = zip(keys[by_key].tolist(), held[by_key].tolist())
        database.executemany(
            f"INSERT INTO {quoted(name + ('_parent' if level else '_rowid'))} VALUES (?, ?)", pairs
        )
        keys, boxes = numbers, around


def fill(
    database: Database,
    table: str,
    fids: np.ndarray[Any, Any],
    bounds: np.ndarray[Any, Any],
    progress: Progress,
) -> None:
    """Enter boxes (min x, min y, max x, max y) in the spatial index; rows of NaN have none."""
    known = np.isfinite(bounds[:, 0])
    if not known.any() or isinstance(database, SchemaDatabase):
        return
    fids, bounds = fids[known], bounds[known]
    there = database.execute(f"SELECT count(*) FROM {quoted(index_name(table) + '_rowid')}").fetchone()[0]
    if len(fids) * _REPACK_SHARE >= there:
        progress.at(0.0)
        old_fids, old_bounds = _present(database, table)
        if _packed(database, table, np.concatenate([old_fids, fids]), np.concatenate([old_bounds, bounds])):
            return
    order = _along_curve(bounds)
    fids, bounds = fids[order], bounds[order]
    sql = f"INSERT INTO {quoted(index_name(table))} VALUES (?, ?, ?, ?, ?)"
    for start in range(0, len(fids), _CHUNK):
        progress.at(start / len(fids))
        part = bounds[start : start + _CHUNK]
        columns = (fids[start : start + _CHUNK], part[:, 0], part[:, 2], part[:, 1], part[:, 3])
        database.executemany(sql, zip(*(column.tolist() for column in columns)))


def remove(database: Database, table: str, fids: np.ndarray[Any, Any]) -> None:
    """Take many rows out of the spatial index."""
    if isinstance(database, SchemaDatabase):
        return
    old_fids, old_bounds = _present(database, table)
    stay = ~np.isin(old_fids, fids)
    small = stay.sum() <= (~stay).sum() * _REPACK_SHARE
    if small and _packed(database, table, old_fids[stay], old_bounds[stay]):
        return
    sql = f"DELETE FROM {quoted(index_name(table))} WHERE id = ?"
    database.executemany(sql, ((fid,) for fid in old_fids[~stay].tolist()))


def count_more(database: Database, table: str, rows: int) -> None:
    """Add rows to the feature count that OGR keeps."""
    if isinstance(database, SchemaDatabase):
        return
    database.execute(
        "UPDATE gpkg_ogr_contents SET feature_count = feature_count + ? WHERE table_name = ?", (rows, table)
    )


def extend(database: Database, table: str, bounds: np.ndarray[Any, Any]) -> None:
    """Widen a table's extent by boxes, and that of the views drawn from pipes."""
    known = bounds[np.isfinite(bounds[:, 0])]
    if not len(known) or isinstance(database, SchemaDatabase):
        return
    low, high = known[:, :2].min(axis=0).tolist(), known[:, 2:].max(axis=0).tolist()
    names = (table, "pipe_health", "pipe_plan", "pipe_verified") if table == "pipe" else (table,)
    # min() and max() of SQLite are NULL as soon as one of their values is.
    database.executemany(
        "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2),"
        " max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5",
        [(*low, *high, name) for name in names],
    )
