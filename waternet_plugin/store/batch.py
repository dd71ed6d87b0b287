"""One write to a network, whole or not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.frames import BadText
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.store.changes.unlikely_values import UnlikelyValues


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
        map_rank, map_flow, length_m (planar length of the line where it is NaN) and length_source.

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
            A table that people edit, or one whose rows follow what they name: these stay of their batch.
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

    @property
    @abstractmethod
    def unlikely(self) -> tuple[UnlikelyValues, ...]:
        """What soft constraints warn of in single rows that a person typed, among those written so far."""

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
    def add_field(self, request: FieldRequest) -> None:
        """Add a field to a table; undoing the batch takes it out, unless it got values since.

        Raises
        ------
        InputError
            When the field can't be added; the sentence says why.
        """

    @abstractmethod
    def add_code(self, request: CodeRequest) -> None:
        """Add a code to a value list; undoing the batch takes it out, unless rows have it.

        Raises
        ------
        InputError
            When the code can't be added; the sentence says why.
        """

    @abstractmethod
    def set_setting(
        self, key: str, value: str, *, unit: str = "", source: str = "", clause: str = "", certainty: str = ""
    ) -> None:
        """Set one value of the network's ``setting`` table."""
