"""Add rows: a few through the triggers, many in bulk with the triggers' work done once for all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase, parts
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import derived, journal, rtree
from waternet_plugin.store.geopackage.writing import stored_values
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

# From this many rows on, dropping and making the triggers again costs less than firing them.
BULK_ROWS = 500
# Rows between two looks at the progress, where cancelling is heard.
_CHUNK = 20_000


def completed(table: Table, frame: pd.DataFrame, session: WriteSession) -> pd.DataFrame:
    """Return a frame of new rows with the columns that the store fills."""
    result = pd.DataFrame(frame, copy=False).copy(deep=False)
    if table.name == "pipe":
        derived.fill(result, table)
        result["length_m"] = pd.to_numeric(result["length_m"]) if "length_m" in result else np.nan
        source = (
            result["length_source"] if "length_source" in result else pd.Series(None, result.index, object)
        )
        drawn = result["length_m"].isna().to_numpy()
        lengths = shapely.length(np.asarray(result[GEOMETRY_COLUMN], dtype=object))
        result["length_source"] = np.where(drawn, "geometry", source.astype(object).fillna("given"))
        result["length_m"] = np.where(drawn, lengths, result["length_m"].to_numpy(dtype=float))
    if "batch_id" in table.field_names:
        result["batch_id"] = session.batch_id
    if table.is_editable:
        result["edited_by"], result["edited_on"] = session.by, session.at
        result["row_version"] = 1.0
    return result


def _existing(database: Database, table: Table, ids: list[str]) -> list[str]:
    """Return those ids that the table has."""
    found: list[str] = []
    sql = f"SELECT {quoted(table.id_field)} FROM {quoted(table.name)} WHERE {quoted(table.id_field)} IN "
    for part, marks in parts(database, ids):
        found += [row[0] for row in database.execute(f"{sql}({marks})", part)]
    return found


def _refuse_existing(database: Database, table: Table, ids: list[str]) -> None:
    there = sorted(_existing(database, table, ids))
    if there:
        text = tr("{table}: {n} of the ids already exist in the network, such as {first}. Nothing was added.")
        message = text.format(table=table.label, n=len(there), first=there[0])
        raise StoreError(message, details=tuple(there))


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while True:
        part = list(islice(rows, _CHUNK))
        if not part:
            return
        yield part


def _insert_rows(
    database: Database, table: Table, columns: dict[str, list[Any]], size: int, progress: Progress
) -> None:
    """Run the INSERT, chunk by chunk."""
    names = ", ".join(quoted(name) for name in columns)
    sql = f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({', '.join('?' * len(columns))})"
    done = 0
    for part in _chunks(zip(*columns.values())):
        progress.at(done / max(size, 1))
        database.executemany(sql, part)
        done += len(part)


def insert(
    database: Database,
    table: Table,
    frame: pd.DataFrame,
    *,
    crs: CRS,
    srs_id: int,
    session: WriteSession,
    progress: Progress,
) -> int:
    """Add the rows of a frame to a table inside the running transaction; return how many."""
    stored_values.check_columns(table, frame)
    if frame.empty:
        return 0
    size = len(frame)
    stored_values.check_ids(table, frame)
    stored_values.check_required(table, frame)
    stored_values.check_codes(table, frame)
    columns: dict[str, list[Any]] = {}
    if table.has_geometry and GEOMETRY_COLUMN not in frame.columns and table.in_map == "network":
        message = tr("{table}: the rows have no geometry.")
        raise StoreError(message.format(table=table.label))
    bounds = None
    if table.has_geometry and GEOMETRY_COLUMN in frame.columns:
        shapes = stored_values.geometries_of(table, frame, crs)
        columns[GEOMETRY_COLUMN], bounds = blobs.encode(shapes, srs_id)
    progress.at(0.1)
    complete = completed(table, frame, session)
    for field in table.fields:
        if field.name in complete.columns:
            column = stored_values.sql_column(field, table, complete[field.name])
            # A column of unknowns need not be written.
            if any(value is not None for value in column):
                columns[field.name] = column
    progress.at(0.25)
    ids = columns.get(table.id_field, [])
    try:
        if size >= BULK_ROWS and not isinstance(database, SchemaDatabase):
            first = rtree.next_fid(database, table.name)
            columns[FID_COLUMN] = list(range(first, first + size))
            with rtree.without_triggers(database, table.name):
                _insert_rows(database, table, columns, size, progress.part(0.25, 0.65))
                if bounds is not None:
                    rtree.fill(
                        database,
                        table.name,
                        np.arange(first, first + size),
                        bounds,
                        progress.part(0.65, 0.85),
                    )
                rtree.count_more(database, table.name, size)
                if table.log == "rows":
                    progress.at(0.85)
                    rule = f"WHERE {FID_COLUMN} >= {first} ORDER BY {FID_COLUMN}"
                    journal.note_made(database, table, rule, known=columns)
        else:
            _insert_rows(database, table, columns, size, progress.part(0.25, 0.95))
    except sqlite3.IntegrityError:
        _refuse_existing(database, table, ids)
        raise
    if bounds is not None:
        rtree.extend(database, table.name, bounds)
    session.touched(table.name, size)
    return size
