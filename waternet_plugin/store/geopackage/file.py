"""A network in a GeoPackage: the parts of this room behind the interface of the store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Optional

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.frames import BadText, UnreadableValue
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.texts import tr
from waternet_plugin.store.access.roles import Granting
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.geopackage import backup, connection, weight
from waternet_plugin.store.geopackage.location import advice, network_shares
from waternet_plugin.store.geopackage.reading import table_reading, unreadable
from waternet_plugin.store.geopackage.reading.queried_frames import Query
from waternet_plugin.store.geopackage.sql_network import SqlNetwork
from waternet_plugin.store.geopackage.tables import bad_text, own_code_rows, own_columns, rtree
from waternet_plugin.store.network import Compacted, ProviderSource, Weight
from waternet_plugin.store.network_reading import Box, Where
from waternet_plugin.store.presence import file_presence
from waternet_plugin.store.user import default_user


def _inode(path: Path) -> Optional[tuple[int, int]]:
    """Return by what the system knows a file, whatever its path is; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def _one_state(database: sqlite3.Connection) -> Iterator[None]:
    """Let all questions of the block see one state."""
    database.execute("BEGIN")
    try:
        yield
    finally:
        database.execute("ROLLBACK")


class _NothingWrittenError(Exception):
    """Ends a batch without writing it."""


class GeoPackageNetwork(SqlNetwork):
    """A network that was found whole when it was opened (see ``opening``)."""

    def __init__(
        self,
        path: Path,
        crs: CRS,
        srs_id: int,
        *,
        by: Optional[str],
        schema_version: int,
        repairs: tuple[str, ...] = (),
    ) -> None:
        self._path = path
        self._srs_id = srs_id
        self._by = by
        self.address = parse(path)
        self.crs = crs
        self.schema_version = schema_version
        self.repairs = repairs
        self._opened_file = _inode(path)
        self._known_codes: tuple[Any, tuple[Code, ...]] = (None, ())
        self._bad_texts: dict[tuple[str, str, int], BadText] = {}
        # By table when it was read whole last, and the columns in which nothing was amiss then.
        self._sound_columns: dict[str, tuple[Hashable, frozenset[str]]] = {}
        self._blocks: list[AbstractContextManager[None]] = []

    @property
    def attachments_folder(self) -> Path:
        """Beside the file."""
        return self._path.with_name(f"{self._path.stem}_files")

    @property
    def own_role(self) -> None:
        """Return none."""

    def refusal(self, _kind: str) -> str:
        """Return nothing: whoever can write the file may do everything."""
        return ""

    def roles(self) -> tuple[()]:
        """Return none."""
        return ()

    def granting(self, _wanted: Granting) -> NoReturn:
        """Refuse."""
        text = tr("{name} is a file, so whoever can write it may do everything: it has no roles to give.")
        raise StoreError(text.format(name=self._path.name))

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Keep one state of the file."""
        with self._reading() as database, _one_state(database):
            yield database

    def boxes(self, table: str) -> np.ndarray[Any, Any]:
        """Read the spatial index."""
        with self._reading() as database:
            return rtree.boxes(database, own_columns.described(database, table).name)

    def stamp(self) -> Hashable:
        """Look at the file and its write-ahead log."""
        return file_presence(self._path).stamp

    def is_replaced(self) -> bool:
        """Ask the system whether it is the same file."""
        now_there = _inode(self._path)
        return now_there is None or now_there != self._opened_file

    def layer_source(self, table: str, rows: str = "") -> ProviderSource:
        """Name the layer as QGIS writes those of files."""
        source = f"{os.path.abspath(self._path)}|layername={table}"
        return ProviderSource(f"{source}|subset={rows}" if rows else source, "ogr")

    def read(
        self,
        table: str,
        columns: Optional[Sequence[str]] = None,
        *,
        ids: Optional[Sequence[str]] = None,
        where: Optional[Where] = None,
        bbox: Optional[Box] = None,
        geometry: bool = True,
        as_stored: bool = False,
    ) -> pd.DataFrame:
        """Read a table or view; see ``reading``."""
        codes = () if as_stored else self.own_codes()
        return self._read(table, Query(columns, ids, where, bbox, geometry, codes))

    def read_compact(self, table: str, columns: Optional[Sequence[str]] = None) -> pd.DataFrame:
        """Read a table for whoever only looks at it."""
        return self._read(table, Query(columns, codes=self.own_codes(), is_compact=True))

    def _read(self, table: str, query: Query) -> pd.DataFrame:
        stamp, sound = self.stamp(), set[str]()
        frame = table_reading.read(self._path, self.crs, table, query, bad=self._bad_texts, sound=sound)
        if sound:
            self._sound_columns[table] = (stamp, frozenset(sound))
        return frame

    def own_codes(self) -> tuple[Code, ...]:
        """Read them again when the file changed."""
        stamp = self.stamp()
        known_stamp, known = self._known_codes
        if stamp != known_stamp:
            with connection.reading(self._path) as database:
                known = own_code_rows.codes(database)
            self._known_codes = (stamp, known)
        return known

    @contextmanager
    def reading_together(self, *, is_followed: bool = False) -> Iterator[None]:
        """Keep one connection."""
        with connection.single_connection(self._path):
            yield

    @property
    def met_bad_texts(self) -> tuple[BadText, ...]:
        """Return what `read` met."""
        return tuple(self._bad_texts.values())

    def bad_texts(self) -> tuple[BadText, ...]:
        """Look through every table, but for what was just read and had none; see ``bad_text``."""
        with connection.reading(self._path) as database:
            return bad_text.find(database, self._known_sound())

    def unreadable_values(self) -> tuple[UnreadableValue, ...]:
        """Look through every table, but for what was just read and had none; see ``unreadable``."""
        with connection.reading(self._path) as database:
            return unreadable.find(database, self._known_sound())

    def _known_sound(self) -> dict[str, frozenset[str]]:
        """Return the columns by table that were read whole and without fault since the last write."""
        now = self.stamp()
        return {table: names for table, (stamp, names) in self._sound_columns.items() if stamp == now}

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return connection.reading(self._path)

    @contextmanager
    def _transaction(
        self, kind: str, action: str, *, by: str, reader_patience_s: Optional[float] = None
    ) -> Iterator[sqlite3.Connection]:
        """Hold the file."""
        self._check_writable()
        patience_s = connection.READER_PATIENCE_S if reader_patience_s is None else reader_patience_s
        with connection.transaction(
            self._path, action=action, by=by, reader_patience_s=patience_s
        ) as database:
            yield database

    @contextmanager
    def native_writes_refused(self) -> Iterator[None]:
        """Begin a batch that is never finished: whoever else writes waits for it in vain."""
        with suppress(_NothingWrittenError), self.write("edit"):
            yield
            raise _NothingWrittenError

    def _check_writable(self) -> None:
        """Refuse to write where SQLite can't do it safely, before anything begins."""
        share = network_shares.share_type(self._path)
        if share:
            message = tr(
                "{name} is on a network share ({kind}), where writing can damage it; reading works. Copy it "
                "to a local disk to edit it."
            )
            raise StoreError(message.format(name=self._path.name, kind=share))
        if not self._path.exists():
            message = tr("The network {name} no longer exists. Find out where it was moved.")
            raise StoreError(advice.with_backup(message.format(name=self._path.name), self._path))
        if not connection.is_writable(self._path):
            raise StoreError(connection.read_only_message(self._path))

    def backup(self, progress: Progress = SILENT) -> Path:
        """Copy the file; see ``backup``."""
        return backup.backup(self._path, progress)

    def weight(self) -> Weight:
        """Look into the file; see ``weight``."""
        return weight.weight(self._path)

    def compact(self, *, by: Optional[str] = None) -> Compacted:
        """Lay the file out anew; see ``weight``."""
        self._check_writable()
        return weight.compact(self._path, by=by or self._by or default_user())

    def close(self) -> None:
        """Nothing is held between two calls: every one opens and closes its own connection."""

    def __enter__(self) -> GeoPackageNetwork:
        """Read by one connection in the block."""
        block = self.reading_together()
        block.__enter__()
        self._blocks.append(block)
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._blocks.pop().__exit__(None, None, None)
        super().__exit__(kind, error, traceback)
