"""The SQL that the store writes for SQLite, said in the words of PostgreSQL.

Both read nearly all of it alike. What is left are marks of parameters, comparisons with NULL, and a plus with
which SQLite is kept from an index; functions of SQLite that the store asks are made in each schema (see
``schema_functions``). Words in quotation marks, names and texts, are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

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


def _columns_of(table: str) -> str:
    """Return the SQL of number, name and declared type of each column, as SQLite tells them."""
    kind = "CASE WHEN data_type LIKE 'timestamp%' THEN 'DATETIME' ELSE upper(data_type) END"
    return (
        f"SELECT ordinal_position, column_name, {kind} FROM information_schema.columns"
        f" WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
    )


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
    asked = _COLUMNS.fullmatch(sql)
    if asked is not None:
        return Statement(_columns_of(asked.group(1).replace("'", "''")), "", False, False)
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
