"""Workbooks as layers by our own readers, where that of GDAL is not to be trusted.

With a damaged old workbook (.xls) it can end the process; of one in XLSX that counts its days from 1904 it
takes all of them four years too early.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.encodings import UTF_8
from waternet_plugin.core.cells.old_workbooks import ENDING
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.workbooks.old_workbook import read_old_workbook
from waternet_plugin.core.workbooks.package import Package
from waternet_plugin.core.workbooks.parts import counts_from_1904
from waternet_plugin.core.workbooks.sheet_cells import WorkbookSheet
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.store.foreign.foreign_engines import Engine, LayerInfo, RawLayer, unreadable
from waternet_plugin.store.foreign.foreign_tables import told_apart

_NEW = ".xlsx"


def is_from_1904(file: Path) -> bool:
    """Return whether a file is a workbook that counts its days from 1904, as on a Macintosh once."""
    try:
        if file.suffix.lower() == _NEW:
            with file.open("rb") as stream:
                return counts_from_1904(Package(stream, file.name))
        return file.suffix.lower() == ENDING and any(one.is_1904 for one in _sheets(file, UTF_8))
    except InputError:
        # Whoever reads it says what is wrong.
        return False


def _sheets(file: Path, encoding: str) -> tuple[WorkbookSheet, ...]:
    if file.suffix.lower() == _NEW:
        return read_workbook(file.read_bytes(), file.name)
    # UTF-8 is only what is taken where nobody named an encoding; the reader finds it out by itself.
    return read_old_workbook(file.read_bytes(), file.name, None if encoding == UTF_8 else encoding)


def _rows(sheet: WorkbookSheet) -> int:
    return int(max([0, *sheet.row_no[-1:], *(row for row, _column, _text in sheet.faults)]))


def _all_rows(sheet: WorkbookSheet) -> list[Array]:
    """Return the columns with the empty rows between the others, so that rows keep their numbers.

    An error stands there as it shows: a value that no field takes, not an empty cell.
    """
    width = max([len(sheet.columns), *(column for _row, column, _text in sheet.faults)])
    found = [np.full(_rows(sheet), None, dtype=object) for _ in range(width)]
    for filled, column in zip(found, sheet.columns):
        filled[sheet.row_no - 1] = column
    for row, place, text in sheet.faults:
        found[place - 1][row - 1] = text
    return found


class WorkbookEngine(Engine):
    """Read workbooks without any other library."""

    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return the sheets of a workbook that have any cell; the first row is their heading."""
        sheets = _sheets(file, UTF_8)
        return [LayerInfo(one.name, "none", _rows(one) - 1) for one in sheets if _rows(one)]

    def _read(self, file: Path, layer: str, encoding: str, limit: Optional[int], *, headed: bool) -> RawLayer:
        """Return a sheet, all cells as texts.

        Raises
        ------
        InputError
            When the workbook can't be read, or has no such sheet.
        """
        sheet = next((one for one in _sheets(file, encoding) if one.name == layer), None)
        if sheet is None:
            raise unreadable(file)
        columns, rows = _all_rows(sheet), _rows(sheet)
        first = [column[0] for column in columns] if headed and rows else []
        names = told_apart(first) if first else [f"Field{place + 1}" for place in range(len(columns))]
        below = slice(len(first) > 0, None if limit is None else limit + (len(first) > 0))
        kept = {name: column[below] for name, column in zip(names, columns)}
        return RawLayer(kept, None, None, len(next(iter(kept.values()))) if kept else 0)
