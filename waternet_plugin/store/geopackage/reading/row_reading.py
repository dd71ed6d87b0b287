"""Single rows of the file as `core.editing.row_edits` has them."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.references import ids_in, is_list
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase, parts
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import rtree

Answer = TypeVar("Answer")
_CONVERTED = ("integer", "real", "date", "datetime")


def columns_of(database: Database, table: Table) -> list[str]:
    """Return the columns of a table in the file, those that somebody added among them."""
    return [str(row[1]) for row in database.execute(f"PRAGMA table_info({quoted(table.name)})")]


def _value(kind: str, value: Any) -> Any:
    """Return a known value of the file as rows have it; what is none of its type stays as it is."""
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


def read(database: Database, table: Table, fids: Sequence[int]) -> dict[int, Row]:
    """Read rows by their numbers; see ``Network.rows``."""
    result: dict[int, Row] = {}
    for part, marks in parts(database, list(dict.fromkeys(map(int, fids)))):
        result |= _read(database, table, f"{FID_COLUMN} IN ({marks})", part)
    return result


def _read(database: Database, table: Table, rule: str, values: Sequence[Any]) -> dict[int, Row]:
    """Read the rows of which a rule holds."""
    return with_quick_texts(database, lambda: _selected(database, table, rule, values))


def with_quick_texts(database: Database, ask: Callable[[], Answer]) -> Answer:
    """Return what is asked of a database whose texts, but for very few files, are UTF-8."""
    if isinstance(database, SchemaDatabase):
        return ask()
    factory = database.text_factory
    try:
        # Quicker than what reads any bytes, and enough for nearly all files.
        database.text_factory = str
        return ask()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    finally:
        database.text_factory = factory
    return ask()


def _selected(database: Database, table: Table, rule: str, given: Sequence[Any]) -> dict[int, Row]:
    names = [name for name in columns_of(database, table) if name not in (FID_COLUMN, GEOMETRY_COLUMN)]
    # Texts are as rows have them already.
    kinds = [
        (field.name, field.type) for field in table.fields if field.type in _CONVERTED and field.name in names
    ]
    geometry = GEOMETRY_COLUMN if table.has_geometry else "NULL"
    head = f"SELECT {FID_COLUMN}, {geometry}, {', '.join(map(quoted, names))} FROM {quoted(table.name)}"
    result: dict[int, dict[str, Any]] = {}
    bodies: list[Any] = []
    for fid, blob, *values in database.execute(f"{head} WHERE {rule}", given):
        row = dict(zip(names, values))
        for name, kind in kinds:
            if row[name] is not None:
                row[name] = _value(kind, row[name])
        result[int(fid)] = row
        bodies.append(blob)
    if table.has_geometry:
        for row, shape in zip(result.values(), blobs.shapes_of(bodies).tolist()):
            row[GEOMETRY_COLUMN] = shape
    return dict(result)


def near(database: Database, table: Table, boxes: Array) -> dict[int, Row]:
    """Read the rows whose geometry may meet one of some boxes; see ``Network.rows_near``."""
    wanted = boxes[np.isfinite(boxes).all(axis=1)].tolist()
    if isinstance(database, SchemaDatabase):
        # Every answer takes its way: all boxes go over at once. The server can't tell beforehand how
        # much they find, and reads the whole table where it is to join the rows.
        rule = f"{FID_COLUMN} = ANY (ARRAY({rtree.MEETING_ANY_SQL.format(table=quoted(table.name))}))"
        return _read(database, table, rule, (json.dumps(wanted),)) if wanted else {}
    sql = rtree.meeting_sql(database, table.name)
    found: dict[int, None] = {}
    for box in wanted:
        found.update((int(row[0]), None) for row in database.execute(sql, box))
    return read(database, table, list(found))


def naming(database: Database, table: Table, field: str, values: Sequence[Any]) -> dict[int, Row]:
    """Read the rows whose field has one of some values; see ``Network.rows_where``."""
    column = quoted(field)
    result: dict[int, Row] = {}
    wanted = dict.fromkeys(values)
    for part, marks in parts(database, list(wanted)):
        result |= _read(database, table, f"{column} IN ({marks})", part)
    if wanted and is_list(table.name, field):
        several = f"SELECT {FID_COLUMN}, {column} FROM {quoted(table.name)} WHERE instr({column}, ';')"
        listed = [
            int(fid)
            for fid, value in database.execute(several)
            if not wanted.keys().isdisjoint(ids_in(table.name, field, value))
        ]
        result |= read(database, table, listed)
    return result
