"""The SQL that the store writes for SQLite, said in the words of PostgreSQL.

Both read nearly all of it alike. What is left are marks of parameters, comparisons with NULL, and a plus with
which SQLite is kept from an index; functions of SQLite that the store asks are made in each schema (see
``schema_functions``). Words in quotation marks, names and texts, are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Optional

from waternet_plugin.store.geopackage.tables import triggers

NOW = "date_trunc('milliseconds', clock_timestamp())"

_QUOTED = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")""")
_IS_NOT = re.compile(r"\bIS NOT\b(?!\s+NULL\b)")
_IS = re.compile(r"\bIS\b(?!\s+(?:NOT|NULL|DISTINCT)\b)")
_MARK = re.compile(r"\?(\d*)")
_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")
_UNARY_PLUS = re.compile(r"(?<=[\s(])\+(?=[a-z]|$)")
_COLUMNS = re.compile(r'PRAGMA table_info\("((?:[^"]|"")*)"\)')
_TABLE = re.compile(r'\s*(?:INSERT INTO|UPDATE)\s+"?(\w+)"?')
_NEW_ROW = re.compile(r'INSERT INTO "\w+" \([^?]*\) VALUES \([?, ]*\)$', re.DOTALL)
# The parts of a statement that can be run for many rows at once: what it does, to which table, what it sets,
# and to which rows. A percent sign of a text is written twice, so a mark never follows one.
_OF_ROWS = re.compile(r'(UPDATE|DELETE FROM)\s+("?\w+"?)(?:\s+SET\s+(.*?))?\s+WHERE\s+(.*)', re.DOTALL)
_NAMED_MARK = re.compile(r"(?<!%)%\(p(\d+)\)s")
# The column that a mark is set for, or compared with: it is written before it.
_FOR_COLUMN = re.compile(
    r'("(?:[^"]|"")+"|\b[a-z_]+)\s*(?:=|IS (?:NOT )?DISTINCT FROM)\s*(?:CASE [^%]*? ELSE\s+)?(?:CAST\()?'
    r"(?<!%)%\(p(\d+)\)s"
)
# Here the shapes themselves are compared: they have no header.
_BODY = re.compile(re.escape(triggers.body_sql("\0")).replace("\0", "(.+?)", 1).replace("\0", r"\1"))


class Statement(NamedTuple):
    """A statement for the server.

    Parameters
    ----------
    sql
        With the marks of its parameters.
    table
        The table that it writes; '' for a question.
    has_names
        Whether its parameters have names: ``p1``, ``p2``, ..., or those that they came with.
    makes_a_row
        Whether it adds one row, so that it gives the row's number back.
    """

    sql: str
    table: str
    has_names: bool
    makes_a_row: bool

    def parameters(self, given: Sequence[Any] | Mapping[str, Any]) -> Any:
        """Return parameters as the statement takes them; None where it has none."""
        if isinstance(given, Mapping):
            return given
        values = tuple(given)
        if self.has_names:
            return {f"p{number}": value for number, value in enumerate(values, start=1)}
        return values or None


class RowsStatement(NamedTuple):
    """A statement that changes or deletes rows, each told by values of its own, all at once.

    Parameters
    ----------
    head, tail
        What is written before and behind the rows, each a place and its values in brackets; the places of the
        rows that something was done for come back. A first row of unknowns says which types they have.
    table
        The table that it writes.
    """

    head: str
    tail: str
    table: str


@lru_cache(maxsize=512)
def for_rows(sql: str, count: int) -> Optional[RowsStatement]:
    """Return a statement of the store for many rows at once; None where it is none that can be.

    Parameters
    ----------
    sql
        That of one row.
    count
        How many values a row has.
    """
    statement = translated(sql)
    parts = _OF_ROWS.fullmatch(statement.sql)
    if parts is None or not statement.has_names:
        return None
    columns_of = {int(number): column for column, number in _FOR_COLUMN.findall(statement.sql)}
    if set(columns_of) != set(range(1, count + 1)):
        return None
    action, table, sets, rule = parts.groups()
    types = ",".join(f"(NULL::{table}).{columns_of[number]}" for number in range(1, count + 1))
    changes = f" SET {_of_given(sets)}" if sets else ""
    columns = ",".join(f'"?{number}"' for number in range(1, count + 1))
    return RowsStatement(
        f"{action} {table}{changes} {'FROM' if sets else 'USING'} (VALUES (NULL, {types}), ",
        f') AS given ("?place", {columns}) WHERE {_of_given(rule)} RETURNING given."?place"',
        table.strip('"'),
    )


def _of_given(piece: str) -> str:
    """Return a piece of a statement with the columns of given rows in place of its marks."""
    return _NAMED_MARK.sub(r'given."?\1"', piece).replace("%%", "%")


# Number, name and declared type of each column, as SQLite tells them, behind the table.
ALL_COLUMNS = (
    "SELECT c.relname, a.attnum, a.attname, CASE WHEN starts_with(t.typname, 'timestamp') THEN 'DATETIME'"
    " ELSE upper(format_type(a.atttypid, NULL)) END FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_type t ON t.oid = a.atttypid WHERE c.relkind IN ('r', 'p', 'v')"
    " AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
    " AND a.attnum > 0 AND NOT a.attisdropped{rule} ORDER BY a.attnum"
)


def table_of_columns(sql: str) -> Optional[str]:
    """Return the table whose columns a statement asks for; None for any other statement."""
    asked = _COLUMNS.fullmatch(sql)
    return None if asked is None else asked.group(1).replace('""', '"')


def _words(piece: str) -> str:
    """Return what stands between quotation marks in the words of PostgreSQL."""
    found = _IS.sub("IS NOT DISTINCT FROM", _IS_NOT.sub("IS DISTINCT FROM", piece))
    return _UNARY_PLUS.sub("", found).replace("%", "%%").replace(" AS INTEGER)", " AS bigint)")


class _Marks:
    """The marks of the parameters of one statement, by names: one without a number follows the highest."""

    def __init__(self) -> None:
        self._highest = 0

    def named(self, piece: str) -> str:
        """Return a piece of the statement with its marks as the driver has them."""
        return _MARK.sub(self._named, _NAMED.sub(r"%(\1)s", piece))

    def _named(self, mark: re.Match[str]) -> str:
        number = int(mark.group(1) or self._highest + 1)
        self._highest = max(self._highest, number)
        return f"%(p{number})s"


@lru_cache(maxsize=2048)
def translated(sql: str) -> Statement:
    """Return a statement of the store for the server."""
    writes = _TABLE.match(sql)
    makes_a_row = _NEW_ROW.match(sql) is not None
    plain = _BODY.sub(r"\1", sql.replace(triggers.NOW, NOW))
    pieces = _QUOTED.split(plain)
    marks = _Marks()
    said = [
        piece.replace("%", "%%") if place % 2 else marks.named(_words(piece))
        for place, piece in enumerate(pieces)
    ]
    found = "".join(said) + (" RETURNING fid" if makes_a_row else "")
    has_marks = "%(" in found
    # Without parameters the driver reads a percent sign as it stands.
    written = writes.group(1) if writes else ""
    return Statement(found if has_marks else found.replace("%%", "%"), written, has_marks, makes_a_row)
