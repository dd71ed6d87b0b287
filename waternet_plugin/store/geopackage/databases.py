"""What the store asks in SQL: a file of SQLite, or the schema of a server that understands the same SQL.

The rows, the log and what follows from a batch are the same in both; only what keeps an index, and what
triggers do for many rows at once, is each one's own.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
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
    def position(self) -> str:
        """Return up to where the network was written by now; see ``Network.position``."""

    @abstractmethod
    def known_entry(self, position: str) -> Optional[int]:
        """Return an entry of the log after which all lies that was written since a position."""

    @abstractmethod
    def make_triggers_anew(self, table: str) -> None:
        """Let the triggers of a table follow its columns and the codes of its network."""

    @abstractmethod
    def grow(self) -> None:
        """Add the tables, columns and indexes that the schema of the plugin has and this one lacks."""


Database = Union[sqlite3.Connection, SchemaDatabase]
