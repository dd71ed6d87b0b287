"""A network that was packed without what its rows tell, to be small, and that nobody has opened yet.

Its spatial indexes are empty, geometries have no envelopes, and entries of the change log don't repeat their
rows. Only the standard library is loaded: the sample town opens on every desk, whatever packages are there.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.schema.tables import EDITING, all_tables

# Flags stand in the last of four bytes; a code of 1 in three of their bits is an envelope of x and y.
_HEADER_BYTES, _FLAGS, _ENVELOPE_BYTES = 8, 3, 32
_CODE, _XY = 0b1110, 0b0010
# Behind the header of a point: order of bytes and type, then x and y.
_TYPE_BYTES = 5
_POINT_BYTES = _HEADER_BYTES + _TYPE_BYTES
_COUNT = struct.Struct("<I")
_INDEXED = "SELECT table_name, column_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
# What an entry of a row made in bulk begins with; the hash follows, which a packed entry lacks.
HASHED = '{"hash":'
_HASH_BYTES = 8
# Of all other packed entries nothing is left.
_IS_PACKED = f"after = '{HASHED}' OR (after IS NULL AND action IN ('insert', 'update'))"
_EARLIER = "earlier_rows"


@contextmanager
def without_triggers(database: sqlite3.Connection) -> Iterator[None]:
    """Change rows within the block without any trigger: some log, and some ask for functions of GDAL."""
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _sql in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in triggers:
        database.execute(sql)


def _read_points(geometry: bytes, start: int, x: list[float], y: list[float]) -> int:
    """Add the points of the WKB that begins at a byte, and return the byte behind it."""
    (kind,) = _COUNT.unpack_from(geometry, start + 1)
    start += _TYPE_BYTES
    of, per_point = kind % 1000, 3 if kind >= 1000 else 2
    parts = 1
    # Polygons have rings, and collections parts that are geometries of their own.
    if of > 2:
        (parts,) = _COUNT.unpack_from(geometry, start)
        start += _COUNT.size
    for _part in range(parts):
        if of > 3:
            start = _read_points(geometry, start, x, y)
            continue
        points = 1
        if of > 1:
            (points,) = _COUNT.unpack_from(geometry, start)
            start += _COUNT.size
        values = struct.unpack_from(f"<{points * per_point}d", geometry, start)
        x += values[::per_point]
        y += values[1::per_point]
        start += 8 * len(values)
    return start


def _with_envelope(geometry: bytes) -> bytes:
    """Return a packed geometry as it was before."""
    x: list[float] = []
    y: list[float] = []
    _read_points(geometry, _HEADER_BYTES, x, y)
    flags = geometry[_FLAGS] & ~_CODE | _XY
    header = geometry[:_FLAGS] + bytes([flags]) + geometry[_FLAGS + 1 : _HEADER_BYTES]
    return header + struct.pack("<4d", min(x), max(x), min(y), max(y)) + geometry[_HEADER_BYTES:]


def without_envelope(geometry: bytes) -> bytes:
    """Return a geometry without its envelope where the points tell it, with a code that no other one has."""
    if geometry[_FLAGS] & _CODE != _XY or _is_empty(geometry):
        return geometry
    header = geometry[:_FLAGS] + bytes([geometry[_FLAGS] | _CODE]) + geometry[_FLAGS + 1 : _HEADER_BYTES]
    short = header + geometry[_HEADER_BYTES + _ENVELOPE_BYTES :]
    return short if _with_envelope(short) == geometry else geometry


def _fill_envelope(database: sqlite3.Connection) -> None:
    database.create_function("with_envelope", 1, _with_envelope, deterministic=True)
    with without_triggers(database):
        for table, column in database.execute(_INDEXED).fetchall():
            # Bits 1 to 3 of the flags are all set where the last digit is E or F.
            database.execute(
                f'UPDATE "{table}" SET "{column}" = with_envelope("{column}")'
                f" WHERE substr(hex(substr(\"{column}\", {_FLAGS + 1}, 1)), 2) IN ('E', 'F')"
            )


def _is_empty(geometry: bytes) -> bool:
    return bool(geometry[_FLAGS] & 0b10000)


def _bounds(geometry: bytes) -> tuple[float, ...]:
    """Return min x, max x, min y and max y of a geometry, as GeoPackage 1.3, 2.1.3 keeps it."""
    if geometry[_FLAGS] & _CODE:
        return struct.unpack_from("<4d", geometry, _HEADER_BYTES)
    x, y = struct.unpack_from("<2d", geometry, _POINT_BYTES)
    return x, x, y, y


def _fill_spatial_indexes(database: sqlite3.Connection) -> None:
    for table, column in database.execute(_INDEXED).fetchall():
        rows = database.execute(f'SELECT rowid, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
        boxes = ((row, *_bounds(geometry)) for row, geometry in rows.fetchall() if not _is_empty(geometry))
        database.executemany(f'INSERT INTO "rtree_{table}_{column}" VALUES (?, ?, ?, ?, ?)', boxes)


def _hash(row: str) -> str:
    return hashlib.blake2b(row.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).hexdigest()


@lru_cache(maxsize=None)
def _values_sql(names: tuple[str, ...], *, with_unknown: bool) -> str:
    """Return the SQL of columns as the JSON object that triggers write in the log."""
    # The packer leaves each entry alone that is another way.
    real = "replace(quote(\"{0}\"), 'Inf', '9.0e+999')"
    value = f'\',"{{0}}":\' || CASE typeof("{{0}}") WHEN \'real\' THEN {real} ELSE json_quote("{{0}}") END'
    pair = value if with_unknown else f"CASE WHEN \"{{0}}\" IS NULL THEN '' ELSE {value} END"
    return "'{' || substr(" + " || ".join(f"({pair.format(name)})" for name in names) + ", 2) || '}'"


def _logged(database: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of a table whose changes are noted: not those that the store derives."""
    columns = (row[1] for row in database.execute(f'PRAGMA table_info("{table}")'))
    left_out = {"fid", "geom", *EDITING}
    return tuple(name for name in columns if name not in left_out and not name.startswith("map_"))


def _take_back(
    database: sqlite3.Connection, table: str, id_field: str, logged: Iterable[str]
) -> Iterator[tuple[int, str]]:
    """Yield number and values of each update, newest first, and give the earlier rows what was before it."""
    sql = (
        "SELECT seq, asset, before FROM change_log"
        " WHERE \"table\" = ? AND action = 'update' ORDER BY seq DESC"
    )
    for seq, asset, before in database.execute(sql, (table,)).fetchall():
        values = json.loads(before)
        names = tuple(name for name in logged if name in values)
        if not names:
            # Only the place changed.
            continue
        now = f'SELECT {_values_sql(names, with_unknown=True)} FROM {_EARLIER} WHERE "{id_field}" = ?'
        for (text,) in database.execute(now, (asset,)):
            yield seq, text
        given = ", ".join(f'"{name}" = ?' for name in names)
        earlier = f'UPDATE {_EARLIER} SET {given} WHERE "{id_field}" = ?'
        database.execute(earlier, (*(values[name] for name in names), asset))


def entries_of_rows(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield numbers of entries of the log, and what these say of rows after a change, as the rows tell it.

    Parameters
    ----------
    database
        A network, packed or not. Its rows tell nothing of those that were deleted, nor of earlier places.
    """
    database.create_function("row_hash", 1, _hash, deterministic=True)
    for table in all_tables().values():
        if not table.is_editable:
            continue
        logged = _logged(database, table.name)
        columns = ", ".join(f'"{name}"' for name in logged)
        database.execute(f'CREATE TEMP TABLE {_EARLIER} AS SELECT {columns} FROM "{table.name}"')
        database.execute(f'CREATE INDEX temp.{_EARLIER}_ids ON {_EARLIER} ("{table.id_field}")')
        yield from _take_back(database, table.name, table.id_field, logged)
        row = _values_sql(logged, with_unknown=False)
        yield from database.execute(
            f"SELECT log.number, CASE WHEN log.is_hashed THEN '{HASHED}\"' || row_hash({row}) || '\"}}'"
            f" ELSE {row} END FROM (SELECT seq AS number, asset AS row_id,"
            f" substr(after, 1, {len(HASHED)}) IS '{HASHED}' AS is_hashed FROM change_log"
            " WHERE \"table\" = ? AND action = 'insert') AS log"
            f' JOIN {_EARLIER} ON "{table.id_field}" = log.row_id',
            (table.name,),
        ).fetchall()
        database.execute(f"DROP TABLE {_EARLIER}")


def fill(path: Path) -> None:
    """Give rows their envelopes, enter them in the spatial indexes, and in the change log what they became.

    Parameters
    ----------
    path
        A copy that nobody has opened yet. Only points may lack their envelope, and bytes are little-endian,
        as `store` writes them.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN")
        _fill_envelope(database)
        _fill_spatial_indexes(database)
        packed = dict(database.execute(f"SELECT seq, 1 FROM change_log WHERE {_IS_PACKED}"))
        known = [(text, seq) for seq, text in entries_of_rows(database) if seq in packed]
        database.executemany("UPDATE change_log SET after = ? WHERE seq = ?", known)
        database.execute("COMMIT")
