"""Workbooks as layers by our own readers, as in surveys: GDAL loses leading zeros and merged cells."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import old_workbooks
from waternet_plugin.core.cells.encodings import UTF_8
from waternet_plugin.core.files.workbook_parts import column_letters
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.workbooks.old_workbook import read_old_workbook
from waternet_plugin.core.workbooks.sheet_cells import WorkbookSheet, filled_down, refuse_large
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.store.foreign.engines.raw_layers import Engine, LayerInfo, RawLayer, unreadable
from waternet_plugin.store.foreign.foreign_tables import told_apart

ENDINGS = (".xlsx", old_workbooks.ENDING)


def is_workbook(file: Path) -> bool:
    """Return whether a file is a workbook by its ending."""
    return file.suffix.lower() in ENDINGS


def _sheets(file: Path, encoding: str) -> tuple[WorkbookSheet, ...]:
    stat = file.stat()
    # UTF-8 is only what is taken where nobody named an encoding; the reader finds it out by itself.
    return _read(str(file), stat.st_mtime_ns, stat.st_size, "" if encoding == UTF_8 else encoding)


@lru_cache(maxsize=1)
def _read(path: str, _changed_ns: int, _size: int, encoding: str) -> tuple[WorkbookSheet, ...]:
    """Return the sheets of a workbook, which is asked for its layers, its heading and its rows in turn."""
    file = Path(path)
    if file.suffix.lower() == old_workbooks.ENDING:
        return read_old_workbook(file.read_bytes(), file.name, encoding or None)
    return read_workbook(file.read_bytes(), file.name)


def _rows(sheet: WorkbookSheet) -> int:
    return int(max([0, *sheet.row_no[-1:], *(row for row, _column, _text in sheet.faults)]))


def _all_rows(sheet: WorkbookSheet, file: str) -> list[Array]:
    """Return the columns with the empty rows between the others, so that rows keep their numbers.

    An error stands there as it shows: a value that no field takes, not an empty cell.
    """
    width = max([len(sheet.columns), *(column for _row, column, _text in sheet.faults)])
    refuse_large(_rows(sheet) * width, file, sheet.name)
    found = [np.full(_rows(sheet), None, dtype=object) for _ in range(width)]
    for filled, column in zip(found, filled_down(sheet)):
        filled[sheet.row_no - 1] = column
    for row, place, text in sheet.faults:
        found[place - 1][row - 1] = text
    return found


def _remarks(sheet: WorkbookSheet) -> tuple[str, ...]:
    """Return what a person should see of a sheet, in sentences: what is hidden, and merged cells."""
    known = set(sheet.row_no.tolist())
    rows = [str(row) for row in sheet.hidden_rows if row in known]
    columns = [column_letters(column) for column in sheet.hidden_columns if column <= len(sheet.columns)]
    down = [block for block in sheet.merged if block.last_row > block.row and block.row in known]
    found = []
    if sheet.is_1904:
        text = tr(
            "The workbook counts its days from 1904, and they are read that way. If they are four years "
            "late, they were copied from another workbook: correct them there."
        )
        found.append(text)
    if sheet.is_hidden:
        found.append(tr("The sheet is hidden; its rows are read."))
    if rows:
        found.append(tr("Rows are hidden in the workbook and read: {rows}").format(rows=shortened(rows)))
    if columns:
        text = tr("Columns are hidden in the workbook and read: {columns}")
        found.append(text.format(columns=listed(columns)))
    if down:
        text = tr("The text of merged cells counts for all of their rows: {cells}")
        cells = (
            f"{column_letters(one.column)}{one.row}:{column_letters(one.column)}{one.last_row}"
            for one in down
        )
        found.append(text.format(cells=shortened(cells)))
    return tuple(found)


def sheet_remarks(file: Path, layer: str | None, encoding: str | None) -> tuple[str, ...]:
    """Return what a person should see of a sheet of a workbook; of the only one where none is named.

    Raises
    ------
    InputError
        When the workbook can't be read.
    """
    sheets = [sheet for sheet in _sheets(file, encoding or "") if _rows(sheet)]
    if layer is not None:
        sheets = [sheet for sheet in sheets if sheet.name.casefold() == layer.casefold()]
    hidden = [sheet for sheet in sheets if sheet.is_hidden]
    shown = [sheet for sheet in sheets if not sheet.is_hidden]
    if len(shown) == 1 and hidden:
        text = tr("Hidden sheets are left out: {sheets}").format(sheets=listed([one.name for one in hidden]))
        return (*_remarks(shown[0]), text)
    return _remarks(sheets[0]) if len(sheets) == 1 else ()


def hidden_sheets(file: Path) -> frozenset[str]:
    """Return the sheets of a workbook that are hidden; none of any other file."""
    sheets = _sheets(file, UTF_8) if is_workbook(file) else ()
    return frozenset(sheet.name for sheet in sheets if sheet.is_hidden)


class WorkbookEngine(Engine):
    """Read workbooks, new and old, without any other library."""

    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return the sheets of a workbook that have any cell; the first row is their heading."""
        sheets = _sheets(file, UTF_8)
        return [LayerInfo(sheet.name, "none", _rows(sheet) - 1) for sheet in sheets if _rows(sheet)]

    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return a sheet, all cells as texts.

        Raises
        ------
        InputError
            When the workbook can't be read, or has no such sheet.
        """
        sheet = next((one for one in _sheets(file, encoding) if one.name == layer), None)
        if sheet is None:
            raise unreadable(file)
        columns, rows = _all_rows(sheet, file.name), _rows(sheet)
        first = [column[0] for column in columns] if headed and rows else []
        names = told_apart(first) if first else [f"Field{place + 1}" for place in range(len(columns))]
        below = slice(len(first) > 0, None if limit is None else limit + (len(first) > 0))
        kept = {name: column[below] for name, column in zip(names, columns)}
        return RawLayer(kept, None, None, len(next(iter(kept.values()))) if kept else 0)
