"""A network as the rest of the house sees it, whatever it is kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, Union

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.frames import BadText
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings

Where = Mapping[str, Union[Any, Sequence[Any], None]]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Undone:
    """What an undo did: its own batch, the batch it took back, and how many rows that touched."""

    batch_id: str
    undone_batch: str
    rows: int


@dataclass(frozen=True)
class Changed:
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
    whole
        Whether the log can't tell what changed (a gap, or more than is worth telling apart).
    """

    last: int
    last_at: str
    asked_at: str
    assets: Mapping[str, tuple[str, ...]]
    boxes: np.ndarray[Any, Any]
    whole: bool


class Batch(ABC):
    """One write that is kept whole or not at all, and that can be undone later as a whole."""

    batch_id: str

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
    def set_setting(
        self, key: str, value: str, *, unit: str = "", source: str = "", clause: str = "", certainty: str = ""
    ) -> None:
        """Set one value of the network's ``setting`` table."""


class Network(ABC):
    """A network that is open for reading and, batch by batch, for writing.

    Reading sees what was last committed: read what a write needs before it begins.
    """

    uri: str
    name: str
    crs: CRS
    schema_version: int
    folder: Path
    # Tables and views in which opening had to put back what another program took away.
    repairs: tuple[str, ...]

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

    @property
    @abstractmethod
    def met_bad_texts(self) -> tuple[BadText, ...]:
        """Texts that are not UTF-8 among what was read so far."""

    @abstractmethod
    def bad_texts(self) -> tuple[BadText, ...]:
        """Look for texts that are not UTF-8 in all tables but the log and the list of batches."""

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
        """Return batch_id, kind, name, by, at, rows and undone of every batch, newest first."""

    @abstractmethod
    def changed(self, since: int) -> Changed:
        """Return what was edited after an entry of the change log: rows of the tables that people edit."""

    @abstractmethod
    def write(
        self,
        kind: str,
        *,
        name: str = "",
        by: Optional[str] = None,
        facts: Optional[Mapping[str, Any]] = None,
        backup: bool = False,
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
        backup
            Make a backup first.
        progress
            Told of long inserts; may cancel.
        """

    @abstractmethod
    def undo(
        self, batch_id: Optional[str] = None, *, by: Optional[str] = None, progress: Progress = SILENT
    ) -> Undone:
        """Take a whole batch back, the last one that was not undone if None.

        Raises
        ------
        StoreError
            When rows of the batch were edited later; its details list them. Nothing is changed then.
        """

    @abstractmethod
    def backup(self, progress: Progress = SILENT) -> Path:
        """Copy the network to the folder of its backups and return the copy's path."""

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
