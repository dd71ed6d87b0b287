"""The cells of a sheet of a workbook, put together to columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

# Cells of a sheet, empty ones between filled ones counted.
_MOST_CELLS = 40_000_000


@dataclass(frozen=True)
class CellRange:
    """A block of cells; rows and columns count from 1, the last ones are in it."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet.

    Parameters
    ----------
    name
        Of the sheet.
    columns
        Columns from A on, (n,) object each: str, or None where a cell is empty or holds an error.
    row_no
        (n,) int64, the numbers of the rows with any cell in use, from 1, rising.
    faults
        (row number, column from 1, text) of cells that hold an error or a formula without a stored value.
    merged
        Merged cells; the text is in the first cell alone.
    hidden_rows, hidden_columns
        Numbers from 1.
    is_hidden
        Whether the sheet is hidden.
    has_filter
        Whether a filter hides some rows.
    is_1904
        Whether the workbook counts its days from 1904.
    """

    name: str
    columns: tuple[Array, ...]
    row_no: Array
    faults: tuple[tuple[int, int, str], ...] = ()
    merged: tuple[CellRange, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    is_hidden: bool = False
    has_filter: bool = False
    is_1904: bool = False


@dataclass
class SheetCells:
    """What a reader collects of a sheet: parallel rows, columns (from 1) and values, and the rest of it."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    merged: list[CellRange] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    has_filter: bool = False
    is_1904: bool = False


def refuse_large(cells: int, file: str, sheet: str) -> None:
    """Refuse a sheet with more cells than the memory holds, empty ones between filled ones counted."""
    if cells > _MOST_CELLS:
        message = tr("{file}, sheet {sheet}: there are too many cells. Delete what is not part of the table.")
        raise InputError(message.format(file=file, sheet=sheet))


def filled_down(sheet: WorkbookSheet) -> list[Array]:
    """Return the columns with the text of cells merged over several rows in each of them."""
    columns = [column.copy() for column in sheet.columns]
    for block in sheet.merged:
        if block.last_row <= block.row or block.column > len(columns):
            continue
        first, last = np.searchsorted(sheet.row_no, (block.row, block.last_row + 1))
        if first >= len(sheet.row_no) or sheet.row_no[first] != block.row:
            continue
        columns[block.column - 1][first:last] = columns[block.column - 1][first]
    return columns


def sheet_of(cells: SheetCells, name: str, is_hidden: bool, file: str) -> WorkbookSheet:
    """Return the cells of a sheet as columns.

    Parameters
    ----------
    cells
        With texts as values.
    name, is_hidden
        Of the sheet.
    file
        Its name, for messages.

    Raises
    ------
    InputError
        When there are more cells than the memory holds.
    """
    rows = np.array(cells.rows, dtype=np.int64)
    places = np.asarray(cells.columns, dtype=np.int64)
    numbers, inverse = np.unique(rows, return_inverse=True)
    width = int(places.max()) if len(places) else 0
    refuse_large(len(numbers) * width, file, name)
    grid = np.full((width, len(numbers)), None, dtype=object)
    values = np.empty(len(rows), dtype=object)
    values[:] = cells.values
    if len(rows):
        grid[places - 1, inverse.reshape(-1)] = values
    return WorkbookSheet(
        name=name,
        columns=tuple(grid),
        row_no=numbers,
        faults=tuple(cells.faults),
        merged=tuple(cells.merged),
        hidden_rows=tuple(cells.hidden_rows),
        hidden_columns=tuple(cells.hidden_columns),
        is_hidden=is_hidden,
        has_filter=cells.has_filter,
        is_1904=cells.is_1904,
    )
