"""Who changed what: entries of the change log as rows of a frame, one for each field."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.editing.earlier_rows import LogEntry, life_of, row_before
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.store.changes.asset_changes import HISTORY_COLUMNS, HistoryQuery
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log import area_rows, table_log
from waternet_plugin.store.geopackage.log.table_log import StoredTableLog
from waternet_plugin.store.geopackage.tables import derived, own_columns, triggers

_DAY = datetime.timedelta(days=1)
# SQLite would take a year alone for a number.
_FIRST_DAY, _LAST_DAY = "0001-01-01", "9999-12-31"
# What entries of deleted rows hold beside their fields.
_UNLOGGED = (FID_COLUMN, GEOMETRY_COLUMN, *EDITING, *derived.COLUMNS)
_Found = tuple[str, LogEntry]
_SELECT = f'SELECT "table", {table_log.COLUMNS} FROM change_log'


def read(database: Database, query: HistoryQuery) -> pd.DataFrame:
    """Return what the change log says, what this connection has written too; see ``Network.history``."""
    return frame_of(_found(database, query))


def frame_of(found: Iterable[tuple[str, LogEntry]]) -> pd.DataFrame:
    """Return entries of tables as `Network.history` returns them, newest first."""
    lines = [line for table, entry in found for line in _lines(table, entry)]
    frame = pd.DataFrame(lines, columns=list(HISTORY_COLUMNS), dtype=object)
    frame = frame.sort_values("seq", ascending=False, kind="stable", ignore_index=True)
    frame["seq"] = frame["seq"].astype("int64")
    _write_shapes(frame)
    return frame


def _found(database: Database, query: HistoryQuery) -> Iterator[_Found]:
    """Yield the entries that are asked for, each with its table; those of one table newest first."""
    tables = [
        own_columns.described(database, table.name)
        for table in all_tables().values()
        if table.is_editable and query.table in ("", table.name)
    ]
    if query.asset:
        keys = None if query.area is None else area_rows.keys(database, tables, query.area)
        for table in tables:
            for entry in _of_asset(database, table, query.asset):
                if _is_asked(entry, query) and (keys is None or entry.asset in keys.get(table.name, ())):
                    yield table.name, entry
    elif query.area is not None:
        for name, ids in area_rows.keys(database, tables, query.area).items():
            sql = f'{_SELECT} WHERE "table" = ? AND asset IN (SELECT value FROM json_each(?))'
            yield from _kept(database.execute(sql, (name, json.dumps(sorted(ids)))), query)
    else:
        yield from _kept(database.execute(*log_query(query)), query)


def log_query(query: HistoryQuery) -> tuple[str, dict[str, Any]]:
    """Return the statement that reads what may be asked for by an index, whatever limits it most."""
    values: dict[str, Any] = {"table": query.table, "batch": query.batch_id}
    of_table = ' AND "table" = :table' if query.table else ""
    if query.batch_id:
        return f"{_SELECT} WHERE batch = :batch{of_table} ORDER BY seq DESC", values
    if query.since is None and query.until is None:
        return f"{_SELECT} WHERE 1 = 1{of_table} ORDER BY seq DESC", values
    # A batch may begin on one day and end on the next.
    values["since"] = _FIRST_DAY if query.since is None else query.since.isoformat()
    values["begun"] = _FIRST_DAY if query.since is None else (query.since - _DAY).isoformat()
    values["end"] = _LAST_DAY if query.until is None else (query.until + _DAY).isoformat()
    of_batches = "batch IN (SELECT batch_id FROM batch WHERE at >= :begun AND at < :end)"
    alone = "batch IS NULL AND at >= :since AND at < :end"
    return f"{_SELECT} WHERE {of_batches}{of_table} UNION ALL {_SELECT} WHERE {alone}{of_table}", values


def _kept(rows: Iterable[Any], query: HistoryQuery) -> Iterator[_Found]:
    """Yield the rows that are asked for as entries."""
    for name, *row in rows:
        entry = table_log.entries([row])[0]
        if _is_asked(entry, query):
            yield str(name), entry


def _is_asked(entry: LogEntry, query: HistoryQuery) -> bool:
    day = entry.at[:10]
    if query.since is not None and day < query.since.isoformat():
        return False
    if query.until is not None and day > query.until.isoformat():
        return False
    return not query.batch_id or entry.batch_id == query.batch_id


def _of_asset(database: Database, described: Table, asset: str) -> Iterator[LogEntry]:
    """Yield the life of a row, newest first; what it was made as is told in full."""
    log = StoredTableLog(database, described)
    life = life_of(log, asset)
    row: Optional[dict[str, Any]] = dict(log.row_now(life.asset) or {}) if life.is_there else None
    for entry in life.entries:
        made = row if entry.action == "insert" and row is not None else entry.after
        yield LogEntry(
            entry.seq, entry.at, entry.by, entry.batch_id, entry.asset, entry.action, entry.before, made
        )
        row = row_before(row, [entry], entry.seq)


def _lines(table: str, entry: LogEntry) -> Iterator[tuple[Any, ...]]:
    """Yield a line for each field of an entry; one without a field where it names none."""
    described = all_tables().get(table)
    head = (entry.seq, entry.at, entry.by, entry.batch_id, table, entry.asset, entry.action)
    named = {*entry.before, *entry.after}
    order = [field.name for field in triggers.logged_fields(described)] if described is not None else []
    # Fields of one's own follow, those among them that are no more; whole batches are logged without fields.
    has_fields = described is None or described.log == "rows"
    own = [name for name in (*entry.before, *entry.after) if has_fields and name not in (*order, *_UNLOGGED)]
    names = [name for name in (*order, *dict.fromkeys(own), GEOMETRY_COLUMN) if name in named]
    for name in names:
        yield (*head, name, _text(entry.before.get(name)), _text(entry.after.get(name)))
    if not names:
        yield (*head, None, None, None)


def _text(value: Any) -> Optional[str]:
    """Return a value of the log as text, a whole number without its fraction."""
    if value is None:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _write_shapes(frame: pd.DataFrame) -> None:
    """Put WKT in the place of the blobs of geometries."""
    are_shapes = (frame["field"] == GEOMETRY_COLUMN).to_numpy(dtype=bool)
    for column in ("before", "after"):
        texts = frame[column].to_numpy(dtype=object).copy()
        places = np.flatnonzero(are_shapes & frame[column].notna().to_numpy())
        if len(places):
            shapes = blobs.shapes_of(texts[places])
            texts[places] = shapely.to_wkt(shapes, rounding_precision=6, output_dimension=3)
            frame[column] = texts
