"""A network that was packed with empty spatial indexes, to be small, and that nobody has opened yet.

Only the standard library is loaded: the sample town opens on every desk, whatever packages are there.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

_HEADER_BYTES = 8
# Behind the header of a point: order of bytes and type, then x and y.
_POINT_BYTES = _HEADER_BYTES + 5
_INDEXED = "SELECT table_name, column_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"


def _is_empty(geometry: bytes) -> bool:
    return bool(geometry[3] & 0b10000)


def _bounds(geometry: bytes) -> tuple[float, ...]:
    """Return min x, max x, min y and max y of a geometry, as GeoPackage 1.3, 2.1.3 keeps it."""
    if geometry[3] & 0b1110:
        return struct.unpack_from("<4d", geometry, _HEADER_BYTES)
    x, y = struct.unpack_from("<2d", geometry, _POINT_BYTES)
    return x, x, y, y


def fill_spatial_indexes(path: Path) -> None:
    """Enter each row that has a place in the spatial index of its table.

    Parameters
    ----------
    path
        A copy that nobody has opened yet. Only points may lack their envelope, and bytes are little-endian,
        as `store` writes them.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN")
        for table, column in database.execute(_INDEXED).fetchall():
            rows = database.execute(f'SELECT rowid, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            boxes = (
                (row, *_bounds(geometry)) for row, geometry in rows.fetchall() if not _is_empty(geometry)
            )
            database.executemany(f'INSERT INTO "rtree_{table}_{column}" VALUES (?, ?, ?, ?, ?)', boxes)
        database.execute("COMMIT")
