"""What settling asks of the network around the rows that were edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row


class NearbyRows(Protocol):
    """The rows as they were before the edits, or as they are with them: settling looks at the edits first.

    Rows are found by their keys: ``fid``, below zero for rows that the file does not have yet.
    """

    def rows_near(self, table: str, boxes: Array) -> Mapping[int, Row]:
        """Return the rows whose geometry may meet one of the boxes.

        Parameters
        ----------
        table
            Name of a table with geometries.
        boxes
            Min x, min y, max x, max y of each, (boxes, 4), m. Rows that meet none do no harm.
        """

    def rows_where(self, table: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Return the rows whose field has one of some values; a list of ids is to have one of some ids."""

    def next_id(self, table: str, prefix: str) -> str:
        """Return an id of a prefix and digits that comes after all that the table has.

        Those in the file count and those that are not saved: an id that was free for a moment is not given
        to another row before a Save.
        """
