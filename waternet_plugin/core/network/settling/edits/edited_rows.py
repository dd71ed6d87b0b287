"""The rows of a network as they are with edits, and with all that follows from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row, RowEdit, differing, is_same
from waternet_plugin.core.network.settling.edits.nearby_rows import NearbyRows
from waternet_plugin.core.schema.references import ids_in, is_list
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN, table

# Keys of rows that settling makes lie below those that QGIS gives to rows of its buffers.
_BELOW = -(10**9)
# With what ids begin where no id shows it, and how many digits follow.
_LETTERS = {"pipe": "P", "node": "N", "inspection": "I", "scenario_pipe": "SP"}
_DIGITS = 4
_NUMBERED = re.compile(r"([^0-9*?\[\]]+)([0-9]{1,9})")

TableRow = tuple[str, int]


@dataclass(frozen=True)
class Followed:
    """A row that follows from an edit: its table and key, and a word for why."""

    table: str
    key: int
    why: str


class EditedRows:
    """The rows around some edits, as they are now.

    Parameters
    ----------
    edits
        What was edited.
    surroundings
        Finds the other rows.
    """

    def __init__(self, edits: Sequence[RowEdit], surroundings: NearbyRows) -> None:
        self._surroundings = surroundings
        self._before: dict[TableRow, Optional[Row]] = {}
        self._now: dict[TableRow, Optional[dict[str, Any]]] = {}
        self._seen: dict[TableRow, Row] = {}
        self._near: dict[str, dict[tuple[float, ...], Mapping[int, Row]]] = {}
        self._keys: dict[str, dict[int, None]] = {}
        self._why: dict[TableRow, str] = {}
        self._given: dict[TableRow, Optional[Row]] = {}
        self._numbers: dict[TableRow | tuple[str, str], tuple[int, int]] = {}
        self._taken: dict[str, set[Any]] = {}
        for edit in edits:
            table_row = (edit.table, edit.key)
            self._before[table_row] = edit.before
            self._given[table_row] = edit.now
            self._now[table_row] = None if edit.now is None else dict(edit.now)
            self._keys.setdefault(edit.table, {})[edit.key] = None
            for row in (edit.before, edit.now):
                if row is not None:
                    self._taken.setdefault(edit.table, set()).add(row.get(table(edit.table).id_field))
        self._lowest = min([_BELOW, *(edit.key for edit in edits)])

    def edited(self, name: str) -> list[int]:
        """Return the keys of the rows of a table that were edited or followed so far."""
        return list(self._keys.get(name, ()))

    def before(self, name: str, key: int) -> Optional[Row]:
        """Return a row as it was, None for one that is new."""
        table_row = (name, key)
        return self._before[table_row] if table_row in self._before else self._seen.get(table_row)

    def now(self, name: str, key: int) -> Optional[Row]:
        """Return a row as it is now, None for one that is gone."""
        table_row = (name, key)
        return self._now[table_row] if table_row in self._now else self._seen.get(table_row)

    def must(self, name: str, key: int) -> Row:
        """Return a row that is there; KeyError for one that is not."""
        row = self.now(name, key)
        if row is None:
            raise KeyError((name, key))
        return row

    def is_edited_by_user(self, name: str, key: int, field: str) -> bool:
        """Return whether a field of a row came with the edits that were given."""
        given = self._given.get((name, key))
        if given is None:
            return False
        before = self._before[name, key]
        return before is None or not is_same(before.get(field), given.get(field))

    def is_given(self, name: str, key: int) -> bool:
        """Return whether a row is one of the edits that were given."""
        return (name, key) in self._given

    def near(self, name: str, boxes: Array) -> dict[int, Row]:
        """Return the rows that may meet boxes, (boxes, 4), m, as they are now; what was asked is known."""
        asked = self._near.setdefault(name, {})
        corners = list(map(tuple, boxes.tolist()))
        new = [box for box in corners if box not in asked]
        if new:
            asked.update(dict.fromkeys(new, self._surroundings.rows_near(name, np.array(new))))
        rows: dict[int, Row] = {}
        for answer in {id(asked[box]): asked[box] for box in corners}.values():
            rows.update(answer)
        return self._with_edits(name, rows)

    def where(self, name: str, field: str, values: Collection[Any]) -> dict[int, Row]:
        """Return the rows whose field has one of some values now, a list of ids one of some ids."""
        wanted = {value for value in values if value is not None}
        if not wanted:
            return {}
        # In the order in which they come, not in that of a set.
        listed = list(dict.fromkeys(value for value in values if value is not None))
        rows = self._with_edits(name, self._surroundings.rows_where(name, field, listed))
        if is_list(name, field):
            listed_in = {key: ids_in(name, field, row.get(field)) for key, row in rows.items()}
            return {key: row for key, row in rows.items() if not wanted.isdisjoint(listed_in[key])}
        return {key: row for key, row in rows.items() if row.get(field) in wanted}

    def _with_edits(self, name: str, with_edits: Any) -> dict[int, Row]:
        rows: dict[int, Row] = {}
        for key, row in with_edits.items():
            table_row = (name, key)
            if table_row not in self._now:
                self._seen[table_row] = row
                rows[key] = row
        for key in self._keys.get(name, ()):
            now = self._now[name, key]
            if now is not None:
                rows[key] = now
        return rows

    def set(self, name: str, key: int, why: str, **values: Any) -> None:
        """Change fields of a row; what stays the same is not a change."""
        row = self.must(name, key)
        changed = {field: value for field, value in values.items() if not is_same(row.get(field), value)}
        if changed:
            self._put(name, key, {**row, **changed}, why)

    def _put(self, name: str, key: int, row: Optional[dict[str, Any]], why: str) -> None:
        table_row = (name, key)
        if table_row not in self._now:
            self._before.setdefault(table_row, self._seen.get(table_row))
        self._now[table_row] = row
        self._keys.setdefault(name, {})[key] = None
        self._why.setdefault(table_row, why)

    def add(self, name: str, row: Row, why: str) -> int:
        """Add a row and return its key; what the store fills is left to it."""
        self._lowest -= 1
        table_row = (name, self._lowest)
        self._before[table_row] = None
        left_out = (*EDITING, FID_COLUMN)
        self._put(name, self._lowest, {k: v for k, v in row.items() if k not in left_out}, why)
        self._taken.setdefault(name, set()).add(row.get(table(name).id_field))
        return self._lowest

    def delete(self, name: str, key: int, why: str) -> None:
        """Delete a row."""
        self.must(name, key)
        self._put(name, key, None, why)

    def take_back(self, name: str, key: int, why: str, **values: Any) -> None:
        """Make a row what it was before it was edited, but for some values."""
        before = self._before[name, key]
        self._now[name, key] = None if before is None else {**before, **values}
        self._why[name, key] = why

    def new_id(self, name: str, like: Any) -> str:
        """Return an id that no row has, with the letters of another id."""
        match = _NUMBERED.fullmatch(str(like or ""))
        prefix = match.group(1) if match else f"{_LETTERS[name]}-"
        counter = (name, prefix)
        if counter not in self._numbers:
            digits = self._surroundings.next_id(name, prefix)[len(prefix) :]
            wide = len(match.group(2)) if match else _DIGITS
            self._numbers[counter] = (int(digits), wide)
        number, wide = self._numbers[counter]
        taken = self._taken.setdefault(name, set())
        while f"{prefix}{number:0{wide}d}" in taken:
            number += 1
        self._numbers[counter] = (number + 1, wide)
        new_name = f"{prefix}{number:0{wide}d}"
        taken.add(new_name)
        return new_name

    def edits(self) -> tuple[RowEdit, ...]:
        """Return every row that is not what it was; the edits that were given come first."""
        return tuple(RowEdit(name, key, *rows) for (name, key), rows in self._differing())

    def _differing(self) -> Iterator[tuple[TableRow, tuple[Optional[Row], Optional[Row]]]]:
        for table_row, now in self._now.items():
            before = self._before[table_row]
            if not _are_same(before, now):
                yield table_row, (before, now)

    def followed(self) -> tuple[Followed, ...]:
        """Return the rows that are not what they were when settling began, and why they changed first."""
        return tuple(
            Followed(name, key, why)
            for (name, key), why in self._why.items()
            if not self._is_as_given((name, key))
        )

    def _is_as_given(self, table_row: TableRow) -> bool:
        given = self._given[table_row] if table_row in self._given else self._before[table_row]
        return _are_same(given, self._now[table_row])


def _are_same(first: Optional[Row], second: Optional[Row]) -> bool:
    if first is None or second is None:
        return first is second
    return first is second or not differing(first, second)


def xy_boxes(xy: Array, reach_m: float) -> Array:
    """Return a box around each place, (places, 4), m."""
    return np.hstack([xy[:, :2] - reach_m, xy[:, :2] + reach_m])


def shape_of(row: Optional[Row]) -> Any:
    """Return the geometry of a row, None where it has none."""
    return None if row is None else row.get(GEOMETRY_COLUMN)
