"""The sheets of a workbook as columns of text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Optional

from waternet_plugin.core.workbooks.cell_stream import CellStream, column_number
from waternet_plugin.core.workbooks.package import WorkbookPackage
from waternet_plugin.core.workbooks.parts import WorkbookParts, workbook_parts
from waternet_plugin.core.workbooks.sheet_cells import CellRange, SheetCells, WorkbookSheet, sheet_of

_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


def _range(text: str) -> Optional[CellRange]:
    found = _RANGE.fullmatch(text.replace("$", ""))
    if found is None:
        return None
    first, row, last, last_row = found.groups()
    return CellRange(int(row), column_number(first), int(last_row), column_number(last))


def _sheet(package: WorkbookPackage, parts: WorkbookParts, place: int) -> WorkbookSheet:
    entry = parts.sheets[place]
    stream = CellStream(parts.shared, parts.formats, parts.is_1904)
    package.parse(entry.part, stream.start, stream.end, stream.text)
    cells = SheetCells(
        rows=stream.rows,
        columns=stream.columns,
        values=stream.values,
        faults=stream.faults,
        merged=[one for one in map(_range, stream.merged) if one is not None],
        hidden_rows=stream.hidden_rows,
        hidden_columns=stream.hidden_columns,
        has_filter=stream.has_filter,
    )
    made = sheet_of(cells, entry.name, entry.is_hidden, package.name)
    return replace(made, is_1904=parts.is_1904)


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
    package = WorkbookPackage(stream, name)
    parts = workbook_parts(package)
    for place in range(len(parts.sheets)):
        yield _sheet(package, parts, place)


def read_workbook(raw: bytes, name: str) -> tuple[WorkbookSheet, ...]:
    """Return all sheets of the bytes of a workbook; errors as for `workbook_sheets`."""
    return tuple(workbook_sheets(io.BytesIO(raw), name))
