"""A connection to a schema, asked as the store asks SQLite; values go and come as SQLite's do."""

from __future__ import annotations

import datetime
import math
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Optional

import numpy as np
import psycopg2
import psycopg2.errors
import psycopg2.extensions
import psycopg2.extras
import shapely

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import SchemaDatabase
from waternet_plugin.store.geopackage.sql import moment_text
from waternet_plugin.store.geopackage.tables import layout
from waternet_plugin.store.postgis import dialect, log_positions
from waternet_plugin.store.postgis.dialect import Statement

# Rows that go over the line in one statement.
_ROWS_AT_ONCE = 1_000
_FRACTION = re.compile(r"([+-]\d\d)(?::?(\d\d))?$")
_DATE, _STAMPS, _BOOLEAN, _NUMERIC = (1082,), (1114, 1184), (16,), (1700,)


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


def _shape_sql(blob: bytes, srs_id: int, *, has_heights: bool) -> str:
    """Return the SQL of the geometry in a blob; unknown heights are NaN where a column has heights."""
    body = blobs.wkb_of(blob)
    if body is None:
        raise sqlite3.IntegrityError("a geometry can't be read")
    shape = f"ST_GeomFromWKB('\\x{body.hex()}'::bytea, {srs_id})"
    return f"ST_Force3DZ({shape}, 'NaN')" if has_heights else shape


def _adapted(value: Any, srs_id: int, table: str) -> Any:
    """Return a parameter as the driver takes it."""
    if isinstance(value, bytes):
        has_heights = table in all_tables() and all_tables()[table].geometry.endswith("Z")
        return psycopg2.extensions.AsIs(_shape_sql(value, srs_id, has_heights=has_heights))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


class _Rows:
    """What a statement found, or did."""

    def __init__(self, rows: list[tuple[Any, ...]], rowcount: int, lastrowid: Optional[int] = None) -> None:
        self._rows = iter(rows)
        self.rowcount, self.lastrowid = rowcount, lastrowid

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> Optional[tuple[Any, ...]]:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        return list(islice(self._rows, size))


class ServerDatabase(SchemaDatabase):
    """One connection of the driver to one network.

    Parameters
    ----------
    connection
        Of psycopg2; its search path begins with the schema.
    geometry_type
        The number by which the server calls the type of geometries.
    srs_id
        Number of the network's coordinate system there; 0 where it is not known yet.
    make_triggers
        Makes the triggers of a table anew.
    grow
        Adds what the schema of the plugin has and this one lacks.
    """

    def __init__(
        self,
        connection: Any,
        geometry_type: int,
        srs_id: int,
        make_triggers: Callable[[ServerDatabase, str], None],
        grow: Callable[[ServerDatabase], None],
    ) -> None:
        self.connection = connection
        self.srs_id = srs_id
        self._make_triggers, self._grow = make_triggers, grow
        self._translate_values(geometry_type)

    def _translate_values(self, geometry_type: int) -> None:
        """Have values come as SQLite gives them."""

        def shape(value: Optional[str], _cursor: Any) -> Optional[bytes]:
            if value is None:
                return None
            found = flat_where_unknown(np.array([shapely.from_wkb(value)], dtype=object))
            return blobs.encode(found, self.srs_id)[0][0]

        def number(value: Optional[str], _cursor: Any) -> Any:
            return None if value is None else (float(value) if "." in value else int(value))

        new_type = psycopg2.extensions.new_type
        kinds = (
            new_type(_DATE, "DAY", lambda value, _cursor: value),
            new_type(_STAMPS, "MOMENT", _moment),
            new_type(_BOOLEAN, "TRUTH", lambda value, _cursor: None if value is None else int(value == "t")),
            new_type(_NUMERIC, "NUMBER", number),
            new_type((geometry_type,), "SHAPE", shape),
        )
        for kind in kinds:
            psycopg2.extensions.register_type(kind, self.connection)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """Run a statement of the store; see ``dialect``."""
        statement = dialect.translated(sql)
        return self.run(statement, parameters)

    def run(self, statement: Statement, parameters: Any = ()) -> _Rows:
        """Run a statement that speaks the server's language."""
        with self.connection.cursor() as cursor:
            with _in_words_of_sqlite():
                cursor.execute(statement.sql, self._adapted(statement, parameters))
            rows = cursor.fetchall() if cursor.description is not None else []
            number = int(rows[0][0]) if statement.makes_a_row and rows else None
            return _Rows(rows, cursor.rowcount, number)

    def native(self, sql: str, *parameters: Any) -> _Rows:
        """Run a statement in the server's own words."""
        return self.run(Statement(sql, "", False, False), parameters)

    def _adapted(self, statement: Statement, given: Any) -> Any:
        values = statement.parameters(given)
        if values is None:
            return None
        if isinstance(values, dict):
            return {name: _adapted(value, self.srs_id, statement.table) for name, value in values.items()}
        return tuple(_adapted(value, self.srs_id, statement.table) for value in values)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        """Run a statement for each of some rows; new rows go over many at a time."""
        statement = dialect.translated(sql)
        if statement.makes_a_row:
            return self._insert_many(statement, parameters)
        return _Rows([], sum(self.run(statement, row).rowcount for row in parameters))

    def _insert_many(self, statement: Statement, parameters: Iterable[Any]) -> _Rows:
        """Add rows under a savepoint, after which a refusal can be looked into."""
        head = statement.sql[: statement.sql.rindex(" VALUES ")]
        rows, done = iter(parameters), 0
        self.native("SAVEPOINT wn_rows")
        try:
            while part := list(islice(rows, _ROWS_AT_ONCE)):
                done += len(part)
                with self.connection.cursor() as cursor, _in_words_of_sqlite():
                    psycopg2.extras.execute_values(
                        cursor,
                        f"{head} VALUES %s",
                        [
                            tuple(_adapted(value, self.srs_id, statement.table) for value in row)
                            for row in part
                        ],
                        page_size=_ROWS_AT_ONCE,
                    )
        except sqlite3.IntegrityError:
            self.native("ROLLBACK TO wn_rows")
            raise
        self.native("RELEASE wn_rows")
        return _Rows([], done)

    def position(self) -> str:
        """Return which transactions are done."""
        return log_positions.position(self.native)

    def known_entry(self, position: str) -> Optional[int]:
        """Return the entry after which all lies that was written since."""
        return log_positions.known_entry(self.native, position)

    def make_triggers_anew(self, table: str) -> None:
        """Let the triggers of a table follow its columns."""
        self._make_triggers(self, table)

    def grow(self) -> None:
        """Add what the schema of the plugin has and this one lacks."""
        self._grow(self)


@contextmanager
def _in_words_of_sqlite() -> Iterator[None]:
    """Say a refusal of the server as SQLite says it, by which the writing of rows knows it."""
    try:
        yield
    except psycopg2.errors.UniqueViolation as error:
        table, constraint = error.diag.table_name or "", error.diag.constraint_name or ""
        is_of_ids = table in all_tables() and constraint == layout.id_index(table)
        named = all_tables()[table].id_field if is_of_ids else constraint
        raise sqlite3.IntegrityError(f"UNIQUE constraint failed: {table}.{named}") from error
    except psycopg2.errors.NotNullViolation as error:
        text = f"NOT NULL constraint failed: {error.diag.table_name}.{error.diag.column_name}"
        raise sqlite3.IntegrityError(text) from error
    except psycopg2.errors.CheckViolation as error:
        named = error.diag.constraint_name or error.diag.message_primary
        raise sqlite3.IntegrityError(f"CHECK constraint failed: {named}") from error
