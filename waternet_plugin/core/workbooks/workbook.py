"""The sheets of a workbook as columns of text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.core.workbooks.cell_stream import CellStream, column_number
from waternet_plugin.core.workbooks.package import Package
from waternet_plugin.core.workbooks.parts import WorkbookParts, workbook_parts

# Cells of a sheet, empty ones between filled ones counted.
_MOST_CELLS = 40_000_000
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


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
    """

    name: str
    columns: tuple[Array, ...]
    row_no: Array
    faults: tuple[tuple[int, int, str], ...] = ()
    merged: tuple[CellRange, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    is_hidden: bool = False
    has_filter: bool = field(default=False)


def column_letters(number: int) -> str:
    """Return the letters of a column, A for 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _range(text: str) -> Optional[CellRange]:
    found = _RANGE.fullmatch(text.replace("$", ""))
    if found is None:
        return None
    first, row, last, last_row = found.groups()
    return CellRange(int(row), column_number(first), int(last_row), column_number(last))


def _sheet(package: Package, parts: WorkbookParts, place: int) -> WorkbookSheet:
    entry = parts.sheets[place]
    stream = CellStream(parts.shared, parts.formats, parts.is_1904)
    package.parse(entry.part, stream.start, stream.end, stream.text)
    rows = np.array(stream.rows, dtype=np.int64)
    places = np.asarray(stream.columns, dtype=np.int64)
    numbers, inverse = np.unique(rows, return_inverse=True)
    width = int(places.max()) if len(places) else 0
    if len(numbers) * width > _MOST_CELLS:
        message = tr("{file}, sheet {sheet}: there are too many cells. Delete what is not a survey.")
        raise InputError(message.format(file=package.name, sheet=entry.name))
    grid = np.full((width, len(numbers)), None, dtype=object)
    values = np.empty(len(rows), dtype=object)
    values[:] = stream.values
    if len(rows):
        grid[places - 1, inverse.reshape(-1)] = values
    merged = tuple(one for one in map(_range, stream.merged) if one is not None)
    return WorkbookSheet(
        name=entry.name,
        columns=tuple(grid),
        row_no=numbers,
        faults=tuple(stream.faults),
        merged=merged,
        hidden_rows=tuple(stream.hidden_rows),
        hidden_columns=tuple(stream.hidden_columns),
        is_hidden=entry.is_hidden,
        has_filter=stream.has_filter,
    )


def workbook_sheets(stream: IO[bytes], name: str) -> Iterator[WorkbookSheet]:
    """Yield the sheets of a workbook.

    Parameters
    ----------
    stream
        The file.
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is damaged, has a password, or is too large.
    """
    package = Package(stream, name)
    parts = workbook_parts(package)
    for place in range(len(parts.sheets)):
        yield _sheet(package, parts, place)


def sheet_names(stream: IO[bytes], name: str) -> list[str]:
    """Return the names of the sheets of a workbook; parameters and errors as for `workbook_sheets`."""
    return [sheet.name for sheet in workbook_parts(Package(stream, name)).sheets]


def read_workbook(raw: bytes, name: str) -> tuple[WorkbookSheet, ...]:
    """Return all sheets of the bytes of a workbook; errors as for `workbook_sheets`."""
    return tuple(workbook_sheets(io.BytesIO(raw), name))
