"""A few rows of a table through SQLite alone, as columns: OGR takes longer to open the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Field, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.reading import streams, unreadable
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import rtree
from waternet_plugin.store.network_reading import Box

# With more rows OGR's stream is sooner through.
MOST_ROWS = 1_000
_NUMBERS = {"real": (float, int), "integer": (int,)}


class _OtherValueError(Exception):
    """A value is none of its column's type: OGR knows what to make of it."""


def read(
    database: sqlite3.Connection,
    table: Table,
    names: Sequence[str],
    selection: str,
    box: Box | None,
    *,
    geometry: bool,
) -> streams.Chunk | None:
    """Return columns of rows as a chunk of `streams`, with geometries.

    None for more than `MOST_ROWS` rows, and where a value is not as the schema says: then OGR reads them.

    Parameters
    ----------
    names
        Columns to read.
    selection
        SQL that rows meet; '' for all.
    box
        What the boxes of geometries meet, None for anywhere.
    """
    tests = [selection] if selection else []
    values: tuple[float, ...] = ()
    if box is not None:
        tests.append(f"{FID_COLUMN} IN ({rtree.meeting_sql(database, table.name)})")
        values = box
    columns = [FID_COLUMN, *names, *([GEOMETRY_COLUMN] if geometry else [])]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    # With its table named, a column that is not there is an error; alone it would be read as a text.
    chosen = ", ".join(f"wanted.{quoted(name)}" for name in columns)
    sql = f"SELECT {chosen} FROM {quoted(table.name)} AS wanted{where} LIMIT {MOST_ROWS + 1}"
    factory = database.text_factory
    try:
        # Texts that are not UTF-8 are OGR's, too.
        database.text_factory = str
        beyond = f"SELECT 1 FROM {quoted(table.name)} LIMIT 1 OFFSET {MOST_ROWS}"
        if not tests and database.execute(beyond).fetchone():
            return None
        rows = database.execute(sql, values).fetchall()
        if len(rows) > MOST_ROWS:
            return None
        found = list(zip(*rows)) if rows else [()] * len(columns)
        chunk: streams.Chunk = {FID_COLUMN: np.array(found[0], dtype=np.int64)}
        for name, column in zip(names, found[1:]):
            chunk[name] = _column(table.field(name), column)
        if geometry:
            chunk[GEOMETRY_COLUMN] = blobs.shapes_of(found[-1])
    except (sqlite3.Error, _OtherValueError):
        return None
    finally:
        database.text_factory = factory
    return chunk


def _column(field: Field, values: Sequence[Any]) -> np.ndarray[Any, Any]:
    """Return the values of a column with the type that frames have."""
    kind, most = field.type, unreadable.greatest(field)
    if not set(map(type, values)) <= {*_NUMBERS.get(kind, (str,)), type(None)}:
        raise _OtherValueError
    if most is not None:
        numbers = np.array(values, dtype=float)
        if (np.abs(numbers) > most).any():
            raise _OtherValueError
        return numbers
    if kind in ("text", "json"):
        result = np.empty(len(values), dtype=object)
        result[:] = values
        return result
    length, end = (10, "") if kind == "date" else (24, "Z")
    if any(value is not None and (len(value) != length or not value.endswith(end)) for value in values):
        raise _OtherValueError
    try:
        moments = [value and value.rstrip("Z") for value in values]
        found = np.array(moments, dtype="datetime64[ms]")
        nanoseconds = found.astype("datetime64[ns]")
        if (nanoseconds.astype("datetime64[ms]") != found)[~np.isnat(found)].any():
            # A year that nanoseconds can't tell would be another one.
            raise _OtherValueError
        return nanoseconds
    except ValueError as error:
        raise _OtherValueError from error
