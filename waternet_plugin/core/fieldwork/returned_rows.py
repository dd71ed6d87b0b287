"""Rows of a package that came back, compared with what was given: which cells the crew changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pandas as pd

from waternet_plugin.core.fieldwork.package_cells import (
    Cells,
    UnreadableCell,
    are_same,
    cells_of_text,
    no_value_text,
    row_texts,
)
from waternet_plugin.core.fieldwork.package_shapes import shape_cell, shape_returned
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ReturnedTable:
    """A table of a package as it came back.

    Parameters
    ----------
    uuids, marks
        Of each row.
    cells
        The cells of rows that differ from what was given (`differing_rows`) by their index, which rises: the
        id first, then the fields that the table still has, in their order.
    photos
        The paths that a row names, by its index.
    """

    table: Table
    uuids: Sequence[Optional[str]]
    marks: Sequence[str]
    cells: Mapping[int, Cells] = field(default_factory=dict)
    photos: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


class GivenRow(NamedTuple):
    """A row as it was given, or as it first came back where the crew made it.

    Parameters
    ----------
    asset
        Its id.
    mark
        The mark in its text, where that has one.
    is_made
        Whether the crew made it.
    key
        The number of the network's row that keeps the text.
    text
        The row as text; '' as long as nobody needs it.
    """

    asset: str
    mark: str
    is_made: bool
    key: int
    text: str = ""


@dataclass(frozen=True)
class ReturnedRow:
    """A row that differs from what was given, or is new.

    Parameters
    ----------
    uuid, asset
        What tells it, and the id it was given with; '' for one of the crew's own without an id.
    given, returned
        Its cells; nothing was given of a new row.
    changed
        The fields that the crew changed, ``geom`` among them.
    rejected
        Why the cell of a field is not taken.
    photos
        The paths that it names.
    is_new
        Whether the crew made it.
    """

    table: Table
    uuid: str
    asset: str
    given: Cells
    returned: Cells
    changed: tuple[str, ...]
    rejected: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class ComparedRows:
    """The rows of one table; ``same`` has UUID and id of untouched rows, ``missing`` of absent ones."""

    differing: tuple[ReturnedRow, ...]
    same: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]


def _repeats(uuids: Sequence[Optional[str]]) -> frozenset[int]:
    """Return the indices of rows whose UUID an earlier row has, too."""
    return frozenset(np.flatnonzero(pd.Series(uuids, dtype=object).duplicated()).tolist())


def differing_rows(
    given: Mapping[str, GivenRow], uuids: Sequence[Optional[str]], marks: Sequence[str]
) -> list[int]:
    """Return the indices of rows that are not, bit by bit, a row that was given."""
    expected: dict[Optional[str], str] = {uuid: row.mark for uuid, row in given.items()}
    differing = {index for index, (uuid, mark) in enumerate(zip(uuids, marks)) if expected.get(uuid) != mark}
    return sorted(differing | _repeats(uuids))


def compare_rows(given: Mapping[str, GivenRow], came: ReturnedTable) -> ComparedRows:
    """Compare rows that came back with what was given.

    Parameters
    ----------
    given
        By UUID.
    came
        The rows. Where several have one UUID, as after a split, the first is the row, the others are new.
    """
    table = came.table
    # Nearly all rows.
    same = [
        (uuid, given[uuid].asset)
        for index, uuid in enumerate(came.uuids)
        if index not in came.cells and uuid is not None
    ]
    numbers: Counter[str] = Counter()
    differing: list[ReturnedRow] = []
    repeats, met = _repeats(came.uuids), set(came.uuids)
    for index, cells in came.cells.items():
        uuid = came.uuids[index]
        known = given.get(uuid) if uuid else None
        returned = dict(cells)
        asset, photos = returned.pop(table.id_field, None), came.photos.get(index, ())
        if uuid is None or index in repeats:
            # A row of its own, told by what it holds, so that it is known when it comes again.
            base = f"{table.name}|{uuid}|{_text(table, asset, returned)}|{photos}"
            numbers[base] += 1
            uuid = str(uuid5(NAMESPACE_URL, f"{base}|{numbers[base]}"))
            known, asset = given.get(uuid), None
            met.add(uuid)
        if known is None:
            differing.append(_new_row(table, uuid, asset, _with_shape(table, returned), photos))
        else:
            row = _compared(table, uuid, known, returned, asset, photos)
            if row.changed or row.rejected or photos:
                differing.append(row)
            else:
                same.append((uuid, known.asset))
    missing = [(uuid, one.asset) for uuid, one in given.items() if uuid not in met and not one.is_made]
    return ComparedRows(tuple(differing), tuple(same), tuple(missing))


def _text(table: Table, asset: Any, cells: Cells) -> str:
    return row_texts({table.id_field: [asset], **{name: [cell] for name, cell in cells.items()}})[0]


def _with_shape(table: Table, cells: Cells) -> Cells:
    """Return the cells of a row, its geometry looked at."""
    shape = cells.get(GEOMETRY_COLUMN)
    return cells if shape is None else {**cells, GEOMETRY_COLUMN: shape_cell(shape, table)}


def _compared(
    table: Table, uuid: str, known: GivenRow, returned: Cells, asset: Any, photos: tuple[str, ...]
) -> ReturnedRow:
    given = cells_of_text(known.text)
    if returned.get(GEOMETRY_COLUMN) != given.get(GEOMETRY_COLUMN):
        returned = _with_shape(table, returned)
    cells = dict(returned)
    changed, rejected = [], {}
    for name, cell in returned.items():
        before = given.get(name)
        if isinstance(cell, UnreadableCell):
            if cell.text != before:
                rejected[name] = no_value_text(cell, _kind(table, name))
            continue
        if name == GEOMETRY_COLUMN:
            cells[name] = cell = shape_returned(before, cell)
        if not are_same(before, cell):
            changed.append(name)
    rejected.update(_refused(table, {name: cells[name] for name in changed}))
    if not known.is_made and asset is not None and asset != given.get(table.id_field):
        rejected[table.id_field] = tr("Ids are given by the office. Rename it there.")
    left = tuple(name for name in changed if name not in rejected)
    return ReturnedRow(table, uuid, known.asset, given, cells, left, rejected, photos)


def _kind(table: Table, name: str) -> str:
    return GEOMETRY_COLUMN if name == GEOMETRY_COLUMN else table.field(name).type


def _new_row(table: Table, uuid: str, asset: Any, returned: Cells, photos: tuple[str, ...]) -> ReturnedRow:
    unreadable = {
        name: no_value_text(cell, _kind(table, name))
        for name, cell in returned.items()
        if isinstance(cell, UnreadableCell)
    }
    known = {name: cell for name, cell in returned.items() if cell is not None and name not in unreadable}
    rejected = {**unreadable, **_refused(table, known)}
    cells = {name: cell for name, cell in known.items() if name not in rejected}
    named = str(asset) if isinstance(asset, str) else ""
    changed = tuple(cells)
    return ReturnedRow(table, uuid, named, {}, {**returned, **cells}, changed, rejected, photos, is_new=True)


def _refused(table: Table, cells: Cells) -> dict[str, str]:
    """Return why cells can't be taken: unknown codes, fractions of whole numbers, missing values."""
    reasons = {}
    for name, cell in cells.items():
        if name == GEOMETRY_COLUMN:
            if cell is None:
                reasons[name] = tr("The geometry was removed. Delete the row instead.")
            continue
        described = table.field(name)
        if cell is None:
            if described.required:
                reasons[name] = tr("“{field}” can't be empty.").format(field=described.label)
        elif described.domain and cell not in described.codes:
            message = tr("“{code}” is not a value of “{field}”.")
            reasons[name] = message.format(code=cell, field=described.label)
        elif described.type == "integer" and cell != int(cell):
            reasons[name] = tr("“{text}” is not a whole number.").format(text=f"{cell:g}")
    return reasons


def content_mark(tables: Iterable[ReturnedTable]) -> str:
    """Return the SHA-256 of what tables hold, whatever the order of rows and columns and their numbers."""
    mark = hashlib.sha256()
    for came in sorted(tables, key=lambda one: one.table.name):
        rows = sorted(f"{uuid or ''}{own}" for uuid, own in zip(came.uuids, came.marks))
        mark.update("|".join([came.table.name, *rows]).encode())
    return mark.hexdigest()
