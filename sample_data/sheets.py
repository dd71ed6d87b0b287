"""Write a sheet as office programs do: texts, numbers and merged cells of one worksheet (.xlsx)."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
_ROOT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""
_BOOK = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_BOOK_PARTS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="worksheets/sheet1.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
</Relationships>"""
_SHEET = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData>{rows}</sheetData>{merged}</worksheet>"""


def _place(row: int, column: int) -> str:
    """Return the name of a cell of a sheet of at most 26 columns; rows and columns from 0."""
    return f"{chr(ord('A') + column)}{row + 1}"


def _cell(row: int, column: int, value: Any) -> str:
    if value is None or value == "":
        return ""
    name = _place(row, column)
    if isinstance(value, (int, float)):
        return f'<c r="{name}"><v>{value}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def write_sheet(
    path: Path, name: str, rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]] = ()
) -> None:
    """Write rows as a worksheet.

    Parameters
    ----------
    path
        The .xlsx file.
    name
        Of the worksheet.
    rows
        Cells; None and '' are left empty.
    merged
        Merged ranges as first row, first column, last row, last column, from 0; the first cell has the text.
    """
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(_cell(number, column, value) for column, value in enumerate(row))
        if cells:
            lines.append(f'<row r="{number + 1}">{cells}</row>')
    ranges = "".join(
        f'<mergeCell ref="{_place(top, left)}:{_place(bottom, right)}"/>'
        for top, left, bottom, right in merged
    )
    merges = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _ROOT)
        packed.writestr("xl/workbook.xml", _BOOK.format(name=escape(name)))
        packed.writestr("xl/_rels/workbook.xml.rels", _BOOK_PARTS)
        packed.writestr("xl/worksheets/sheet1.xml", _SHEET.format(rows="".join(lines), merged=merges))
