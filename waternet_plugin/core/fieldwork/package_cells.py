"""Values of a package's rows as texts and numbers, which any program writes back alike.

A cell is None for unknown, a float, a text, a day as ``YYYY-MM-DD``, or a moment as ISO 8601 in UTC with
milliseconds. A geometry is WKB as hexadecimal digits.
"""

from __future__ import annotations

import datetime
import marshal
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import repeat
from json.encoder import encode_basestring, encode_basestring_ascii
from operator import is_not
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.json_text import exact_object
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr

Cells = Mapping[str, Any]

_NUMBERS = ("integer", "real")
_SAME_SHARE = 1e-12
# The key of a row's mark in its text, and the bytes of one.
_MARK, _MARK_BYTES = "#", 8
# Where the mark stands in a text: behind how many characters, and how many it has.
MARK_START, MARK_LENGTH = 6, 2 * _MARK_BYTES


@dataclass(frozen=True)
class UnreadableCell:
    """What stands in a cell and is none of its column's values."""

    text: str


def cells_of(column: pd.Series, kind: str) -> list[Any]:
    """Return the cells of a column of a network's frame."""
    if kind in _NUMBERS:
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        is_unknown = np.isnan(numbers)
        if is_unknown.all():
            return [None] * len(numbers)
        cells: list[Any] = numbers.tolist()
        for index in np.flatnonzero(is_unknown).tolist():
            cells[index] = None
        return cells
    is_known = column.notna()
    if not is_known.any():
        return [None] * len(column)
    known = is_known.tolist()
    if kind == "date":
        texts = column.dt.strftime("%Y-%m-%d").tolist()
    elif kind == "datetime":
        texts = [f"{text[:-3]}Z" for text in column.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").fillna("").tolist()]
    else:
        texts = column.tolist()
        if all(known) and "" not in texts:
            return list(texts)
    return [text or None if is_there else None for text, is_there in zip(texts, known)]


def read_cell(value: Any, kind: str) -> Any:
    """Return the cell of a value as a file has it; an `UnreadableCell` for what is none of its kind."""
    if value is None or value == "":
        return None
    try:
        if kind in _NUMBERS:
            number = float(value)
            return number if math.isfinite(number) else UnreadableCell(str(value))
        if kind == "date":
            return datetime.date.fromisoformat(str(value)[:10].replace("/", "-")).isoformat()
        if kind == "datetime":
            return _moment(str(value))
    except ValueError:
        return UnreadableCell(str(value))
    if isinstance(value, bytes):
        return UnreadableCell(value.hex())
    return value if isinstance(value, str) else str(value)


def read_cells(values: Sequence[Any], kind: str) -> list[Any]:
    """Return the cells of a column as a file has it; see `read_cell`."""
    plain = {"real": float, "integer": float, "text": str, "json": str}.get(kind, type(None))
    # Nearly all columns are cells already, many of them unknown.
    is_plain = set(map(type, values)) <= {plain, type(None)}
    if is_plain and not ({"", math.inf, -math.inf} & set(values)):
        return list(values)
    return [read_cell(value, kind) for value in values]


def _moment(text: str) -> str:
    stamp = pd.Timestamp(text)
    if stamp is pd.NaT:
        raise ValueError(text)
    stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    return f"{stamp.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]}Z"


def cell_of(value: Any, kind: str) -> Any:
    """Return the cell of a value of a single row of the network."""
    if kind == GEOMETRY_COLUMN:
        return None if value is None else to_wkb(value).hex()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return read_cell(value if kind in (*_NUMBERS, "text", "json") else str(value), kind)


def value_of(cell: Any, kind: str) -> Any:
    """Return the value of a cell as single rows of the network have it."""
    if cell is None:
        return None
    if kind == GEOMETRY_COLUMN:
        return shapely.from_wkb(bytes.fromhex(cell))
    if kind == "date":
        return datetime.date.fromisoformat(cell)
    return pd.Timestamp(cell) if kind == "datetime" else cell


def values_of(cells: Cells, table: Table) -> dict[str, Any]:
    """Return cells of a row as values of the network."""
    return {name: value_of(cell, kind_of(table, name)) for name, cell in cells.items()}


def cells_of_row(row: Row, table: Table, names: Iterable[str]) -> dict[str, Any]:
    """Return the cells of some fields of a row of the network."""
    return {name: cell_of(row.get(name), kind_of(table, name)) for name in names}


def kind_of(table: Table, name: str) -> str:
    """Return the type of a field, ``geom`` for the geometry."""
    return GEOMETRY_COLUMN if name == GEOMETRY_COLUMN else table.field(name).type


def row_texts(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return the rows of columns of cells as JSON, unknown ones left out."""
    size = max(map(len, columns.values()), default=0)
    parts = [_parts(name, cells, encode_basestring) for name, cells in columns.items() if is_known(cells)]
    # Column by column: an encoder for each row costs ten times as much.
    return [f"{{{text[1:]}}}" for text in map("".join, zip(*parts))] if parts else ["{}"] * size


def row_marks(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Return a hash of each row of a file: rows of equal values have equal ones.

    The same row written by another program may have another mark; it is compared cell by cell then.
    """
    # Of its versions this writes equal texts alike, wherever they come from.
    written = map(marshal.dumps, rows, repeat(2))
    return [blake2b(row, digest_size=_MARK_BYTES).hexdigest() for row in written]


def marked_texts(marks: Sequence[str], columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return texts of rows that hold their marks first, in characters of ASCII."""
    heads = [f'{{"{_MARK}":"{mark}"' for mark in marks]
    # Texts of other characters take twice the room and time, and are written anew for the file.
    parts = (_parts(name, cells, encode_basestring_ascii) for name, cells in columns.items())
    return list(map("".join, zip(heads, *parts, repeat("}"))))


def is_known(cells: Sequence[Any]) -> bool:
    """Return whether any cell of a column is known."""
    # Most columns are known from their first cell on.
    return any(map(is_not, cells, repeat(None)))


def _parts(name: str, cells: Sequence[Any], encode: Callable[[str], str]) -> list[str]:
    """Return each cell of a column as JSON behind a comma and its name, '' for unknown."""
    head = f",{encode(name)}:"
    if name == GEOMETRY_COLUMN and set(map(type, cells)) <= {str, type(None)}:
        # Hexadecimal digits, in which nothing is to be escaped.
        return ["" if cell is None else f'{head}"{cell}"' for cell in cells]
    values = set(cells)
    kinds = set(map(type, values))
    if 2 * len(values) > len(cells) and kinds == {str}:
        return list(map(head.__add__, map(encode, cells)))
    if 4 * len(values) > len(cells) and kinds <= {float, type(None)}:
        return ["" if cell is None else f"{head}{cell!r}" for cell in cells]

    def text_of(cell: Any) -> str:
        if type(cell) is float:
            return repr(cell)
        return encode(cell.text if isinstance(cell, UnreadableCell) else cell or "")

    # Most columns hold few values, each many times.
    coded = dict(zip(values, map(head.__add__, map(text_of, values))))
    coded[None] = ""
    return list(map(coded.__getitem__, cells))


def cells_of_text(text: Optional[str]) -> dict[str, Any]:
    """Return the cells of a text of `row_texts` or `marked_texts`."""
    cells = exact_object(text)
    cells.pop(_MARK, None)
    return cells


def are_same(one: Any, other: Any) -> bool:
    """Return whether two cells that are no geometry hold the same."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _SAME_SHARE * max(abs(one), abs(other))
    return bool(one == other)


def shown_cell(cell: Any, kind: str) -> Optional[str]:
    """Return a cell as people read it, a geometry as WKT; None for unknown."""
    if cell is None or isinstance(cell, UnreadableCell):
        return None if cell is None else cell.text
    if kind == GEOMETRY_COLUMN:
        return str(shapely.to_wkt(value_of(cell, kind), rounding_precision=3, output_dimension=3))
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def no_value_text(cell: UnreadableCell, kind: str) -> str:
    """Return why what stands in a cell is not taken."""
    if kind in _NUMBERS:
        return tr("“{text}” is not a number.").format(text=cell.text)
    if kind in ("date", "datetime"):
        return tr("“{text}” is not a valid date.").format(text=cell.text)
    if kind == GEOMETRY_COLUMN:
        return tr("The geometry can't be read, or is of another type than those of this table.")
    return tr("“{text}” is not a text.").format(text=cell.text)
