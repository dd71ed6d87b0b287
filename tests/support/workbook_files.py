"""Workbooks made cell by cell, so that tests say exactly what is stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Optional
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Styles by number: plain, a day (built in), a moment (own format), four digits, a day in Chinese.
DAY, MOMENT, FOUR_DIGITS, CHINESE_DAY = 1, 2, 3, 4
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="3">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/><numFmt numFmtId="165" formatCode="0000"/>'
    '<numFmt numFmtId="166" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>'
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="166"/></cellXfs></styleSheet>'
)


def letters(number: int) -> str:
    """Return the letters of a column, A for 1."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


class Raw(str):
    """The XML of a cell as it is, ``{r}`` for its reference."""


def cell_xml(value: Any, reference: str) -> str:
    """Return the XML of one cell: texts within it, numbers as numbers, None for none."""
    if value is None:
        return ""
    if isinstance(value, Raw):
        return value.replace("{r}", reference)
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{reference}"><v>{value!r}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet_xml(
    rows: Mapping[int, Sequence[Any]],
    *,
    merged: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
) -> str:
    """Return the XML of a sheet from its rows by number."""
    columns = "".join(f'<col min="{one}" max="{one}" hidden="1"/>' for one in hidden_columns)
    body = "".join(
        f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if number in hidden_rows else ""}>'
        + "".join(cell_xml(value, f"{letters(place)}{number}") for place, value in enumerate(cells, start=1))
        + "</row>"
        for number, cells in rows.items()
    )
    blocks = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}">'
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{body}</sheetData>"
        + (f"<mergeCells>{blocks}</mergeCells>" if blocks else "")
        + "</worksheet>"
    )


def workbook(
    sheets: Mapping[str, str],
    *,
    shared: Optional[Sequence[str]] = None,
    is_1904: bool = False,
    hidden: Sequence[str] = (),
) -> bytes:
    """Return the bytes of a workbook of sheets given as XML."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"'
        f"{' state=' + chr(34) + 'hidden' + chr(34) if name in hidden else ''}/>"
        for number, name in enumerate(names, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{_LINKS}/styles" Target="styles.xml"/>'
    kinds = {
        "workbook": "sheet.main",
        "styles": "styles",
        **{f"worksheets/sheet{number}": "worksheet" for number in range(1, len(names) + 1)},
    }
    told = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_KINDS}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1"'
        f' Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
        f'<workbookPr date1904="{int(is_1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": _STYLES,
    }
    if shared is not None:
        links += f'<Relationship Id="rIdT" Type="{_LINKS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{"".join(shared)}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
    for number, name in enumerate(names, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheets[name]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for part, text in parts.items():
            file.writestr(part, text)
    return packed.getvalue()


def plain_workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> bytes:
    """Return the bytes of a workbook whose sheets are lists of rows."""
    return workbook(
        {name: sheet_xml(dict(enumerate(rows, start=1))) for name, rows in sheets.items()}, **options
    )
