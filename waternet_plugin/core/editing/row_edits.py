"""Rows that a person edited and did not save yet: what each was when first touched, and what it is now.

A value is as `core.frames` says, one at a time: None for unknown, floats for numbers, shapely geometries in
the network's CRS under ``geom``. Rows are few (a gesture touches a handful, a Save some thousands), so they
are mappings, not arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import is_not
from typing import Any, Optional

import shapely

from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN, table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.vertices import are_same, xyz

Row = Mapping[str, Any]

# Types of geometries that their vertices describe completely: points and lines.
_WITHOUT_PARTS = (shapely.Point, shapely.LineString)
# Types of values that are compared as they are.
_PLAIN = (str, float)


@dataclass(frozen=True)
class RowEdit:
    """One row that is made, changed or deleted.

    Parameters
    ----------
    table
        Name of the table.
    key
        ``fid`` of the row; below zero for a row that the file does not have yet, as QGIS numbers them.
    before
        All its values when it was first touched; None for a new row.
    now
        All its values now; None for a deleted row.
    """

    table: str
    key: int
    before: Optional[Row]
    now: Optional[Row]

    def __post_init__(self) -> None:
        if self.before is None and self.now is None:
            raise ValueError("A row that neither was nor is there is not an edit.")

    @property
    def is_new(self) -> bool:
        """Whether the row is made by the edit."""
        return self.before is None

    @property
    def is_deleted(self) -> bool:
        """Whether the row goes with the edit."""
        return self.now is None

    @property
    def asset(self) -> str:
        """The id of the row as the file knows it; of a new row the one it will get, '' where it has none."""
        row = self.before if self.before is not None else self.now
        assert row is not None
        return str(row.get(table(self.table).id_field) or "")

    @cached_property
    def changed_fields(self) -> tuple[str, ...]:
        """The fields, ``geom`` among them, whose value is another now; none for a row that is new or gone."""
        if self.before is None or self.now is None:
            return ()
        return tuple(name for name in differing(self.before, self.now) if name not in EDITING)

    @property
    def changed_values(self) -> Row:
        """What those fields are now; the number of the row stays as it is."""
        now = self.now or {}
        return {name: now.get(name) for name in self.changed_fields if name != FID_COLUMN}


def differing(row: Row, other: Row) -> list[str]:
    """Return the fields in which two rows differ, in their order."""
    # Most values are the same object, unknown ones above all, or texts and numbers that are the same.
    others = list(map(other.get, row))
    found = [
        name
        for name, this, that in compress(zip(row, row.values(), others), map(is_not, row.values(), others))
        if not (type(this) is type(that) and type(this) in _PLAIN and this == that)
        and not is_same(this, that)
    ]
    if not other.keys() <= row.keys():
        found += [name for name, that in other.items() if name not in row and not is_same(None, that)]
    return found


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same; unknown is the same as unknown, heights of geometries count."""
    if one is other:
        return True
    kind = type(one)
    if kind is type(other) and kind in _PLAIN:
        return bool(one == other or (one != one and other != other))  # noqa: PLR0124
    if is_unknown(one) or is_unknown(other):
        return is_unknown(one) and is_unknown(other)
    if isinstance(one, shapely.Geometry) and isinstance(other, shapely.Geometry):
        return _is_same_shape(one, other)
    return bool(one == other)


def _is_same_shape(geometry: shapely.Geometry, other: shapely.Geometry) -> bool:
    if type(geometry) is type(other) and isinstance(geometry, _WITHOUT_PARTS):
        # Quicker than writing them: a Save compares every row.
        return are_same(xyz(geometry), xyz(other))
    return bool(to_wkb(geometry) == to_wkb(other))


def is_unknown(value: Any) -> bool:
    """Return whether a value is unknown: None, NaN, or no time."""
    # A geometry with unknown heights differs from itself for some versions of shapely.
    if value is None or isinstance(value, shapely.Geometry):
        return value is None
    return bool(value != value)  # noqa: PLR0124


def by_table(edits: tuple[RowEdit, ...]) -> Iterator[tuple[str, tuple[RowEdit, ...]]]:
    """Yield the tables that were edited with their edits, in the order in which they come."""
    for name in dict.fromkeys(edit.table for edit in edits):
        yield name, tuple(edit for edit in edits if edit.table == name)


def moved(edit: RowEdit) -> bool:
    """Return whether the geometry of a row is another now; heights count."""
    if edit.before is None or edit.now is None:
        return False
    return not is_same(edit.before.get(GEOMETRY_COLUMN), edit.now.get(GEOMETRY_COLUMN))
