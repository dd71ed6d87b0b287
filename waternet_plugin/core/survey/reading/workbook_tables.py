"""Workbooks of surveys: a table a sheet, merged cells filled down, hidden rows and wrong cells told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.files.workbook_parts import column_letters
from waternet_plugin.core.survey.records import CellFault, SurveyTable
from waternet_plugin.core.survey.tables_read import TablesRead, check_size, table_of
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.workbooks.sheet_cells import WorkbookSheet, filled_down

# How many merged blocks are told one by one.
_MOST_REMARKS = 200


def _with_faulty_rows(sheet: WorkbookSheet) -> WorkbookSheet:
    """Return a sheet that has the rows of which only wrong cells are known."""
    lost = sorted({row for row, _column, _text in sheet.faults} - set(sheet.row_no.tolist()))
    width = max([len(sheet.columns), *(column for _row, column, _text in sheet.faults)])
    if not lost and width == len(sheet.columns):
        return sheet
    numbers = np.concatenate([sheet.row_no, np.array(lost, dtype=np.int64)])
    order = np.argsort(numbers, kind="stable")
    empty = np.full(len(lost), None, dtype=object)
    columns = [np.concatenate([column, empty])[order] for column in sheet.columns]
    columns += [np.full(len(numbers), None, dtype=object) for _ in range(width - len(columns))]
    return WorkbookSheet(sheet.name, tuple(columns), numbers[order], sheet.faults, sheet.merged)


def _remarks(sheet: WorkbookSheet) -> list[tuple[str, int, str]]:
    """Return what a person should see of a sheet: what is hidden, and blocks of merged cells."""
    remarks: list[tuple[str, int, str]] = []
    if sheet.is_hidden:
        remarks.append(("hidden_rows", 0, tr("The sheet is hidden; its rows are read.")))
    known = set(sheet.row_no.tolist())
    for row in sheet.hidden_rows:
        if row in known:
            remarks.append(("hidden_rows", row, tr("The row is hidden in the workbook; it is read.")))
    hidden = [column for column in sheet.hidden_columns if column <= len(sheet.columns)]
    if hidden:
        letters = listed(column_letters(column) for column in hidden)
        remarks.append(
            (
                "hidden_rows",
                0,
                tr("Columns are hidden in the workbook and read: {columns}").format(columns=letters),
            )
        )
    down = [block for block in sheet.merged if block.last_row > block.row and block.row in known]
    for block in down[:_MOST_REMARKS]:
        text = tr(
            "Merged cells of column {column}: their text counts for the rows {first} to {last}."
        ).format(column=column_letters(block.column), first=block.row, last=block.last_row)
        remarks.append(("merged_cells", block.row, text))
    return remarks


def table_of_sheet(sheet: WorkbookSheet, name: str) -> SurveyTable:
    """Return a sheet as a table.

    Parameters
    ----------
    sheet
        As the workbook's reader returned it.
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is larger than any survey.
    """
    remarks = tuple(_remarks(sheet))
    sheet = _with_faulty_rows(sheet)
    check_size(name, len(sheet.row_no), len(sheet.columns))
    columns = filled_down(sheet)
    faults = tuple(CellFault(row, column_letters(column), text) for row, column, text in sheet.faults)
    # A wrong cell stays empty; its row is one of the table, whatever else is in it.
    return table_of(
        sheet.name,
        columns,
        sheet.row_no,
        faults=faults,
        remarks=remarks,
        kept={row for row, _c, _t in sheet.faults},
    )


def workbook_tables(sheets: Sequence[WorkbookSheet], name: str) -> TablesRead:
    """Return the tables of a workbook, one a sheet.

    Parameters
    ----------
    sheets
        As the workbook's reader returned them.
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When one is larger than any survey.
    """
    return TablesRead("table", "", tuple(table_of_sheet(sheet, name) for sheet in sheets))
