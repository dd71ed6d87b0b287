"""A connection to a schema, asked as the store asks SQLite; values go and come as SQLite's do."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Optional

import numpy as np
import psycopg2
import psycopg2.errors
import psycopg2.extensions
import shapely

from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import SchemaDatabase
from waternet_plugin.store.geopackage.writing.write_session import batch_id_of
from waternet_plugin.store.network_reading import BEGINNING
from waternet_plugin.store.postgis import dialect, server_values
from waternet_plugin.store.postgis.asking import log_positions, schema_state
from waternet_plugin.store.postgis.asking.questions import Pieces, PlannedQuestions, written_out
from waternet_plugin.store.postgis.dialect import Statement
from waternet_plugin.store.postgis.outages.lost_commits import OwnTransaction
from waternet_plugin.store.postgis.refusals import in_words_of_sqlite

# Rows that go over the line in one statement; from so many new ones on they are copied.
_ROWS_AT_ONCE, _COPIED_FROM = 5_000, 500
# Rows that become columns together: fewer than fit into a processor's memory.
_ROWS_OF_PART = 2_000
# A plan is gone, or is for columns that a table had before.
_NO_PLAN = (psycopg2.errors.InvalidSqlStatementName, psycopg2.errors.FeatureNotSupported)
_CHANGES_TABLES = ("ALTER ", "CREATE ", "DROP ")
_QUESTIONS = (b"SELECT", b"PREPARE", b"SET LOCAL")
# Where the values of a new row begin, and where they end.
_VALUES, _NUMBER = " VALUES (", " RETURNING fid"


def _adapted(value: Any, srs_id: int, table: str) -> Any:
    """Return a parameter as the driver takes it."""
    if isinstance(value, bytes):
        shape = server_values.shape_digits(value, srs_id, has_heights=server_values.has_heights(table))
        return psycopg2.extensions.AsIs(f"'{shape}'::geometry")
    return server_values.plain(value)


class MixedSessionsError(Exception):
    """What this connection asks is answered in the session of another."""


class MovedSchemaError(Exception):
    """The network has another coordinate system than when it was opened."""


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
    session
        What the server knows the session of this connection by.
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
        session: str,
        make_triggers: Callable[[ServerDatabase, str], None],
        grow: Callable[[ServerDatabase], None],
    ) -> None:
        self.connection = connection
        self.srs_id = srs_id
        self._session = session
        self._make_triggers, self._grow = make_triggers, grow
        # The transaction in progress, where it was asked for.
        self.transaction: Optional[OwnTransaction] = None
        # What goes over with the next statement.
        self._along = b""
        # The columns of tables, as SQLite tells them, kept while nobody else can change them.
        self._keeps_columns = False
        self._columns: dict[str, list[tuple[Any, ...]]] = {}
        self._version = 0
        # Pieces for along with the version, since whoever writes needs both.
        self._next_batch = ""
        # Up to where the network was written when it was asked, for a block of questions.
        self._position = ""
        # What was answered last to who asked for the position.
        self._last_position = ""
        # Rows of the questions that came along, and what the log told, until something is written.
        self._known: dict[str, list[tuple[Any, ...]]] = {}
        self._written: dict[str, Optional[tuple[int, frozenset[str]]]] = {}
        # Whether somebody follows the network; what the log told of what was written since a position; and
        # questions about that.
        self._is_followed = False
        self._entries: dict[str, Optional[list[Any]]] = {}
        self._planned = PlannedQuestions(session)
        self._geometry_type = geometry_type
        server_values.translate_values(connection)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """Run a statement of the store; see ``dialect``."""
        table = dialect.table_of_columns(sql)
        if table is not None:
            return _Rows(self._columns_of(table), -1)
        if sql in schema_state.QUESTIONS:
            self._ask_along()
        if sql in self._known:
            return _Rows(self._known[sql], -1)
        return self.run(dialect.translated(sql), parameters)

    def _columns_of(self, table: str) -> list[tuple[Any, ...]]:
        """Return number, name and declared type of the columns of a table.

        In a transaction those of all tables are asked for at once, since most that is written asks for some.
        """
        if not self._keeps_columns:
            sql = dialect.ALL_COLUMNS.format(rule=" AND c.relname = %s")
            return [tuple(row[1:]) for row in self.native(sql, table)]
        if not self._columns:
            self._ask_for_columns()
        return self._columns.get(table, [])

    def _ask_for_columns(self, state: str = schema_state.STATE) -> None:
        columns = dialect.ALL_COLUMNS.format(rule="")
        sql = f"SELECT '', 0, '', {state} UNION ALL ({columns})"
        # A block of questions keeps the position by which it was begun.
        before = self._position
        self._columns = {}
        for name, *row in self.native(sql):
            self._columns.setdefault(str(name), []).append(tuple(row))
        ((*_nothing, text),) = self._columns.pop("")
        self._keep_along(text)
        self._position = before or self._position

    def _ask_along(self) -> None:
        """Ask once in a block for what comes along with the columns, and for these where others need them."""
        if not self._keeps_columns or self._columns or self._position:
            return
        if self._is_followed and self._last_position:
            self._ask_what_was_written(self._last_position)
        else:
            self._ask_for_columns()

    def _ask_what_was_written(self, last: str) -> None:
        """Ask for what comes along, and for what was written since the last position."""
        pieces = log_positions.entries_with(schema_state.STATE, last, with_former=False)
        ((text, entries),) = self._ask(pieces)
        self._keep_along(text)
        stamp = log_positions.parts_of(self._position)[0]
        self._entries[last] = log_positions.told_entries(last, stamp, entries)

    def _keep_along(self, text: str) -> None:
        state = schema_state.parsed(text)
        self._compare_session(state.session)
        if self.srs_id and state.srid not in (None, str(self.srs_id)):
            raise MovedSchemaError(state.srid)
        self._version, self._next_batch = state.version, state.next_batch or ""
        self._position, self._known = state.position, state.rows

    def check_session(self) -> None:
        """Refuse what is answered in the session of another.

        Raises
        ------
        MixedSessionsError
            Behind a pool that gives one connection to several people in turn.
        """
        self._compare_session(self.native(f"SELECT {schema_state.SESSION}").fetchall()[0][0])

    def _compare_session(self, session: Optional[str]) -> None:
        if session != self._session:
            raise MixedSessionsError(session)

    def schema_version(self) -> int:
        """Return the version of the network's schema, as it is in a transaction of ours."""
        self._ask_for_columns(schema_state.state_sql(schema_state.NEXT_BATCH))
        _number, begun, transaction = self._next_batch.split()
        self.transaction = OwnTransaction(transaction, begun)
        return self._version

    def next_batch(self) -> tuple[int, str]:
        """Return the number of the next batch and this moment; see ``SchemaDatabase``."""
        told, self._next_batch = self._next_batch, ""
        told = told or str(self.native(f"SELECT {schema_state.NEXT_BATCH}").fetchall()[0][0])
        number, begun, transaction = told.split()
        self.transaction = OwnTransaction(transaction, begun, batch_id_of(int(number)))
        return int(number), begun

    def run(self, statement: Statement, parameters: Any = ()) -> _Rows:
        """Run a statement that speaks the server's language."""
        if statement.sql.lstrip().startswith(_CHANGES_TABLES):
            self._columns.clear()
        with self.connection.cursor() as cursor:
            with in_words_of_sqlite():
                self._send(cursor, cursor.mogrify(statement.sql, self._adapted(statement, parameters)))
            rows = self._with_blobs(cursor, cursor.fetchall()) if cursor.description is not None else []
            number = int(rows[0][0]) if statement.makes_a_row and rows else None
            return _Rows(rows, cursor.rowcount, number)

    def _with_blobs(self, cursor: Any, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return rows with their shapes as blobs of a GeoPackage, made all at once."""
        places = [place for place, one in enumerate(cursor.description) if one[1] == self._geometry_type]
        if not rows or not places:
            return rows
        columns: list[Sequence[Any]] = list(zip(*rows))
        for place in places:
            shapes = server_values.flat_where_unknown(
                shapely.from_wkb(np.array(columns[place], dtype=object))
            )
            columns[place] = blobs.encode(shapes, self.srs_id)[0]
        return list(zip(*columns))

    def native(self, sql: str, *parameters: Any) -> _Rows:
        """Run a statement in the server's own words."""
        return self.run(Statement(sql, "", False, False), parameters)

    def _ask(self, pieces: Pieces) -> list[tuple[Any, ...]]:
        """Ask a question in the server's own words."""
        return [row for part in self.parts(pieces) for row in part]

    def parts(self, pieces: Pieces) -> Iterator[list[tuple[Any, ...]]]:
        """Ask a question in the server's own words and yield its rows in parts: one without rows for none.

        Between two parts other threads get a turn.
        """
        with self.connection.cursor() as cursor:
            with in_words_of_sqlite():
                self._send_question(cursor, pieces)
            yield cursor.fetchmany(_ROWS_OF_PART)
            while rows := cursor.fetchmany(_ROWS_OF_PART):
                yield rows

    def _send_question(self, cursor: Any, pieces: Pieces) -> None:
        """Send a question; whoever follows a network asks the same each time, which is planned once."""
        if not self._is_followed:
            self._send(cursor, written_out(pieces).encode())
            return
        try:
            self._send(cursor, self._planned.statement(pieces).encode())
        except psycopg2.Error as error:
            self._planned.forget()
            if not isinstance(error, _NO_PLAN):
                raise
            self._send(cursor, written_out(pieces).encode())

    def _adapted(self, statement: Statement, given: Any) -> Any:
        values = statement.parameters(given)
        if values is None:
            return None
        if isinstance(values, dict):
            return {name: _adapted(value, self.srs_id, statement.table) for name, value in values.items()}
        return self._adapted_row(statement.table, values)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        """Run a statement for each of some rows, many at a time where it can be."""
        statement = dialect.translated(sql)
        if statement.makes_a_row:
            return self._insert_many(statement, parameters)
        rows = list(parameters)
        if dialect.for_rows(sql, len(rows[0]) if rows else 1) is None:
            return _Rows([], sum(self.run(statement, row).rowcount for row in rows))
        # Those that have the same last value, which tells the row of the table, go one after the other.
        return _Rows([], sum(len(self.run_together(sql, part)) for part in _turns(rows)))

    def _insert_many(self, statement: Statement, parameters: Iterable[Any]) -> _Rows:
        """Add rows, all or none; many are copied."""
        rows, done = iter(parameters), 0
        part = list(islice(rows, _ROWS_AT_ONCE))
        if len(part) < _COPIED_FROM:
            self._insert_values(statement, part)
            return _Rows([], len(part))
        columns = _before_values(statement).removeprefix("INSERT INTO ")
        with self._all_or_none(), self.connection.cursor() as cursor:
            self._send(cursor)
            while part:
                lines = server_values.copied_lines(part, self.srs_id, statement.table)
                cursor.copy_expert(f"COPY {columns} FROM STDIN", io.StringIO(lines))
                done += len(part)
                part = list(islice(rows, _ROWS_AT_ONCE))
        return _Rows([], done)

    def make_together(self, sql: str, rows: Sequence[Sequence[Any]], /) -> list[int]:
        """Insert lists of values, whose numbers come back in their order."""
        return self._insert_values(dialect.translated(sql), rows, _NUMBER)

    def _insert_values(
        self, statement: Statement, rows: Sequence[Sequence[Any]], tail: str = ""
    ) -> list[int]:
        if not rows:
            return []
        head = f"{_before_values(statement)} VALUES ".encode()
        marks = f"({','.join(['%s'] * len(rows[0]))})"
        numbers: list[int] = []
        with self._all_or_none(), self.connection.cursor() as cursor:
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                part = rows[start : start + _ROWS_AT_ONCE]
                told = [cursor.mogrify(marks, self._adapted_row(statement.table, row)) for row in part]
                self._send(cursor, head, b",".join(told), tail.encode())
                numbers += [int(number) for (number,) in cursor] if tail else []
        return numbers

    def run_together(self, sql: str, rows: Sequence[Sequence[Any]], /) -> set[int]:
        """Join the table with the rows; see ``dialect.for_rows``."""
        if not rows:
            return set()
        statement = dialect.for_rows(sql, len(rows[0]))
        assert statement is not None, sql
        done: set[int] = set()
        with self._all_or_none(), self.connection.cursor() as cursor:
            marks = f"({','.join(['%s'] * (1 + len(rows[0])))})"
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                part = rows[start : start + _ROWS_AT_ONCE]
                told = [
                    cursor.mogrify(marks, (number, *self._adapted_row(statement.table, row)))
                    for number, row in enumerate(part, start=start)
                ]
                self._send(cursor, statement.head.encode(), b",".join(told), statement.tail.encode())
                done.update(int(number) for (number,) in cursor.fetchall())
        return done

    def begin(self) -> None:
        """Begin a transaction with the next statement."""
        self._along, self.transaction = b"BEGIN; ", None
        self._keeps_columns = True

    def commit(self) -> None:
        """End the transaction."""
        self.native("COMMIT")
        self._end()

    def take_back(self) -> None:
        """Take the transaction back."""
        self._along = b""
        self._end()
        self.native("ROLLBACK")

    def _end(self) -> None:
        self._keeps_columns = self._is_followed = False
        self._next_batch = ""
        self._columns.clear()
        self._forget_answers()

    def _forget_answers(self) -> None:
        self._known, self._written, self._entries, self._position = {}, {}, {}, ""

    @contextmanager
    def columns_kept(self, *, is_followed: bool = False) -> Iterator[None]:
        """Ask for the columns of all tables once, for a block in which none is waited for.

        Parameters
        ----------
        is_followed
            For who follows the network: what was written since the last time comes along with what all who
            read ask. The columns of all tables, which are a thousand rows, come where they are asked for.
        """
        before, self._keeps_columns = self._keeps_columns, True
        if not before:
            self._is_followed = is_followed
        try:
            yield
        finally:
            if not before:
                self._end()

    @contextmanager
    def _all_or_none(self) -> Iterator[None]:
        """Let the transaction go on after a refusal as if nothing of the block had been asked for."""
        before = self._along
        self._along += b"SAVEPOINT wn_rows; "
        try:
            with in_words_of_sqlite():
                yield
        except sqlite3.IntegrityError:
            if self._along:
                # A value could not be sent: the server knows nothing of the block.
                self._along = before
            else:
                self.native("ROLLBACK TO wn_rows; RELEASE wn_rows")
            raise
        self._along += b"RELEASE wn_rows; "

    def run_along(self, sql: str, parameters: Any = (), /) -> None:
        """Keep a statement until the next one is sent."""
        statement = dialect.translated(sql)
        with self.connection.cursor() as cursor:
            self._along += cursor.mogrify(statement.sql, self._adapted(statement, parameters)) + b"; "

    def _send(self, cursor: Any, *parts: bytes) -> None:
        """Send a statement, and what goes along with it, since every answer takes its way."""
        along, self._along = self._along, b""
        if not parts or not parts[0].startswith(_QUESTIONS):
            self._forget_answers()
        cursor.execute(along + b"".join(parts))

    def _adapted_row(self, table: str, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_adapted(value, self.srs_id, table) for value in row)

    def position(self) -> str:
        """Return which transactions are done; within a block of questions, by when it was begun."""
        self._ask_along()
        self._last_position = self._position or log_positions.position(self.native)
        return self._last_position

    def known_entry(self, position: str) -> Optional[int]:
        """Return the entry after which all lies that was written since."""
        if position == BEGINNING:
            return 0
        written = self._written_since(position)
        return None if written is None else written[0]

    def entries_since(self, position: str, *, with_former: bool) -> Optional[list[Any]]:
        """Return what was not seen at a position; known already to who follows a network."""
        if position != BEGINNING and not log_positions.parts_of(position)[0]:
            return None
        if position in self._entries and not with_former:
            return self._entries[position]
        stamp_sql = f"({log_positions.STAMP})"
        ((stamp, text),) = self._ask(log_positions.entries_with(stamp_sql, position, with_former=with_former))
        return log_positions.told_entries(position, stamp, text)

    def is_written_since(self, position: str, table: str) -> bool:
        """Return whether the log has an entry of a table that was not seen at a position."""
        written = self._written_since(position)
        return position == BEGINNING or (written is not None and table in written[1])

    def _written_since(self, position: str) -> Optional[tuple[int, frozenset[str]]]:
        """Ask the log once a position, within a block of questions."""
        if not self._keeps_columns:
            return log_positions.written_since(self.native, position)
        if position not in self._written:
            self._written[position] = log_positions.written_since(self.native, position)
        return self._written[position]

    def make_triggers_anew(self, table: str) -> None:
        """Let the triggers of a table follow its columns."""
        self._make_triggers(self, table)

    def grow(self) -> None:
        """Add what the schema of the plugin has and this one lacks."""
        self._grow(self)


def _before_values(statement: Statement) -> str:
    """Return what comes before the values of a statement that makes a row."""
    return statement.sql[: statement.sql.rindex(_VALUES)].replace("%%", "%")


def _turns(rows: list[Any]) -> Iterator[list[Any]]:
    """Yield rows in parts in which no last value comes twice, each in the order that they have."""
    met: dict[Any, int] = {}
    turns: list[list[Any]] = []
    for row in rows:
        turn = met[row[-1]] = met.get(row[-1], -1) + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(row)
    yield from turns
