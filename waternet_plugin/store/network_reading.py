"""What can be asked of a network: rows, settings, batches, and what was changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.persons_fields import FieldsEntry
from waternet_plugin.core.editing.pipe_lineage import PipeChange
from waternet_plugin.core.editing.row_conflicts import RowChange
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.fieldwork.returned_rows import GivenRow
from waternet_plugin.core.frames import BadText, UnreadableValue
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.changes.undo_results import Dependents

Where = Mapping[str, Union[Any, Sequence[Any], None]]
Box = tuple[float, float, float, float]
# The `position` before the first entry of every change log.
BEGINNING = ""


@dataclass(frozen=True)
class Between:
    """A condition on a column: values from ``first`` to ``last``, both included; None for no limit.

    Moments are given as the column has them: ISO 8601 in UTC with milliseconds.
    """

    first: Any = None
    last: Any = None


@dataclass(frozen=True)
class EditsSince:
    """What was edited since some position.

    Parameters
    ----------
    position
        Up to where the network was written, to ask from the next time.
    is_known
        Whether the log knows the position that was asked from. Where not, another network is there now, such
        as one that was put back from a backup, and nothing is told of what was edited.
    assets
        Ids by table, of rows that are there and of rows that are gone; both where an id was changed.
    updates
        The fields that were changed by table and id, with their values as the log has them: a geometry is a
        text. Only of tables of which no row is new, gone or has another id.
    boxes
        Where they are and where they were: (boxes, 4), min x, min y, max x, max y.
    complete
        Whether the log can't tell what changed (a gap, or more than is worth telling apart).
    """

    position: str
    is_known: bool
    assets: Mapping[str, tuple[str, ...]]
    updates: Mapping[str, Mapping[str, Mapping[str, Any]]]
    boxes: np.ndarray[Any, Any]
    complete: bool


class NetworkReading(ABC):
    """The reading half of a network; it sees what was last committed."""

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
        as_stored: bool = False,
    ) -> pd.DataFrame:
        """Read a table to a frame, rows in the order in which they were added.

        Parameters
        ----------
        table
            Name of a table, or of the views ``pipe_health`` and ``pipe_plan``.
        columns
            Columns in the wanted order; None for all of the schema's; ``fid`` and fields that users added
            (see `table`) only where they are named.
        ids
            Only rows with these ids.
        where
            Only rows whose column equals the value, is one of a list of values, lies `Between` two values,
            or is unknown (None).
        bbox
            Only rows whose geometry meets this box (min x, min y, max x, max y) in the network's CRS.
        geometry
            Read the geometry too, as a GeoDataFrame with the column ``geom``.
        as_stored
            Have codes that users added to value lists as they are kept, to hand rows on. Without it they are
            the codes of ours that they count as, which is what all reckoning reads.
        """

    def read_compact(self, table: str, columns: Optional[Sequence[str]] = None) -> pd.DataFrame:
        """Read all rows of a table for whoever only looks at them.

        The frame may be compact, as `core.frames` says: that takes less time and memory.

        Parameters
        ----------
        table, columns
            As `read` takes them.
        """
        return self.read(table, columns)

    @contextmanager
    def reading_together(self, *, is_followed: bool = False) -> Iterator[None]:
        """Let many small reads of the block follow each other quickly; nothing is written in it.

        Parameters
        ----------
        is_followed
            For who asks time and again what was edited since the last time: a server is asked that first.
        """
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
            By ``fid`` all columns of the file, also those that are not part of the schema, but for ``fid``.
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
        """Read the rows whose field has one of some values, a list of ids one of some ids, as `rows` does."""

    @abstractmethod
    def given_rows(self, package_id: str) -> Mapping[str, Mapping[str, GivenRow]]:
        """Return the rows of a package for the field by table and UUID.

        Their texts do not come: `rows` of ``field_package_row`` has them by a row's key.
        """

    @abstractmethod
    def table(self, name: str) -> Table:
        """Return a table as this network has it: the fields of the schema and those its users added.

        Raises
        ------
        StoreError
            When there is none of that name.
        """

    @abstractmethod
    def own_codes(self) -> tuple[Code, ...]:
        """Return the codes that users added to value lists, in the order in which they were added."""

    @abstractmethod
    def next_id(self, table: str, prefix: str) -> str:
        """Return the id after the greatest of a prefix and digits; others may take it meanwhile."""

    @abstractmethod
    def newest_id(self, table: str, system: str = "") -> Optional[str]:
        """Return the id of the row that was made last, of a system where one is named; None for no row."""

    @property
    @abstractmethod
    def met_bad_texts(self) -> tuple[BadText, ...]:
        """Texts that are not UTF-8 among what was read so far."""

    @abstractmethod
    def bad_texts(self) -> tuple[BadText, ...]:
        """Look for texts that are not UTF-8 in all tables but the log and the list of batches."""

    @abstractmethod
    def unreadable_values(self) -> tuple[UnreadableValue, ...]:
        """Look in all tables for values that are not of their column's type: `read` takes them as unknown."""

    @abstractmethod
    def boxes(self, table: str) -> np.ndarray[Any, Any]:
        """Return west, south, east and north of each row of a table that has a place, (rows, 4), m.

        They come from the spatial index, which keeps them to about a metre and never too small.
        """

    def table_extents(self) -> Mapping[str, Box]:
        """Return west, south, east and north of the rows of tables, m, where QGIS has to look at each row.

        A file's index tells how far its tables reach: none are returned then.
        """
        return {}

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
        """Return every batch, newest first: batch_id, kind, name, by, at, rows, undone, left, file, sha256.

        ``undone`` is the batch that took it back, ``left`` how many of its rows that left as they were.
        ``file`` and ``sha256`` are of the file that was adopted, None for all else.
        """

    @abstractmethod
    def changed(self, since: str, *, boxes: bool = True) -> EditsSince:
        """Return what was edited after a `position`: rows of the tables that people edit.

        Rows may be told again that were edited shortly before it, where several people write at once.

        Parameters
        ----------
        since
            The position.
        boxes
            Look for where the rows are and were; without it there are none.
        """

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
    def pipe_changes(self) -> tuple[PipeChange, ...]:
        """Return what the change log tells of pipes that were renamed, divided, merged or deleted."""

    @abstractmethod
    def made_at(self, table: str) -> Mapping[str, int]:
        """Return the number of the entry of the change log that made each row of a table, by its id now."""

    @abstractmethod
    def renames(self, table: str) -> tuple[FieldsEntry, ...]:
        """Return what gave rows of a table other ids, and what made and deleted rows of these ids."""

    @abstractmethod
    def field_entries(self, table: str, ids: Collection[str]) -> tuple[FieldsEntry, ...]:
        """Return what the log tells of rows of whose fields people set any, through all their ids.

        Parameters
        ----------
        table
            Name of an editable table.
        ids
            Ids that the rows have now, and those by which they came.
        """

    @abstractmethod
    def entries_of_changed(self, table: str, fields: Sequence[str]) -> tuple[FieldsEntry, ...]:
        """Return all entries of rows in which some fields changed, with what was before.

        Parameters
        ----------
        table
            Name of an editable table.
        fields
            The fields that matter, ``geom`` among them where the place does.
        """

    @abstractmethod
    def linked_by_edits(self, table: str, field: str) -> frozenset[str]:
        """Return the ids of the rows whose field an edit gave last, by hand or carrying it along.

        A matching, an undo and what was undone don't count.
        """

    @abstractmethod
    def naming(self, table: str, ids: Sequence[str]) -> tuple[Dependents, ...]:
        """Return the rows of other tables that name rows of a table, by table and field."""

    @abstractmethod
    def position(self) -> str:
        """Return up to where the network was written by now: take it before reading what a write rests on.

        It is opaque, may be stored, and is only good for the functions of this network that take one: a store
        with several writers at once can't name it by one number, since smaller numbers may still be filled
        later.
        """

    @abstractmethod
    def oldest_first(self, positions: Iterable[str]) -> list[str]:
        """Return positions in the order of time, first those of which the log does not know."""

    @abstractmethod
    def known_entry(self, position: str) -> Optional[int]:
        """Return the number of the newest entry of the change log at a `position`.

        None where the log tells of another network, such as one that was put back from a backup.
        """

    @abstractmethod
    def history(self, query: HistoryQuery) -> pd.DataFrame:
        """Return who changed what: a row for each field of an entry of the change log, newest entry first.

        The columns are `asset_changes.HISTORY_COLUMNS`; values are texts, geometries WKT, None for unknown.
        An entry of a row that was made in bulk names no field, unless the history of one asset is asked for.
        """

    @abstractmethod
    def open_work(self) -> pd.DataFrame:
        """Return the work that is open: by due day, then the oldest first.

        The columns are table, id, type, state, since and due (days), team, person, asset, note, street and
        compound (its own, else those of the asset), and the visit.

        That are work items that are not cancelled and repairs of failures, until somebody checked the map
        for them, whatever way they came in. What was finished before the network was made is history.
        """
