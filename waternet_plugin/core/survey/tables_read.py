"""What a reader returns, and the tables that readers make of lists of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.texts import tr

# More columns than any survey has: a file with more is damaged or not a table.
MOST_COLUMNS = 400
# Rows of all sheets of a file; beyond it the memory would go.
MOST_ROWS = 2_000_000


@dataclass(frozen=True)
class TablesRead:
    """What a reader found in a file: a preset of CONTRACT section 9 or ``table``, encoding, tables."""

    format: str
    encoding: str
    tables: tuple[SurveyTable, ...]


def empty_cells(values: Array) -> Array:
    """Return which cells of an array of objects are None."""
    is_empty: Array = values == None  # noqa: E711
    return is_empty


def filled_cells(values: Array) -> Array:
    """Return which cells of an array of objects hold a text."""
    return ~empty_cells(values)


def refused(name: str, row: int, reason: str) -> InputError:
    """Return the error of a file that can't be read because of one row.

    Parameters
    ----------
    name
        Of the file.
    row
        Number of the row or line, from 1.
    reason
        Translated sentence.
    """
    return InputError(tr("{file}, row {row}: {reason}").format(file=name, row=row, reason=reason))


def check_size(name: str, rows: int, columns: int) -> None:
    """Refuse a table that would fill the memory.

    Raises
    ------
    InputError
        When it has more rows or columns than any survey.
    """
    if columns > MOST_COLUMNS or rows > MOST_ROWS:
        raise InputError(
            tr(
                "{file} has {rows} rows and {columns} columns, more than a survey file can have. Check "
                "whether it is damaged, or divide it."
            ).format(file=name, rows=f"{rows:,}", columns=f"{columns:,}")
        )


def frame_of(columns: Sequence[Array], names: Optional[Sequence[str]] = None) -> pd.DataFrame:
    """Return columns of text as a frame of objects.

    Parameters
    ----------
    columns
        (n,) object each, None where a cell is empty.
    names
        Of the columns; "1", "2", ... by their place where none are given.
    """
    labels = [str(index + 1) for index in range(len(columns))] if names is None else list(names)
    return made_of(dict(zip(labels, columns)))


def objects(values: Sequence[Any]) -> Array:
    """Return values as a column of objects, lists among them unbroken."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def table_of(
    sheet: str, columns: Sequence[Array], row_no: Array, *, kept: Iterable[int] = (), **rest: Any
) -> SurveyTable:
    """Return a table of columns by their place, without the rows that have no value.

    Parameters
    ----------
    sheet
        Its name.
    columns
        (n,) object each: str or None.
    row_no
        (n,) numbers of the rows.
    kept
        Numbers of rows that stay although they have no value that can be read.
    rest
        Other fields of `SurveyTable`.
    """
    numbers = np.asarray(row_no, dtype=np.int64)
    filled = np.isin(numbers, np.array(sorted(kept), dtype=np.int64))
    for column in columns:
        filled |= filled_cells(column)
    if not filled.all():
        columns, numbers = [column[filled] for column in columns], numbers[filled]
    return SurveyTable(sheet, frame_of(columns), numbers, **rest)
