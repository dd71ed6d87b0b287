"""Networks of a few rows in memory, which settling asks and whose edits are applied."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_same
from waternet_plugin.core.network.settling.settling import Settled, settle
from waternet_plugin.core.schema.references import ids_in, is_list
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table

Tables = dict[str, dict[int, Row]]


def applied(tables: Mapping[str, Mapping[int, Row]], edits: Iterable[RowEdit]) -> dict[str, dict[int, Row]]:
    """Return tables with edits made in them: rows by key in tables by name."""
    tables_now = {name: dict(rows) for name, rows in tables.items()}
    for edit in edits:
        rows = tables_now.setdefault(edit.table, {})
        if edit.now is None:
            rows.pop(edit.key, None)
        else:
            rows[edit.key] = edit.now
    return tables_now


class TableSurroundings:
    """Rows of tables in memory, found one by one."""

    def __init__(self, tables: Tables, saved: Tables | None = None) -> None:
        self.tables = tables
        self.saved = saved or {}
        self.calls = 0

    def rows_near(self, name: str, boxes: Any) -> Mapping[int, Row]:
        """Return the rows that meet a box."""
        self.calls += 1
        rows = {key: row for key, row in self.tables.get(name, {}).items() if row.get("geom") is not None}
        if not rows:
            return {}
        keys = list(rows)
        tree = shapely.STRtree([rows[key]["geom"] for key in keys])
        found = np.unique(tree.query(shapely.box(*np.asarray(boxes).T))[1])
        return {keys[index]: rows[keys[index]] for index in found}

    def rows_where(self, name: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Return the rows whose field has one of some values."""
        self.calls += 1
        wanted = set(values)
        rows = self.tables.get(name, {})
        if is_list(name, field):
            return {
                key: row
                for key, row in rows.items()
                if not wanted.isdisjoint(ids_in(name, field, row.get(field)))
            }
        return {key: row for key, row in rows.items() if row.get(field) in wanted}

    def next_id(self, name: str, prefix: str) -> str:
        """Return the id after the greatest of a prefix and digits."""
        rows = [*self.tables.get(name, {}).values(), *self.saved.get(name, {}).values()]
        ids = [str(row.get(table(name).id_field)) for row in rows]
        numbers = [int(m.group(1)) for one in ids if (m := re.fullmatch(re.escape(prefix) + r"(\d+)", one))]
        return f"{prefix}{max(numbers, default=0) + 1:04d}"


def pipe(pipe_id: str, line: Sequence[Sequence[float]], **values: Any) -> dict[str, Any]:
    """Return a pipe in use."""
    fields = dict.fromkeys(table("pipe").field_names)
    fields.update(pipe_id=pipe_id, system="potable", status="in_use", length_source="geometry")
    shape = shapely.linestrings(np.array(line, dtype=float))
    fields.update(geom=shape, length_m=float(shape.length))
    return {**fields, **values}


def node(node_id: str, place: Sequence[float], **values: Any) -> dict[str, Any]:
    """Return a plain junction in use."""
    fields = dict.fromkeys(table("node").field_names)
    fields.update(node_id=node_id, kind="junction", system="potable", status="in_use")
    return {**fields, "geom": shapely.Point(*place), **values}


def row(name: str, **values: Any) -> dict[str, Any]:
    """Return a row of another table."""
    return {**dict.fromkeys(table(name).field_names), **values}


def tables(**rows: Sequence[Row]) -> Tables:
    """Return tables of rows; keys count from 1 in each."""
    return {name: dict(enumerate(some, 1)) for name, some in rows.items()}


class Desk:
    """Somebody who edits tables in memory: gestures are settled one by one, as QGIS would have them.

    Parameters
    ----------
    saved
        The tables as they are in the file.
    settings
        Values that differ from the shipped ones.
    """

    def __init__(self, saved: Tables, **settings: str) -> None:
        self.saved = saved
        self.tables: Tables = {name: dict(rows) for name, rows in saved.items()}
        self.settings = Settings({key.replace("__", "."): value for key, value in settings.items()})
        self.last: Settled | None = None
        self._next, self._fid = -1000, 10**6

    def new_key(self) -> int:
        """Return a key as QGIS gives it to a row that is not saved."""
        self._next -= 1
        return self._next

    def gesture(self, *edits: tuple[str, int, Row | None], typed_ids: bool = False) -> Settled:
        """Make rows what they are after a gesture (None deletes), and settle it.

        Ids of new nodes were offered by QGIS's form, unless a person typed them.
        """
        given = tuple(RowEdit(name, key, self.tables.get(name, {}).get(key), now) for name, key, now in edits)
        offered = [edit.key for edit in given if edit.table == "node" and edit.is_new and not typed_ids]
        self.last = settle(
            given,
            TableSurroundings(self.tables, self.saved),
            self.settings,
            offered_ids=frozenset(offered),
        )
        self.tables = applied(self.tables, [self._numbered(edit) for edit in self.last.edits])
        return self.last

    def _numbered(self, edit: RowEdit) -> RowEdit:
        """Return an edit with the key that QGIS gives to a row that settling made."""
        return edit if edit.key > -(10**9) else RowEdit(edit.table, self.new_key(), edit.before, edit.now)

    def unsaved(self) -> tuple[RowEdit, ...]:
        """Return all that differs from the file."""
        found = []
        for name in dict.fromkeys([*self.saved, *self.tables]):
            before, now = self.saved.get(name, {}), self.tables.get(name, {})
            for key in dict.fromkeys([*before, *now]):
                one, other = before.get(key), now.get(key)
                if one is None or other is None or not is_same_row(one, other):
                    found.append(RowEdit(name, key, one, other))
        return tuple(found)

    def save(self) -> Settled:
        """Settle all that is not saved once more, and keep it."""
        settled = settle(self.unsaved(), TableSurroundings(self.saved), self.settings)
        self.saved = applied(self.saved, [self._filed(edit) for edit in settled.edits])
        self.tables = copy.copy(self.saved)
        return settled

    def _filed(self, edit: RowEdit) -> RowEdit:
        """Return an edit with the key that the file gives to a new row."""
        if edit.key > 0:
            return edit
        self._fid += 1
        return RowEdit(edit.table, self._fid, edit.before, edit.now)

    def of(self, name: str, asset: str) -> Row:
        """Return a row by its id."""
        field = table(name).id_field
        return next(one for one in self.tables[name].values() if one[field] == asset)

    def key(self, name: str, asset: str) -> int:
        """Return the key of a row by its id."""
        field = table(name).id_field
        return next(key for key, one in self.tables[name].items() if one[field] == asset)

    def change(self, name: str, asset: str, **values: Any) -> Settled:
        """Change fields of a row as one gesture."""
        return self.gesture((name, self.key(name, asset), {**self.of(name, asset), **values}))

    def delete(self, name: str, asset: str) -> Settled:
        """Delete a row as one gesture."""
        return self.gesture((name, self.key(name, asset), None))

    def draw(self, line: Sequence[Sequence[float]], pipe_id: str = "NEW-1", **values: Any) -> Settled:
        """Draw a pipe as one gesture."""
        return self.gesture(("pipe", self.new_key(), pipe(pipe_id, line, **values)))

    def ends(self, pipe_id: str) -> tuple[Any, Any]:
        """Return what a pipe names."""
        one = self.of("pipe", pipe_id)
        return one["from_node"], one["to_node"]


def is_same_row(one: Row, other: Row) -> bool:
    """Return whether two rows say the same."""
    return all(is_same(one.get(name), other.get(name)) for name in {*one, *other})


def line(*places: Sequence[float]) -> shapely.LineString:
    """Return a line through places."""
    return shapely.linestrings(np.array(places, dtype=float))
