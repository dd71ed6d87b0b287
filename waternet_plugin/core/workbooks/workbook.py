"""The sheets of a workbook as columns of text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

from waternet_plugin.core.workbooks.cell_stream import CellStream
from waternet_plugin.core.workbooks.package import WorkbookPackage
from waternet_plugin.core.workbooks.parts import WorkbookParts, workbook_parts
from waternet_plugin.core.workbooks.sheet_cells import WorkbookSheet, sheet_of


def _sheet(package: WorkbookPackage, parts: WorkbookParts, place: int) -> WorkbookSheet:
    entry = parts.sheets[place]
    stream = CellStream(parts.shared, parts.formats, parts.is_1904)
    package.parse(entry.part, stream.start, stream.end, stream.text)
    return sheet_of(stream, entry.name, entry.is_hidden, package.name)


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
