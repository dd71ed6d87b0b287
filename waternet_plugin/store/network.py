"""A network as the rest of the house sees it, whatever it is kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, Union

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_conflicts import RowChange
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.frames import BadText
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.store.asset_changes import HistoryQuery, Restored, Restoring

# The setting that names the network.
NAME_KEY = "general.name"

Where = Mapping[str, Union[Any, Sequence[Any], None]]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Stays:
    """A row that an undo leaves as it is: what changed it later ('' for an edit without a batch), who, when.

    ``by`` and ``at`` are '' where the change log does not know.
    """

    table: str
    asset: str
    batch: str
    by: str
    at: str


@dataclass(frozen=True)
class Dependents:
    """Rows of a table whose ``field`` names rows of ``target`` that an undo takes away.

    ``assets`` are their ids; where the table has none, what they name.
    """

    table: str
    field: str
    target: str
    rows: int
    assets: tuple[str, ...]


@dataclass(frozen=True)
class Undoing:
    """What an undo of a batch would do: rows by table it takes back, what stays, and what depends on it."""

    batch_id: str
    kind: str
    rows: Mapping[str, int]
    stays: tuple[Stays, ...]
    dependents: tuple[Dependents, ...]


@dataclass(frozen=True)
class Undone:
    """What an undo did: its own batch, the batch it took back, and how many rows that touched.

    ``left`` are the rows (table, id) that stay as they are, ``orphans`` those that name a row that is gone.
    """

    batch_id: str
    undone_batch: str
    rows: int
    left: tuple[tuple[str, str], ...] = ()
    orphans: tuple[Dependents, ...] = ()


@dataclass(frozen=True)
class Weight:
    """What a network holds and takes on the disk, in rows and bytes.

    Parameters
    ----------
    file_bytes
        The network itself.
    rows
        Rows by table.
    log_rows, log_bytes
        Entries of the change log, and about what they take.
    free_bytes
        What the network takes without holding anything; `Network.compact` gives it back.
    backups, backup_bytes
        How many backups lie beside it, and what they take.
    """

    file_bytes: int
    rows: Mapping[str, int]
    log_rows: int
    log_bytes: int
    free_bytes: int
    backups: int
    backup_bytes: int


@dataclass(frozen=True)
class Compacted:
    """The size of a network before and after it was compacted, in bytes."""

    before: int
    after: int


@dataclass(frozen=True)
class EditsSince:
    """What was edited since some entry of the change log.

    Parameters
    ----------
    last, last_at
        The newest entry, to ask from the next time, and when it was written; '' where there is none.
    asked_at
        When the entry was written that was asked from; '' where there is none. An answer is only good for
        the network that had that entry at that time.
    assets
        Ids by table, of rows that are there and of rows that are gone; both where an id was changed.
    boxes
        Where they are and where they were: (boxes, 4), min x, min y, max x, max y.
    complete
        Whether the log can't tell what changed (a gap, or more than is worth telling apart).
    """

    last: int
    last_at: str
    asked_at: str
    assets: Mapping[str, tuple[str, ...]]
    boxes: np.ndarray[Any, Any]
    complete: bool


class Batch(ABC):
    """One write that is kept whole or not at all, and that can be undone later as a whole."""

    batch_id: str
    # What people see in the list of batches and what is kept with the batch; may be set until it ends.
    name: str
    facts: dict[str, Any]

    @abstractmethod
    def next_id(self, table: str, prefix: str) -> str:
        """Return the id after the greatest of a prefix and digits, such as R0007; nobody else can take it."""

    @abstractmethod
    def insert(self, table: str, frame: pd.DataFrame) -> int:
        """Add rows and return how many.

        Fills edited_by, edited_on, batch_id, row_version and, for pipes, map_class, map_code, map_width,
        map_rank, length_m (planar length of the line where it is NaN) and length_source.

        Raises
        ------
        StoreError
            For a column that is not of the table, an id that is missing or there already, a required
            field left empty, an unknown code, a wrong or missing geometry, another CRS.
        """

    @abstractmethod
    def update(self, table: str, frame: pd.DataFrame) -> int:
        """Set the columns of a frame in the rows its id column names; return how many rows changed.

        What the frame holds is what the row becomes: NaN and None make a field unknown. A moved pipe
        whose length is not given gets the length of its new line.
        """

    @abstractmethod
    def write_as_read(self, texts: Sequence[BadText]) -> int:
        """Write texts that are not UTF-8 as they are read, unless they changed meanwhile."""

    @abstractmethod
    def delete(self, table: str, ids: Sequence[str]) -> int:
        """Delete rows by their ids and return how many."""

    @abstractmethod
    def insert_rows(self, table: str, rows: Mapping[int, Row]) -> Mapping[int, int]:
        """Add single rows as people edit them; for many that are alike `insert` is quicker.

        Parameters
        ----------
        table
            A table that people edit.
        rows
            The rows by any number of their own; what the store fills is left out of them.

        Returns
        -------
        Mapping
            ``fid`` of each row by that number; none where `refuse_changed` will refuse the batch.

        Raises
        ------
        RowRefusedError
            For the first row that can't be written, its id being taken among the reasons.
        """

    @abstractmethod
    def update_rows(self, table: str, rows: Mapping[int, Row]) -> int:
        """Set values of single rows, which are told by ``fid``; return how many rows changed.

        Parameters
        ----------
        table
            A table that people edit.
        rows
            By ``fid`` only what is to change, the id among it where a row is renamed.

        Raises
        ------
        RowRefusedError
            For the first row that is gone, or can't be written so.
        """

    @abstractmethod
    def delete_rows(self, table: str, fids: Sequence[int]) -> int:
        """Delete rows by their ``fid`` and return how many.

        Raises
        ------
        RowRefusedError
            For the first row that is gone.
        """

    @abstractmethod
    def refuse_changed(self) -> None:
        """Refuse the batch where others changed rows of it since they were read.

        It is asked for at the end of the block anyway. Within it, it comes before anything that is written
        outside the network, which a refusal would leave behind.

        Raises
        ------
        ConflictError
            With what was done to the rows of every table that the batch has written so far.
        """

    @abstractmethod
    def set_setting(
        self, key: str, value: str, *, unit: str = "", source: str = "", clause: str = "", certainty: str = ""
    ) -> None:
        """Set one value of the network's ``setting`` table."""


class Network(ABC):
    """A network that is open for reading and, batch by batch, for writing.

    Reading sees what was last committed: read what a write needs before it begins.
    """

    uri: str
    # The file's name without its ending; `title` is what people call the network.
    name: str
    crs: CRS
    schema_version: int
    folder: Path
    # Tables and views in which opening had to put back what another program took away.
    repairs: tuple[str, ...]

    @property
    def title(self) -> str:
        """What titles call the network: its name in the settings, else that of the file."""
        return self.settings().text(NAME_KEY).strip() or self.name

    @abstractmethod
    def read(
        self,
        table: str,
        columns: Optional[Sequence[str]] = None,
        *,
        ids: Optional[Sequence[str]] = None,
        where: Optional[Where] = None,
        bbox: Optional[Box] = None,
        geometry: bool = True,
    ) -> pd.DataFrame:
        """Read a table to a frame, rows in the order in which they were added.

        Parameters
        ----------
        table
            Name of a table, or of the views ``pipe_health`` and ``pipe_plan``.
        columns
            Columns in the wanted order; None for all of the table; ``fid`` only where it is named.
        ids
            Only rows with these ids.
        where
            Only rows whose column equals the value, is one of a list of values, or is unknown (None).
        bbox
            Only rows whose geometry meets this box (min x, min y, max x, max y) in the network's CRS.
        geometry
            Read the geometry too, as a GeoDataFrame with the column ``geom``.
        """

    @contextmanager
    def reading_together(self) -> Iterator[None]:
        """Let many small reads of the block follow each other quickly; nothing is written in it."""
        yield

    @abstractmethod
    def rows(self, table: str, fids: Sequence[int]) -> Mapping[int, Row]:
        """Read single rows as `core.editing.row_edits` has them; rows that are gone are none.

        Parameters
        ----------
        table
            Name of a table.
        fids
            Numbers of the rows.

        Returns
        -------
        Mapping
            By ``fid`` all columns of the file, also those that are no part of the schema, but for ``fid``.
        """

    @abstractmethod
    def rows_near(self, table: str, boxes: Array) -> Mapping[int, Row]:
        """Read the rows whose geometry may meet one of some boxes, as `rows` does.

        Parameters
        ----------
        table
            Name of a table with geometries.
        boxes
            Min x, min y, max x, max y of each in the network's CRS, (boxes, 4), m. Rows may come that meet
            none, since the index knows places to about a metre.
        """

    @abstractmethod
    def rows_where(self, table: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Read the rows whose field has one of some values, as `rows` does."""

    @abstractmethod
    def next_id(self, table: str, prefix: str) -> str:
        """Return the id after the greatest of a prefix and digits; others may take it meanwhile."""

    @property
    @abstractmethod
    def met_bad_texts(self) -> tuple[BadText, ...]:
        """Texts that are not UTF-8 among what was read so far."""

    @abstractmethod
    def bad_texts(self) -> tuple[BadText, ...]:
        """Look for texts that are not UTF-8 in all tables but the log and the list of batches."""

    @abstractmethod
    def boxes(self, table: str) -> np.ndarray[Any, Any]:
        """Return west, south, east and north of each row of a table that has a place, (rows, 4), m.

        They come from the spatial index, which keeps them to about a metre and never too small.
        """

    @abstractmethod
    def count(self, table: str) -> int:
        """Return how many rows a table has."""

    @abstractmethod
    def settings(self) -> Settings:
        """Return the thresholds in force here: the shipped ones, and over them the network's."""

    @abstractmethod
    def facts(self) -> dict[str, str]:
        """Return the network's own settings and facts by key."""

    @abstractmethod
    def batches(self) -> pd.DataFrame:
        """Return batch_id, kind, name, by, at, rows, undone and left of every batch, newest first.

        ``undone`` is the batch that took it back, ``left`` how many of its rows that left as they were.
        """

    @abstractmethod
    def changed(self, since: int) -> EditsSince:
        """Return what was edited after an entry of the change log: rows of the tables that people edit."""

    @abstractmethod
    def row_changes(self, table: str, keys: Sequence[int], seen: str) -> Mapping[int, RowChange]:
        """Return what was done to rows since a ``position``, by their ``fid``.

        Parameters
        ----------
        table
            Name of an editable table.
        keys
            ``fid`` of the rows, of deleted ones too; those that nobody changed are not in the answer, and
            none is where the log tells of another network than the position.
        seen
            The position before the rows were read.
        """

    @abstractmethod
    def position(self) -> str:
        """Return up to where the network was written by now: take it before reading what a write rests on.

        It is opaque and only good for ``write``: a store with several writers at once can't name it by one
        number, since smaller numbers may still be filled later.
        """

    @abstractmethod
    def write(
        self,
        kind: str,
        *,
        name: str = "",
        by: Optional[str] = None,
        facts: Optional[Mapping[str, Any]] = None,
        seen: Optional[str] = None,
        backup: bool = False,
        reader_patience_s: Optional[float] = None,
        progress: Progress = SILENT,
    ) -> AbstractContextManager[Batch]:
        """Begin one batch: committed when the block ends, rolled back when it raises.

        Parameters
        ----------
        kind
            Code of the domain ``batch_kind``.
        name
            What the user sees in the list of batches.
        by
            Who writes; the network's user if None.
        facts
            Kept with the batch as JSON.
        seen
            The ``position`` before everything was read that this batch is computed from: a row that anybody
            changed, renamed, deleted or made since is not written. None only where nothing was read.
        backup
            Make a backup first.
        reader_patience_s
            How long programs that read may hold the end of the batch up, in seconds; None for as long as a
            large map is drawn. Only files without a write-ahead log know that wait.
        progress
            Told of long inserts; may cancel.

        Raises
        ------
        ConflictError
            At the end of the block, or by ``Batch.refuse_changed`` within it, when it would write rows that
            were changed since ``seen``: it lists those of all tables. Nothing is written.
        """

    @abstractmethod
    def undo(
        self,
        batch_id: Optional[str] = None,
        *,
        skip_changed: bool = False,
        by: Optional[str] = None,
        progress: Progress = SILENT,
    ) -> Undone:
        """Take a whole batch back.

        Parameters
        ----------
        batch_id
            The batch; the last one that was not undone if None.
        skip_changed
            Leave rows that were changed later as they are, and take back the rest. Undoing the same batch
            again takes what was left, when nothing stands in the way any more.
        by
            Who does it; the network's user if None.
        progress
            May cancel.

        Raises
        ------
        StoreError
            When rows of the batch were edited later (with ``skip_changed``: all of them); its details list
            them. Nothing is changed then.
        """

    @abstractmethod
    def undoing(self, batch_id: Optional[str] = None) -> Undoing:
        """Return what undoing a batch, with ``skip_changed``, would do; the last one not undone if None.

        Raises
        ------
        StoreError
            When the batch is not there, is undone already, or is of a kind that can't be undone.
        """

    @abstractmethod
    def history(self, query: HistoryQuery) -> pd.DataFrame:
        """Return who changed what: a row for each field of an entry of the change log, newest entry first.

        The columns are `asset_changes.HISTORY_COLUMNS`; values are texts, geometries WKT, None for unknown.
        An entry of a row that was made in bulk names no field, unless the history of one asset is asked for.
        """

    @abstractmethod
    def open_work(self) -> pd.DataFrame:
        """Return the work that is open: table, id, type, state, since (day) and asset, the oldest first.

        That are work items that are neither closed nor cancelled, and failures whose repair somebody entered
        without a check of the map; repairs that were adopted are as their file has them.
        """

    @abstractmethod
    def restore_asset(self, request: Restoring, *, by: Optional[str] = None) -> Restored:
        """Make an asset again what it was before an entry of the change log, a deleted one too: a new batch.

        Raises
        ------
        InputError
            When the table or a field can't be restored.
        StoreError
            When the asset was not there then, is as it was, its id is taken, a row that it names is gone, or
            an end of a pipe would leave its node. Nothing is changed then.
        """

    @abstractmethod
    def backup(self, progress: Progress = SILENT) -> Path:
        """Copy the network to the folder of its backups and return the copy's path."""

    @abstractmethod
    def weight(self) -> Weight:
        """Return what the network holds and takes on the disk."""

    @abstractmethod
    def compact(self, *, by: Optional[str] = None) -> Compacted:
        """Give the room that rows left behind back to the disk; rows, log and everything else stay.

        Raises
        ------
        LockedError
            When another program has the network open.
        """

    @abstractmethod
    def show_run(self, run_id: Optional[str]) -> None:
        """Choose the run that the view ``pipe_health`` shows; None for always the newest."""

    @abstractmethod
    def show_plan(self, plan_id: Optional[str]) -> None:
        """Choose the plan that the view ``pipe_plan`` shows; None for always the newest."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the network."""

    def __enter__(self) -> Network:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
