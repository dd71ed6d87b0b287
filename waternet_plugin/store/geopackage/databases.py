"""What the store asks in SQL: a file of SQLite, or the schema of a server that understands the same SQL.

The rows, the log and what follows from a batch are the same in both; only what keeps an index, and what
triggers do for many rows at once, is each one's own.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Optional, Union


class SchemaDatabase(ABC):
    """A connection to a network's schema on a server, asked in the SQL that the store writes for SQLite.

    Values come as SQLite gives them: days and moments as texts of ISO 8601, geometries as blobs of a
    GeoPackage, truth as 0 and 1.
    """

    @abstractmethod
    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """Run a statement and return its rows, as ``sqlite3.Connection.execute`` does."""

    @abstractmethod
    def executemany(self, sql: str, parameters: Any, /) -> Any:
        """Run a statement for each of some rows; ``rowcount`` of the result counts all of them."""

    @abstractmethod
    def run_along(self, sql: str, parameters: Any = (), /) -> None:
        """Run a statement that gives no answer together with the next one."""

    @abstractmethod
    def make_together(self, sql: str, rows: Sequence[Sequence[Any]], /) -> list[int]:
        """Run an INSERT of one row for many at once, all or none, and return the numbers of the new rows.

        Raises
        ------
        sqlite3.IntegrityError
            As of `run_together`.
        """

    @abstractmethod
    def run_together(self, sql: str, rows: Sequence[Sequence[Any]], /) -> set[int]:
        """Run an UPDATE or a DELETE for many rows at once, all or none.

        Parameters
        ----------
        sql
            For one row.
        rows
            The parameters of each; no two of them may be about the same row of the table.

        Returns
        -------
        set of int
            The places of those for which a row was changed or deleted.

        Raises
        ------
        sqlite3.IntegrityError
            Where one of them is refused; the transaction goes on as if none had been asked for.
        """

    @abstractmethod
    def position(self) -> str:
        """Return up to where the network was written by now; see ``Network.position``."""

    @abstractmethod
    def next_batch(self) -> tuple[int, str]:
        """Return the number of the next batch, and this moment by the server's clock, in UTC as ISO 8601.

        No other batch has that number: it is given once, even where its batch does not come about.
        """

    @abstractmethod
    def known_entry(self, position: str) -> Optional[int]:
        """Return an entry of the log after which all lies that was written since a position."""

    @abstractmethod
    def entries_since(self, position: str, *, with_former: bool) -> Optional[list[Sequence[Any]]]:
        """Return what ``changed.entries_sql`` asks for of what was not seen at a position, oldest first.

        None where the log tells of another network.
        """

    @abstractmethod
    def is_written_since(self, position: str, table: str) -> bool:
        """Return whether the log has an entry of a table that was not seen at a position."""

    @abstractmethod
    def make_triggers_anew(self, table: str) -> None:
        """Let the triggers of a table follow its columns and the codes of its network."""

    @abstractmethod
    def grow(self) -> None:
        """Add the tables, columns and indexes that the schema of the plugin has and this one lacks."""


Database = Union[sqlite3.Connection, SchemaDatabase]

# Parameters in one statement: SQLite takes 999 before 3.32; a server reads a long statement, once.
_MOST_IN_FILES, _MOST_ON_SERVERS = 900, 20_000


def parts(database: Database, values: Sequence[Any]) -> Iterator[tuple[list[Any], str]]:
    """Yield values, few enough for one statement, with the marks of their parameters."""
    most = _MOST_ON_SERVERS if isinstance(database, SchemaDatabase) else _MOST_IN_FILES
    for start in range(0, len(values), most):
        part = list(values[start : start + most])
        yield part, ",".join("?" * len(part))
