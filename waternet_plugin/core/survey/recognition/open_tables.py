"""The first rows of tables, for a person who says what their columns hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.headings import Header
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.survey.recognition.heading_rows import headed_columns, heading_place, unique_names
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import frame_of, objects

# Rows from the top that are shown: titles, headings and the first values.
SHOWN_ROWS = 12
_FEWEST_HEADINGS = 2
_DIGITS = re.compile(r"\d{2}|^\d")


@dataclass(frozen=True)
class TableHead:
    """The first rows of a table with their numbers in the file, and how many it has.

    ``reason`` says why nobody understands it, '' where it is understood.
    """

    sheet: str
    reason: str
    rows: tuple[tuple[str, ...], ...]
    row_no: tuple[int, ...]
    size: int

    @property
    def likely_heading(self) -> int:
        """The number of the row that most likely has the headings, 0 where none looks so."""
        known = heading_place([[cell or None for cell in row] for row in self.rows])
        if known is not None:
            return self.row_no[known]
        most = max((sum(map(bool, row)) for row in self.rows), default=0)
        for row, number in zip(self.rows, self.row_no):
            cells = [cell for cell in row if cell]
            if len(cells) == most >= _FEWEST_HEADINGS and not any(map(_DIGITS.search, cells)):
                return number
        return 0

    def names(self, heading_row: int) -> tuple[str, ...]:
        """Return the names of the columns where the headings stand in a row of the file, 0 for none."""
        width = max((len(row) for row in self.rows), default=0)
        if heading_row not in self.row_no:
            return unique_names([""] * width)
        cells = [objects([row[index] or None for row in self.rows]) for index in range(width)]
        table = SurveyTable(self.sheet, frame_of(cells), np.array(self.row_no))
        headed = headed_columns(table, Header(self.row_no.index(heading_row) + 1))
        return unique_names([""] * width) if headed is None else headed.names

    def values(self, index: int, heading_row: int, most: int) -> list[str]:
        """Return the first values of a column below its heading."""
        below = [row for row, number in zip(self.rows, self.row_no) if number > heading_row]
        return [row[index] for row in below if row[index]][:most]


def table_head(sheet: str, cells: pd.DataFrame, row_no: Array, reason: str = "") -> TableHead:
    """Return the first rows of a table.

    Parameters
    ----------
    sheet
        Its name.
    cells
        (n rows) texts, None where empty.
    row_no
        (n,) numbers of the rows in the file.
    reason
        Why nobody understands it, '' where it is understood.
    """
    top = cells.head(SHOWN_ROWS).to_numpy(dtype=object).tolist()
    rows = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in top)
    return TableHead(sheet, reason, rows, tuple(int(number) for number in row_no[:SHOWN_ROWS]), len(cells))


class UnknownTablesError(InputError):
    """Nobody understands any table of a file; the reason of the first of ``tables`` is the sentence."""

    def __init__(self, tables: Sequence[TableHead]) -> None:
        super().__init__(tables[0].reason, details=tuple(table.reason for table in tables[1:]))
        self.tables = tuple(tables)
