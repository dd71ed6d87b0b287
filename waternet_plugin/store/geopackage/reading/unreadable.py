"""Values that another program wrote into a column of another type: they are unknown, and checks name them.

SQLite lets any column hold anything, and OGR makes 0 of a word, 1970 of a day that is none, and another
century of the year 3000. A table that holds such a value is read by SQLite alone.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.frames import UnreadableValue
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.reading import streams
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import bad_text, own_columns
from waternet_plugin.store.geopackage.tables.layout import fid_column

# No quantity of a network is greater; whole numbers are of 32 bits.
GREATEST = {"real": 1e15, "integer": 2**31 - 1}
# Years that nanoseconds in 64 bits can tell, whole ones.
_FIRST_YEAR, _LAST_YEAR = 1678, 2261
_MOMENT = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?Z?)?", re.ASCII
)
_ROWS_AT_ONCE = 50_000
# Of a column of one's own nobody knows what it counts: whole numbers may be of 64 bits, as far as a real
# number tells them to the last digit.
_GREATEST_OWN = {"real": sys.float_info.max, "integer": 2**53}


def greatest(field: Field) -> Optional[float]:
    """Return the greatest number that a field holds; None for one that holds no numbers."""
    return (_GREATEST_OWN if field.is_own else GREATEST).get(field.type)


def _test(field: Field) -> str | None:
    """Return the SQL of whether a column holds what is not of its type; never true of NULL."""
    column = quoted(field.name)
    most = greatest(field)
    if most is not None:
        # Texts and blobs are greater than any number.
        return f"NOT ({column} BETWEEN {-most!r} AND {most!r})"
    if field.type in ("date", "datetime"):
        # Numbers are smaller than any text; blobs are greater. The plus keeps SQLite from taking the years
        # for numbers, as it does beside a column of days.
        span = f"NOT (+{column} BETWEEN '{_FIRST_YEAR}' AND '{_LAST_YEAR + 1}')"
        if field.type == "datetime":
            return span
        # Most are plain days, which one call tells of millions. Days with slashes are not ISO 8601, but OGR
        # reads them.
        odd = f"{column} NOT LIKE '____/%' AND substr({column}, 1, 10) IS NOT date({column})"
        # Told first, since most days are unknown.
        return f"{column} IS NOT NULL AND ({span} OR (+{column} IS NOT date({column}) AND {odd}))"
    return None


def _tests(table: Table, names: Sequence[str] | None = None) -> dict[str, str]:
    """Return the SQL of whether a column holds what is not of its type, by the column."""
    tests = {field.name: _test(field) for field in table.fields if names is None or field.name in names}
    return {name: f"({test})" for name, test in tests.items() if test is not None}


def is_any_in(database: sqlite3.Connection, table: Table, names: Sequence[str]) -> bool:
    """Return whether a table holds a value that is not of its column's type in one of some columns."""
    tests = _tests(table, names)
    if not tests:
        return False
    sql = f"SELECT 1 FROM {quoted(table.name)} WHERE {' OR '.join(tests.values())} LIMIT 1"
    return database.execute(sql).fetchone() is not None


def find(database: sqlite3.Connection, sound: Mapping[str, Collection[str]]) -> tuple[UnreadableValue, ...]:
    """Return every value that is not of its column's type.

    ``sound`` names columns by table that are known to have none.
    """
    return tuple(
        value
        for table in own_columns.tables(database).values()
        for value in _of_table(database, table, sound.get(table.name, ()))
    )


def _of_table(
    database: sqlite3.Connection, table: Table, sound: Collection[str]
) -> Iterator[UnreadableValue]:
    tests = _tests(table, [name for name in table.field_names if name not in sound])
    fid = fid_column(table)
    if not tests:
        return
    asset = quoted(table.id_field) if table.id_field in table.field_names else "NULL"
    found = ", ".join(f"CASE WHEN {test} THEN quote({quoted(name)}) END" for name, test in tests.items())
    sql = (
        f"SELECT {quoted(fid)}, {asset}, {found} FROM {quoted(table.name)}"
        f" WHERE {' OR '.join(tests.values())} ORDER BY {quoted(fid)}"
    )
    for row, name, *values in database.execute(sql):
        for column, text in zip(tests, values):
            if text is not None:
                known = None if name is None else str(name)
                yield UnreadableValue(table.name, column, int(row), known, str(text).strip("'"))


@contextmanager
def _bytes_of_texts(database: sqlite3.Connection) -> Iterator[None]:
    """Have texts as their bytes: not all are UTF-8."""
    factory = database.text_factory
    database.text_factory = bytes
    try:
        yield
    finally:
        database.text_factory = factory


def read(
    database: sqlite3.Connection,
    table: Table,
    names: Sequence[str],
    filters: Sequence[str],
    met: streams.Met,
    *,
    fid: str,
    geometry: bool,
) -> list[streams.Chunk]:
    """Return the rows under some filters as chunks of `streams`, by SQLite alone.

    Parameters
    ----------
    database
        The network.
    table, names
        The table or view, and the columns to read.
    filters
        SQL that rows meet; '' for all.
    met
        Is given every text that is not UTF-8.
    fid
        The column with the numbers of the rows.
    geometry
        Read the geometries too.
    """
    columns = [fid, *names, *([GEOMETRY_COLUMN] if geometry else [])]
    chosen = ", ".join(f"wanted.{quoted(name)}" for name in columns)
    chunks: list[streams.Chunk] = []
    with _bytes_of_texts(database):
        for one in filters:
            where = f" WHERE {one}" if one else ""
            rows = database.execute(f"SELECT {chosen} FROM {quoted(table.name)} AS wanted{where}")
            while part := rows.fetchmany(_ROWS_AT_ONCE):
                found = list(zip(*part))
                fids = np.array(found[0], dtype=np.int64)
                chunk: streams.Chunk = {fid: fids}
                for name, values in zip(names, found[1:]):
                    chunk[name] = _column(table.field(name), values, fids, met)
                if geometry:
                    chunk[GEOMETRY_COLUMN] = blobs.shapes_of(found[-1])
                chunks.append(chunk)
    return chunks


def _column(field: Field, values: Sequence[Any], fids: Any, met: streams.Met) -> np.ndarray[Any, Any]:
    """Return the values of a column with the type that frames have; what is not of that type is unknown."""
    most = greatest(field)
    if most is not None:
        return np.array([_number(value, most) for value in values], dtype=float)
    if field.type in ("date", "datetime"):
        return np.array([_moment(value) for value in values], dtype="datetime64[ns]")
    result = np.empty(len(values), dtype=object)
    result[:] = [None if value is None else _text(value) for value in values]
    met += [
        (field.name, int(fid), value)
        for fid, value in zip(fids, values)
        if isinstance(value, bytes) and bad_text.is_bad(value)
    ]
    return result


def _number(value: Any, most: float) -> float:
    return float(value) if isinstance(value, (int, float)) and abs(value) <= most else np.nan


def _moment(value: Any) -> np.datetime64:
    """Return the moment of a text as ISO 8601 has it, or with slashes; NaT for any other value."""
    told = _MOMENT.fullmatch(value.decode("ascii", "replace")) if isinstance(value, bytes) else None
    if told is None or not _FIRST_YEAR <= int(told[1]) <= _LAST_YEAR:
        return np.datetime64("NaT", "ns")
    day = f"{told[1]}-{int(told[3]):02d}-{int(told[4]):02d}"
    try:
        return np.datetime64(f"{day}T{told[5]}" if told[5] else day, "ns")
    except ValueError:
        return np.datetime64("NaT", "ns")


def _text(value: Any) -> str:
    return bad_text.read(value) if isinstance(value, bytes) else str(value)
