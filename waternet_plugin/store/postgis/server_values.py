"""Values as they go to a server, shapes as its own bytes, rows as lines of its COPY; and as they come."""

from __future__ import annotations

import datetime
import re
import sqlite3
import struct
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import psycopg2.extensions
import shapely

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.sql import moment_text

_HEAD = struct.Struct("<BI")
# Kinds of the standard: a thousand more tells of heights, of which the server's own bytes have a bit.
_ISO_Z, _POINT, _LINE, _MOST_KIND = 1000, 1, 2, 7
_HAS_Z, _HAS_SRID = 0x80000000, 0x20000000
_LEAST_BYTE_FIRST = 1
_UNREADABLE = "a geometry can't be read"
# What COPY reads as something else, and how it is written.
_MARKS = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_TABLE = str.maketrans(_MARKS)
_ANY_MARK = re.compile(r"[\\\t\n\r]")
UNKNOWN = "\\N"
_FRACTION = re.compile(r"([+-]\d\d)(?::?(\d\d))?$")
# Types of the server by its numbers.
_DATE, _STAMPS, _BOOLEAN, _NUMERIC = (1082,), (1114, 1184), (16,), (1700,)


def shape_digits(blob: bytes, srs_id: int, *, has_heights: bool) -> str:
    """Return the shape of a blob as the server writes it; unknown heights are NaN where a column has heights.

    Parameters
    ----------
    blob
        Of a GeoPackage.
    srs_id
        Number of the network's coordinate system on the server.
    has_heights
        Whether the column has heights: one of points, or of single lines.

    Raises
    ------
    sqlite3.IntegrityError
        For bytes that are not a blob of a geometry.
    """
    body = blobs.wkb_of(blob)
    if body is None or len(body) < _HEAD.size:
        raise sqlite3.IntegrityError(_UNREADABLE)
    order, kind = _HEAD.unpack_from(body)
    if order != _LEAST_BYTE_FIRST or kind % _ISO_Z > _MOST_KIND or kind > _ISO_Z + _MOST_KIND:
        # As other programs write them.
        body = _written_anew(body)
        _order, kind = _HEAD.unpack_from(body)
    rest = body[_HEAD.size :]
    if kind >= _ISO_Z:
        kind = (kind - _ISO_Z) | _HAS_Z
    elif has_heights:
        rest, kind = _with_unknown_heights(rest, kind), kind | _HAS_Z
    head = _HEAD.pack(_LEAST_BYTE_FIRST, kind | _HAS_SRID) + srs_id.to_bytes(4, "little")
    return (head + rest).hex()


def _written_anew(body: bytes) -> bytes:
    """Return the bytes of a shape in the order and with the kinds that ours have."""
    shape = shapely.from_wkb(body, on_invalid="ignore")
    if shape is None:
        raise sqlite3.IntegrityError(_UNREADABLE)
    written: bytes = to_wkb(shape)
    return written


def _with_unknown_heights(rest: bytes, kind: int) -> bytes:
    """Return what follows the kind of a flat shape, with a height of NaN at each vertex."""
    start = 0 if kind == _POINT else 4
    if kind not in (_POINT, _LINE) or (len(rest) - start) % 16:
        raise sqlite3.IntegrityError(_UNREADABLE)
    flat = np.frombuffer(rest, dtype="<f8", offset=start).reshape(-1, 2)
    high = np.full((len(flat), 3), np.nan)
    high[:, :2] = flat
    return rest[:start] + high.astype("<f8").tobytes()


def has_heights(table: str) -> bool:
    """Return whether shapes of a table have heights, known or not."""
    return table in all_tables() and all_tables()[table].geometry.endswith("Z")


def copied_lines(rows: Sequence[Sequence[Any]], srs_id: int, table: str) -> str:
    """Return rows as the lines that COPY reads.

    Parameters
    ----------
    rows
        Texts, numbers, truths, blobs of shapes, and None, by column; all of the same length.
    srs_id, table
        As of the statement that they are for.
    """
    columns = [_copied(column, srs_id, table) for column in zip(*rows)]
    return "".join(["\t".join(cells) + "\n" for cells in zip(*columns)])


def _copied(column: Sequence[Any], srs_id: int, table: str) -> list[str]:
    """Return the cells of a column."""
    kinds = set(map(type, column)) - {type(None)}
    if kinds <= {str}:
        told = [UNKNOWN if value is None else value for value in column]
        if _ANY_MARK.search("".join([value for value in column if value is not None])) is None:
            return told
        return [UNKNOWN if value is None else value.translate(_TABLE) for value in column]
    if kinds <= {float}:
        return [UNKNOWN if value is None or value != value else repr(value) for value in column]
    if kinds <= {bytes}:
        high = has_heights(table)
        return [
            UNKNOWN if value is None else shape_digits(value, srs_id, has_heights=high) for value in column
        ]
    return [_cell(value) for value in column]


def _cell(value: Any) -> str:
    """Return a text, a number or a truth as COPY reads it."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and value != value):
        return UNKNOWN
    return repr(value) if isinstance(value, float) else str(value).translate(_TABLE)


def plain(value: Any) -> Optional[Any]:
    """Return a value that is not a shape as the driver takes it."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value


def translate_values(connection: Any) -> None:
    """Have values come by a connection of the driver as SQLite gives them, but for shapes."""

    def number(value: Optional[str], _cursor: Any) -> Any:
        return None if value is None else (float(value) if "." in value else int(value))

    new_type = psycopg2.extensions.new_type
    kinds = (
        new_type(_DATE, "DAY", lambda value, _cursor: value),
        new_type(_STAMPS, "MOMENT", _moment),
        new_type(_BOOLEAN, "TRUTH", lambda value, _cursor: None if value is None else int(value == "t")),
        new_type(_NUMERIC, "NUMBER", number),
    )
    for kind in kinds:
        psycopg2.extensions.register_type(kind, connection)


def _moment(value: Optional[str], _cursor: Any) -> Optional[str]:
    """Return a moment as ISO 8601 in UTC with milliseconds; what no calendar has stays a word."""
    if value is None:
        return None
    try:
        return moment_text(datetime.datetime.fromisoformat(_FRACTION.sub(r"\1:00", _six_digits(value))))
    except ValueError:
        return value


def _six_digits(value: str) -> str:
    """Return the text of a moment with six digits of its second, which Python wants."""
    seconds, dot, rest = value.partition(".")
    if not dot:
        return value
    digits, sign, zone = rest.partition("+")
    return f"{seconds}.{digits:0<6}{sign}{zone}"


def flat_where_unknown(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return shapes without the heights of those of which none is known, as a file keeps them."""
    result = np.array(shapes, dtype=object)
    coordinates, rows = shapely.get_coordinates(result, include_z=True, return_index=True)
    known = np.bincount(rows[np.isfinite(coordinates[:, 2])], minlength=len(result)) > 0
    result[~known] = shapely.force_2d(result[~known])
    return result
