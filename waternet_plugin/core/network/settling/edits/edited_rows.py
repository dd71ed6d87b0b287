"""The rows of a network as they are with edits, and with all that follows from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
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
        self._keys: dict[str, dict[int, None]] = {}
        self._why: dict[TableRow, str] = {}
        self._given: dict[TableRow, Optional[Row]] = {}
        self._numbers: dict[TableRow | tuple[str, str], tuple[int, int]] = {}
        self._taken: dict[str, set[Any]] = {}
        for edit in edits:
            place = (edit.table, edit.key)
            self._before[place] = edit.before
            self._given[place] = edit.now
            self._now[place] = None if edit.now is None else dict(edit.now)
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
        place = (name, key)
        return self._before[place] if place in self._before else self._seen.get(place)

    def now(self, name: str, key: int) -> Optional[Row]:
        """Return a row as it is now, None for one that is gone."""
        place = (name, key)
        return self._now[place] if place in self._now else self._seen.get(place)

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
        """Return the rows that may meet boxes, (boxes, 4), m, as they are now."""
        found = self._surroundings.rows_near(name, boxes) if len(boxes) else {}
        return self._with_edits(name, found)

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

    def _with_edits(self, name: str, found: Any) -> dict[int, Row]:
        rows: dict[int, Row] = {}
        for key, row in found.items():
            place = (name, key)
            if place not in self._now:
                self._seen[place] = row
                rows[key] = row
        for key in self._keys.get(name, ()):
            now = self._now[name, key]
            if now is not None:
                rows[key] = now
        return rows

    def set(self, name: str, key: int, why: str, **values: Any) -> None:
        """Change fields of a row; what stays the same is no change."""
        row = self.must(name, key)
        changed = {field: value for field, value in values.items() if not is_same(row.get(field), value)}
        if changed:
            self._put(name, key, {**row, **changed}, why)

    def _put(self, name: str, key: int, row: Optional[dict[str, Any]], why: str) -> None:
        place = (name, key)
        if place not in self._now:
            self._before.setdefault(place, self._seen.get(place))
        self._now[place] = row
        self._keys.setdefault(name, {})[key] = None
        self._why.setdefault(place, why)

    def add(self, name: str, row: Row, why: str) -> int:
        """Add a row and return its key; what the store fills is left to it."""
        self._lowest -= 1
        place = (name, self._lowest)
        self._before[place] = None
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
        place = (name, prefix)
        if place not in self._numbers:
            digits = self._surroundings.next_id(name, prefix)[len(prefix) :]
            wide = len(match.group(2)) if match else _DIGITS
            self._numbers[place] = (int(digits), wide)
        number, wide = self._numbers[place]
        taken = self._taken.setdefault(name, set())
        while f"{prefix}{number:0{wide}d}" in taken:
            number += 1
        self._numbers[place] = (number + 1, wide)
        found = f"{prefix}{number:0{wide}d}"
        taken.add(found)
        return found

    def edits(self) -> tuple[RowEdit, ...]:
        """Return every row that is not what it was; the edits that were given come first."""
        return tuple(RowEdit(name, key, *rows) for (name, key), rows in self._differing())

    def _differing(self) -> Iterator[tuple[TableRow, tuple[Optional[Row], Optional[Row]]]]:
        for place, now in self._now.items():
            before = self._before[place]
            if not _are_same(before, now):
                yield place, (before, now)

    def followed(self) -> tuple[Followed, ...]:
        """Return the rows that are not what they were when settling began, and why they changed first."""
        return tuple(
            Followed(name, key, why)
            for (name, key), why in self._why.items()
            if not self._is_as_given((name, key))
        )

    def _is_as_given(self, place: TableRow) -> bool:
        given = self._given[place] if place in self._given else self._before[place]
        return _are_same(given, self._now[place])


def _are_same(one: Optional[Row], other: Optional[Row]) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or not differing(one, other)


def xy_boxes(places: Array, reach_m: float) -> Array:
    """Return a box around each place, (places, 4), m."""
    return np.hstack([places[:, :2] - reach_m, places[:, :2] + reach_m])


def shape_of(row: Optional[Row]) -> Any:
    """Return the geometry of a row, None where it has none."""
    return None if row is None else row.get(GEOMETRY_COLUMN)
