"""Rows that a person and somebody else changed in the same field, and what the person says about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Optional

from waternet_plugin.core.editing.row_edits import Row, differing, is_same
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, table

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Table and ``fid``.
RowKey = tuple[str, int]

# What can be said about a field or a row.
MINE, THEIRS, RESTORE = "mine", "theirs", "restore"


@dataclass(frozen=True)
class RowChange:
    """What others did to a row since some moment, as the change log tells it.

    Parameters
    ----------
    action
        Code of the domain ``log_action`` of the last change.
    by, at
        Who made it and when (UTC, ISO 8601).
    former_geometry
        Where the row was before the first change of its geometry; None where that did not change.
    """

    action: str
    by: str
    at: str
    former_geometry: Optional[BaseGeometry] = None


@dataclass(frozen=True)
class FieldConflict:
    """A field that both changed, to different values.

    Parameters
    ----------
    name
        The field; ``geom`` for the geometry.
    before
        The value when the row was first touched.
    mine, theirs
        The value that the person gave it, and the one in the file.
    """

    name: str
    before: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class RowConflict:
    """A row that can't be saved before somebody says which of two versions holds.

    Parameters
    ----------
    table, key
        The row; ``key`` is its ``fid``.
    asset
        Its id when it was first touched.
    mine, theirs
        The row as the person left it and as it is in the file; None for a deleted one. Never both.
    fields
        All that both changed, answered or not, or, where the person deleted the row, what the others changed;
        none of a row that is gone.
    by, at
        Who changed it in the file and when (UTC, ISO 8601); '' where the log can't tell.
    """

    table: str
    key: int
    asset: str
    mine: Optional[Row]
    theirs: Optional[Row]
    fields: tuple[FieldConflict, ...] = ()
    by: str = ""
    at: str = ""

    @property
    def row_key(self) -> RowKey:
        """Table and ``fid``."""
        return self.table, self.key

    @property
    def is_gone(self) -> bool:
        """Whether somebody else deleted the row."""
        return self.theirs is None

    @property
    def is_deleted(self) -> bool:
        """Whether the person deleted the row."""
        return self.mine is None

    @property
    def is_about_row(self) -> bool:
        """Whether the row is answered as a whole: one side has none of it."""
        return self.is_gone or self.is_deleted


@dataclass(frozen=True)
class RowAnswer:
    """What a person says about a conflict.

    Parameters
    ----------
    conflict
        What the person saw; the answer counts only as long as the file holds the same.
    row
        ``MINE`` or ``THEIRS`` for all fields that `fields` does not name; ``RESTORE`` brings a row back that
        is gone, ``THEIRS`` leaves it so.
    fields
        ``MINE`` or ``THEIRS`` by field.
    """

    conflict: RowConflict
    row: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether nothing about the row is open."""
        if self.conflict.is_gone:
            return self.row in (RESTORE, THEIRS)
        if self.conflict.is_deleted:
            return self.row in (MINE, THEIRS)
        return all(self.side(one.name) for one in self.conflict.fields)

    def side(self, name: str) -> str:
        """Return which side a field takes, '' where that is open."""
        return self.fields.get(name) or (self.row if self.row in (MINE, THEIRS) else "")

    def of_row(self, theirs: Optional[Row]) -> str:
        """Return what is said about the row as a whole, '' where the file holds another one by now."""
        seen = self.conflict.theirs
        if seen is None or theirs is None:
            return self.row if seen is None and theirs is None else ""
        return "" if changed_names(self.conflict.table, seen, theirs) else self.row

    def of_field(self, name: str, theirs: Any) -> str:
        """Return which side a field takes, '' where the file holds another value than the person saw."""
        seen = {one.name: one.theirs for one in self.conflict.fields}
        return self.side(name) if name in seen and is_same(seen[name], theirs) else ""


@dataclass(frozen=True)
class Answers:
    """All that a person said about conflicts, by table and ``fid``."""

    rows: Mapping[RowKey, RowAnswer] = field(default_factory=dict)


NO_ANSWERS = Answers()


def changed_names(table_name: str, before: Row, now: Row) -> tuple[str, ...]:
    """Return the fields that somebody changed between two versions of a row, ``geom`` among them.

    What the store and the forms fill is not among them, nor a length that was measured on the line.
    """
    return not_filled(table_name, differing(before, now), now)


def not_filled(table_name: str, names: Iterable[str], now: Row) -> tuple[str, ...]:
    """Return those of the fields that differ that a person changed."""
    filled = _filled(table_name)
    is_measured = now.get("length_source") == "geometry"
    return tuple(name for name in names if name not in filled and not (is_measured and name == "length_m"))


@cache
def _filled(table_name: str) -> frozenset[str]:
    """Return the fields that the store and the forms fill."""
    system = (one.name for one in table(table_name).fields if one.origin == "system")
    return frozenset((*system, *EDITING, FID_COLUMN))
