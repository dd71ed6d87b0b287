"""Single rows as people edit them: told by their numbers, since ids can be renamed.

Rows go one by one through the triggers, so that a refusal names its row whoever refuses it: a check of ours,
or a constraint or trigger that somebody added by hand.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, Optional

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.errors import RowRefusedError, StoreError
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.changes.unlikely_values import UnlikelyValues
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase, parts
from waternet_plugin.store.geopackage.reading import row_reading
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import bad_text, derived, rtree, triggers
from waternet_plugin.store.geopackage.writing import constraint_checks, inserting, stored_values
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

_STORE_FILLS = frozenset((*EDITING, *derived.COLUMNS, FID_COLUMN))
# A parameter that is not a column; no column can be called so.
_NEW_LENGTH = ""
_FAILED = re.compile(r"^(NOT NULL|UNIQUE|CHECK) constraint failed: (?:\w+\.)?(\w+)")


class NumberedRows:
    """The rows that one batch writes one by one.

    Parameters
    ----------
    database
        In the transaction of the batch.
    crs, srs_id
        Of the network, and its number in the file.
    kind
        Kind of the batch: what people typed is held to the constraints.
    """

    def __init__(
        self, database: Database, session: WriteSession, crs: CRS, srs_id: int, *, kind: str
    ) -> None:
        self._database = database
        self._session = session
        self._crs = crs
        self._srs_id = srs_id
        self._kind = kind
        # The tables, each with the columns that were given of its rows.
        self._written: list[tuple[Table, Mapping[int, Collection[str]]]] = []

    def unlikely(self) -> tuple[UnlikelyValues, ...]:
        """Return what soft constraints warn of in what people typed."""
        return tuple(constraint_checks.unlikely(self._database, self._written))

    def ids(self, table: Table, fids: Sequence[int]) -> dict[int, str]:
        """Return the ids of rows as the file knows them; rows that are gone are none."""
        column = quoted(table.id_field)
        result: dict[int, str] = {}
        for part, marks in parts(self._database, fids):
            sql = f"SELECT {FID_COLUMN}, {column} FROM {quoted(table.name)} WHERE {FID_COLUMN} IN ({marks})"
            result.update((int(fid), str(one or "")) for fid, one in self._database.execute(sql, part))
        return result

    def delete(self, table: Table, fids: Sequence[int], ids: Mapping[int, str]) -> int:
        """Delete rows; ``ids`` are those of the rows that are there."""
        self._refuse_gone(table, fids, ids)
        sql = f"DELETE FROM {quoted(table.name)} WHERE {FID_COLUMN} = ?"
        self._change(sql, {fid: (int(fid),) for fid in fids}, table, ids)
        self._session.touched(table.name, len(fids))
        return len(fids)

    def insert(self, table: Table, rows: Mapping[int, Row]) -> dict[int, int]:
        """Add rows and return their numbers."""
        names = list(dict.fromkeys(name for row in rows.values() for name in row))
        required = [field.name for field in table.fields if field.required]
        names = self._known(table, dict.fromkeys([*names, *required, table.id_field]))
        keys = list(rows)
        ids = {key: str(row.get(table.id_field) or "") for key, row in rows.items()}
        frame = _frame(table, list(rows.values()), names, [ids[key] for key in keys])
        if not isinstance(self._database, SchemaDatabase):
            self._refuse_taken(table, ids)
        try:
            columns, bounds = self._columns(table, keys, frame, is_new=True)
        except StoreError:
            # Over a line it is looked only then; the first that is said stays the same.
            self._refuse_taken(table, ids)
            raise
        sql = (
            f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, columns))})"
            f" VALUES ({', '.join('?' * len(columns))})"
        )
        fids = self._add(sql, dict(zip(keys, zip(*columns.values()))), table, ids)
        if bounds is not None:
            rtree.extend(self._database, table.name, bounds)
        self._session.touched(table.name, len(fids))
        self._check(table, dict.fromkeys(fids.values(), names), {fid: key for key, fid in fids.items()})
        return fids

    def update(self, table: Table, rows: Mapping[int, Row], ids: Mapping[int, str]) -> int:
        """Set values of rows and return how many changed; ``ids`` are those of the rows that are there."""
        self._refuse_gone(table, list(rows), ids)
        renamed = {
            fid: str(row[table.id_field] or "")
            for fid, row in rows.items()
            if table.id_field in row and str(row[table.id_field] or "") != ids[fid]
        }
        order = self._order(table, renamed)
        alike: dict[tuple[str, ...], list[int]] = {}
        for fid in rows:
            if fid not in renamed:
                alike.setdefault(tuple(sorted(rows[fid])), []).append(fid)
        groups = [*alike.values(), *([fid] for fid in order)]
        changed = sum(self._update_alike(table, fids, rows, {**ids, **renamed}) for fids in groups)
        self._session.touched(table.name, changed)
        self._check(table, rows, {fid: fid for fid in rows})
        return changed

    def _update_alike(
        self, table: Table, fids: list[int], rows: Mapping[int, Row], ids: Mapping[int, str]
    ) -> int:
        """Set the same columns of rows."""
        names = self._known(table, rows[fids[0]])
        if not names:
            return 0
        frame = _frame(table, [rows[fid] for fid in fids], names, [ids[fid] for fid in fids])
        columns, bounds = self._columns(table, fids, frame, is_new=False)
        if table.id_field not in names:
            columns.pop(table.id_field, None)
        plain = [name for name in columns if name != GEOMETRY_COLUMN]
        shapes = columns.pop(GEOMETRY_COLUMN, None)
        sets, differs = bad_text.comparing(self._database, table, plain)
        if shapes is not None:
            columns[GEOMETRY_COLUMN] = shapes
            mark = f"?{len(columns)}"
            sets.append(f"{GEOMETRY_COLUMN} = {mark}")
            differs.append(f"{triggers.body_sql(GEOMETRY_COLUMN)} IS NOT {triggers.body_sql(mark)}")
            if table.name == "pipe" and "length_m" not in names:
                columns[_NEW_LENGTH] = shapely.length(frame[GEOMETRY_COLUMN].to_numpy(dtype=object)).tolist()
                drawn = f"CASE WHEN length_source IS 'given' THEN length_m ELSE ?{len(columns)} END"
                sets.append(f"length_m = {drawn}")
        count = len(columns)
        editing = f"edited_by = ?{count + 1}, edited_on = ?{count + 2}, batch_id = ?{count + 3}"
        sql = (
            f"UPDATE {quoted(table.name)} SET {', '.join(sets)}, {editing}"
            f" WHERE {FID_COLUMN} = ?{count + 4} AND ({' OR '.join(differs)})"
        )
        facts = (self._session.by, self._session.at, self._session.batch_id)
        given = {fid: (*values, *facts, fid) for fid, values in zip(fids, zip(*columns.values()))}
        changed = self._change(sql, given, table, ids)
        if bounds is not None:
            rtree.extend(self._database, table.name, bounds)
        return changed

    def _known(self, table: Table, names: Mapping[str, Any]) -> list[str]:
        """Return the columns to write; what the file does not have is refused by the checks of the frame."""
        return [name for name in names if name not in _STORE_FILLS]

    def _columns(
        self, table: Table, keys: list[int], frame: pd.DataFrame, *, is_new: bool
    ) -> tuple[dict[str, list[Any]], Optional[np.ndarray[Any, Any]]]:
        """Return what is written of rows by column, and their bounds where they have a place."""
        try:
            return self._converted(table, frame, is_new=is_new)
        except StoreError as error:
            # The whole frame was refused in a sentence about many rows: the first of them is named.
            for place, key in enumerate(keys):
                self._refuse_cell(table, key, frame.iloc[[place]], is_new=is_new)
            raise error

    def _refuse_cell(self, table: Table, key: int, row: pd.DataFrame, *, is_new: bool) -> None:
        """Refuse a row by the first of its fields that can't be written."""
        asset = str(row[table.id_field].iloc[0] or "")
        for name in row.columns:
            part = row[list(dict.fromkeys([table.id_field, name]))]
            try:
                self._converted(table, part, is_new=False)
            except StoreError as error:
                raise _refused(error.message, table, key, asset, name, error.details) from error

    def _converted(
        self, table: Table, frame: pd.DataFrame, *, is_new: bool
    ) -> tuple[dict[str, list[Any]], Optional[np.ndarray[Any, Any]]]:
        added = [
            name
            for name in frame.columns
            if name not in (*table.field_names, GEOMETRY_COLUMN)
            and name in row_reading.columns_of(self._database, table)
        ]
        ours = frame.drop(columns=added)
        stored_values.check_columns(table, ours)
        stored_values.check_ids(table, ours)
        stored_values.check_required(table, ours, partial=not is_new)
        stored_values.check_codes(table, ours)
        columns: dict[str, list[Any]] = {}
        bounds = None
        if table.has_geometry and GEOMETRY_COLUMN in ours.columns:
            shapes = stored_values.geometries_of(table, ours, self._crs)
            columns[GEOMETRY_COLUMN], bounds = blobs.encode(shapes, self._srs_id)
        complete = inserting.completed(table, ours, self._session) if is_new else ours
        for field in table.fields:
            if field.name in complete.columns:
                columns[field.name] = stored_values.sql_column(field, table, complete[field.name])
        for name in added:
            columns[name] = frame[name].tolist()
        return columns, bounds

    def _change(
        self, sql: str, rows: Mapping[int, Sequence[Any]], table: Table, ids: Mapping[int, str]
    ) -> int:
        """Change or delete rows, told by their numbers, and return how many there were.

        On a server they go over at once; where one is refused, one by one, so that it is found.
        """
        if isinstance(self._database, SchemaDatabase):
            with suppress(sqlite3.IntegrityError):
                return len(self._database.run_together(sql, list(rows.values())))
        changed = 0
        for fid, values in rows.items():
            with _refused_by_network(table, fid, ids[fid]):
                changed += self._database.executemany(sql, [values]).rowcount
        return changed

    def _add(
        self, sql: str, rows: Mapping[int, Sequence[Any]], table: Table, ids: Mapping[int, str]
    ) -> dict[int, int]:
        """Make rows and return their numbers; as `_change`."""
        if isinstance(self._database, SchemaDatabase):
            with suppress(sqlite3.IntegrityError):
                return dict(zip(rows, self._database.make_together(sql, list(rows.values()))))
            self._refuse_taken(table, ids)
        fids: dict[int, int] = {}
        for key, values in rows.items():
            with _refused_by_network(table, key, ids[key]):
                fids[key] = self._database.execute(sql, values).lastrowid or 0
        return fids

    def _refuse_gone(self, table: Table, fids: Sequence[int], ids: Mapping[int, str]) -> None:
        for fid in fids:
            if fid not in ids:
                text = tr("A row of “{table}” is no longer in the network (row number {fid}).")
                raise _refused(text.format(table=table.label, fid=fid), table, fid, "")

    def _holders(self, table: Table, ids: Sequence[str]) -> dict[str, int]:
        """Return the numbers of the rows that have some ids."""
        column = quoted(table.id_field)
        found: dict[str, int] = {}
        for part, marks in parts(self._database, ids):
            sql = f"SELECT {column}, {FID_COLUMN} FROM {quoted(table.name)} WHERE {column} IN ({marks})"
            found.update((str(one), int(fid)) for one, fid in self._database.execute(sql, part))
        return found

    def _refuse_taken(self, table: Table, ids: Mapping[int, str]) -> None:
        """Refuse ids that two of some rows have, or one of them and a row of the file."""
        holders = self._holders(table, list(ids.values()))
        seen: set[str] = set()
        for key, one in ids.items():
            if one and (one in seen or one in holders):
                raise _refused(_taken(table, one), table, key, one, table.id_field)
            seen.add(one)

    def _order(self, table: Table, renamed: Mapping[int, str]) -> list[int]:
        """Return rows in an order in which each finds its new id free.

        Raises
        ------
        RowRefusedError
            Where another row keeps the id, or rows take each other's.
        """
        holders = self._holders(table, list(renamed.values()))
        seen: set[str] = set()
        for fid, one in renamed.items():
            if one and (one in seen or (one in holders and holders[one] not in renamed)):
                raise _refused(_taken(table, one), table, fid, one, table.id_field)
            seen.add(one)
        order: list[int] = []
        waiting = dict(renamed)
        while waiting:
            free = [fid for fid, one in waiting.items() if holders.get(one) not in waiting]
            if not free:
                fid, one = next(iter(waiting.items()))
                text = tr(
                    "Rows of “{table}” take each other's ids, {asset} among them. Give one of them an id "
                    "that is not in use, save, then give it the id you want."
                )
                message = text.format(table=table.label, asset=one)
                raise _refused(message, table, fid, one, table.id_field)
            order += free
            for fid in free:
                del waiting[fid]
        return order

    def _check(self, table: Table, given: Mapping[int, Collection[str]], keys: Mapping[int, int]) -> None:
        """Hold rows that were written to the constraints.

        ``given`` are the columns of each by its ``fid``, ``keys`` what the rows were called by.
        """
        if self._kind not in constraint_checks.TYPED:
            return
        names = {name for columns in given.values() for name in columns}
        try:
            constraint_checks.check(
                self._database, table, names, self._session.batch_id, self._kind, FID_COLUMN, list(keys)
            )
        except RowRefusedError as error:
            error.key = keys[error.key]
            raise
        self._written.append((table, given))


def _frame(table: Table, rows: Sequence[Row], names: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of objects, with their ids."""
    data: dict[str, Any] = {table.id_field: pd.Series([one or None for one in ids], dtype=object)}
    for name in names:
        if name != table.id_field:
            column = np.empty(len(rows), dtype=object)
            column[:] = [row.get(name) for row in rows]
            data[name] = pd.Series(column, dtype=object)
    return pd.DataFrame(data)


def _refused(
    message: str, table: Table, key: int, asset: str, field: str = "", details: tuple[str, ...] = ()
) -> RowRefusedError:
    return RowRefusedError(message, table=table.name, key=key, asset=asset, field=field, details=details)


def _taken(table: Table, asset: str) -> str:
    text = tr("{asset} is the id of two rows of “{table}”. Give one of them another id.")
    return text.format(asset=asset, table=table.label)


@contextmanager
def _refused_by_network(table: Table, key: int, asset: str) -> Iterator[None]:
    """Say of a row what a constraint or a trigger of the network has against it."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        _refuse_by_network(error, table, key, asset)


def _refuse_by_network(error: sqlite3.IntegrityError, table: Table, key: int, asset: str) -> NoReturn:
    details = (f"SQLite: {error}",)
    found = _FAILED.match(str(error))
    what, name = found.groups() if found else ("", "")
    labels = {field.name: field.label for field in table.fields}
    if what == "UNIQUE" and name == table.id_field:
        message = _taken(table, asset)
    elif what == "UNIQUE":
        text = tr("{asset}: “{field}” has a value that another row has, which the network does not allow.")
        message = text.format(asset=asset, field=labels.get(name, name))
    else:
        text = tr("{asset}: the network does not take this row: {reason}")
        message = text.format(asset=asset, reason=error)
    raise _refused(message, table, key, asset, name if name in labels else "", details) from error
