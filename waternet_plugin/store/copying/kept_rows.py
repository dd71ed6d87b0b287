"""All rows of a table as a database keeps them, and what tells whether two tables are equal."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import moment_text, quoted
from waternet_plugin.store.geopackage.tables import layout, own_columns

# What a program said of who writes, beside the login of a server; files have it where they were copied.
NAMED_USER = "said_by"
_WITH_LOGIN = ("batch", "change_log")
_PAGE_ROWS = 2_000
# Below every number of a row, and still a whole number for a server.
_BEFORE_ALL = -(2**62)
_MOMENT_SIGNS = len("2020-01-01T00:00:00.000Z")


@dataclass(frozen=True)
class TableDigest:
    """What two equal tables share, whatever they are kept in.

    Parameters
    ----------
    table
        Its name.
    rows
        How many it has.
    sha256
        Of the names of its columns and of all values, in the order of the rows' numbers.
    """

    table: str
    rows: int
    sha256: str


def has_named_user(database: Database, table: Table) -> bool:
    """Return whether a table tells who wrote beside the login."""
    return table.name in _WITH_LOGIN and NAMED_USER in own_columns.columns_of(database, table.name)


def names_of(table: Table) -> list[str]:
    """Return the columns of a table: its number, its fields, its geometry."""
    place = [GEOMETRY_COLUMN] if table.has_geometry else []
    return [layout.fid_column(table), *table.field_names, *place]


def pages(database: Database, table: Table, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a table in the order of their numbers, some thousand at a time.

    Parameters
    ----------
    columns
        SQL of each column; the first one is the row's number.
    """
    number = quoted(layout.fid_column(table))
    sql = (
        f"SELECT {', '.join(columns)} FROM {quoted(table.name)} WHERE {number} > ?"
        f" ORDER BY {number} LIMIT {_PAGE_ROWS}"
    )
    last = _BEFORE_ALL
    while True:
        page = database.execute(sql, (last,)).fetchall()
        if not page:
            return
        last = page[-1][0]
        yield page


def digest(database: Database, table: Table) -> TableDigest:
    """Return the rows of a table, counted and hashed.

    Values count as `Network.read` gives them: numbers, days and moments as such however they are written, and
    shapes without the header of their blob, flat where none of their heights is known.
    """
    names = names_of(table)
    columns = [quoted(name) for name in names]
    plain = [_numbers, *(_PLAIN.get(field.type, _as_it_is) for field in table.fields)]
    if table.has_geometry:
        plain.append(_shapes)
    if table.name in _WITH_LOGIN:
        names.append(NAMED_USER)
        columns.append(quoted(NAMED_USER) if has_named_user(database, table) else "NULL")
        plain.append(_as_it_is)
    hashed = hashlib.sha256(_line(names).encode("utf-8"))
    rows = 0
    for page in pages(database, table, columns):
        columns_of_page = (make(values) for make, values in zip(plain, zip(*page)))
        lines = "".join(map(_line, zip(*columns_of_page)))
        hashed.update(lines.encode("utf-8", "surrogatepass"))
        rows += len(page)
    return TableDigest(table.name, rows, hashed.hexdigest())


def _line(row: Sequence[Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=_blob_text) + "\n"


def _blob_text(value: bytes) -> str:
    return value.hex()


def _each(make: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what makes each known value of a column plain; what it can't read stays as it is."""

    def values(column: Sequence[Any]) -> Sequence[Any]:
        return [_made(make, value) for value in column]

    return values


def _made(make: Callable[[Any], Any], value: Any) -> Any:
    if value is None:
        return None
    try:
        return make(value)
    except (TypeError, ValueError, OverflowError):
        return value


def _moment(value: str) -> str:
    """Return a moment as ISO 8601 in UTC with milliseconds."""
    if len(value) == _MOMENT_SIGNS and value.endswith("Z"):
        return value
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.timezone.utc)
    return moment_text(known)


def _plain_number(value: Any) -> Any:
    number = int(value)
    return number if number == value else value


def _day(value: str) -> str:
    return datetime.date.fromisoformat(value[: len("2020-01-01")]).isoformat()


def _as_it_is(column: Sequence[Any]) -> Sequence[Any]:
    return column


def _shapes(column: Sequence[Any]) -> Sequence[Any]:
    return blobs.encode(blobs.shapes_of(column), 0)[0]


_numbers = _each(_plain_number)
_PLAIN: dict[str, Callable[[Sequence[Any]], Sequence[Any]]] = {
    "integer": _numbers,
    "real": _each(float),
    "date": _each(_day),
    "datetime": _each(_moment),
}
