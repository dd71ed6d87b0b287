"""What goes out of the house in a spreadsheet: lists and tables to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from waternet_plugin.bridge.export.layer_files import file_errors
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.files.result_mark import RESULT_MARK
from waternet_plugin.core.files.spreadsheet_file import Column, Sheet, cell_kinds, write_workbook
from waternet_plugin.core.files.workbook_parts import AMOUNT, THOUSANDS
from waternet_plugin.core.reports.document import plain
from waternet_plugin.core.texts import tr
from waternet_plugin.store.outputs import refuse_network_as_output

# Years and counts stay without thousands.
_LEAST_GROUPED = 10_000


def _cell(value: Any) -> Any:
    """Return a value as a sheet holds it: numbers stay numbers, yes and no become words."""
    value = plain(value)
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def _column(heading: str, cells: Sequence[Any]) -> Column:
    """Return a column, its amounts with thousands."""
    values = cell_kinds([_cell(cell) for cell in cells])
    if values.dtype == object:
        return Column(heading, values)
    known = values[~np.isnan(values)]
    if (known != np.round(known)).any():
        return Column(heading, values, style=AMOUNT)
    is_large = len(known) > 0 and known.max() >= _LEAST_GROUPED
    return Column(heading, values, style=THOUSANDS if is_large else None)


def write_sheets(path: Path, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> None:
    """Write sheets to an .xlsx: title, headings and rows of each; numbers are unrounded.

    Raises
    ------
    WaterNetError
        When the place can't be written.
    """
    if path.suffix.lower() != ".xlsx":
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=path.name, known=".xlsx"))
    refuse_network_as_output(path)
    made = [
        Sheet(
            title,
            tuple(_column(heading, [row[place] for row in rows]) for place, heading in enumerate(columns)),
        )
        for title, columns, rows in sheets
    ]
    with scratch.folder(path.absolute().parent, "files") as folder:
        partial = folder / "sheets.xlsx"
        with file_errors(path):
            write_workbook(partial, made, comment=RESULT_MARK)
        replace_set({partial: path})
