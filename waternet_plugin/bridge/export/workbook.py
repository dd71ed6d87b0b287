"""Make a workbook that GDAL wrote pleasant to read: widths, bold headings that stay, thousands, paper."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waternet_plugin.core.files.results import RESULT_MARK

_LEAST, _MOST = 6, 48
_EDGE = 2
# Beside GDAL's own styles, which end at 5: headings, whole numbers, amounts.
_HEAD, _WHOLE, _AMOUNT = 6, 7, 8
_FONT = '<font><b/><name val="Arial"/><family val="2"/><sz val="10"/></font>'
_FILL = '<fill><patternFill patternType="solid"><fgColor rgb="FFE8ECF0"/></patternFill></fill>'
# A second fill is always grey dots, whatever it says.
_DOTS = '<fill><patternFill patternType="gray125"/></fill>'
_STYLES = (
    '<xf numFmtId="164" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"'
    ' applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="3" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" xfId="0" applyNumberFormat="1"/>'
)
_VIEW = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    ' state="frozen"/></sheetView></sheetViews>'
)
_PAPER = (
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.2" footer="0.2"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
)
_LEAST_GROUPED = 10_000


def text_width(text: str) -> int:
    """Return how many digits wide a text is; signs of Chinese take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Return a width a column; headings may take two lines."""
    found = []
    for place, heading in enumerate(columns):
        cells = [row[place] for row in rows]
        wide = max(
            (text_width(_written(cell)) for cell in cells if cell is not None and cell == cell), default=0
        )
        found.append(min(max(wide, -(-text_width(heading) // 2), _LEAST) + _EDGE, _MOST))
    return found


def _written(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _style(cells: Sequence[Any]) -> int:
    """Return the style of a column; years and counts stay without thousands."""
    # Unknown numbers are NaN in frames.
    known = [cell for cell in cells if cell is not None and cell == cell]
    if not known or not all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in known):
        return 0
    if any(isinstance(cell, float) and cell != round(cell) for cell in known):
        return _AMOUNT
    return _WHOLE if max(known) >= _LEAST_GROUPED else 0


def _letters(place: int) -> str:
    """Return the name of a column: A, B, ..., AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _dressed(xml: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a sheet with widths, headings that stay, a filter, and paper across."""
    cols = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(_widths(columns, rows), start=1)
    )
    xml = re.sub(r"<cols>.*?</cols>\s*", "", xml, flags=re.DOTALL)
    head = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' + _VIEW + f"<cols>{cols}</cols>"
    xml = xml.replace("<sheetData>", head + "<sheetData>", 1)
    styles = {_letters(place): _style([row[place] for row in rows]) for place in range(len(columns))}

    def styled(match: re.Match[str]) -> str:
        column, row = match.group(1), int(match.group(2))
        style = _HEAD if row == 1 else styles.get(column, 0)
        return f'<c r="{column}{row}" s="{style}"' if style else match.group(0)

    xml = re.sub(r'<c r="([A-Z]+)(\d+)"(?: s="\d+")?', styled, xml)
    area = f'<autoFilter ref="A1:{_letters(len(columns) - 1)}{len(rows) + 1}"/>' if rows else ""
    return xml.replace("</sheetData>", "</sheetData>" + area + _PAPER, 1)


def _with_styles(xml: str) -> str:
    xml = re.sub(r'(<fonts count=")\d+(">.*?)(</fonts>)', rf"\g<1>2\g<2>{_FONT}\g<3>", xml, flags=re.DOTALL)
    fills = rf"\g<1>3\g<2>{_DOTS}{_FILL}\g<3>"
    xml = re.sub(r'(<fills count=")\d+(">.*?)(</fills>)', fills, xml, flags=re.DOTALL)
    return re.sub(
        r'(<cellXfs count=")\d+(">.*?)(</cellXfs>)', rf"\g<1>9\g<2>{_STYLES}\g<3>", xml, flags=re.DOTALL
    )


def dress(path: Path, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> None:
    """Dress a workbook in place.

    Parameters
    ----------
    path
        What GDAL wrote.
    sheets
        Title, headings and rows of each sheet, as it wrote them.
    """
    with zipfile.ZipFile(path) as book:
        parts = [(entry, book.read(entry)) for entry in book.infolist()]
    numbers = {f"xl/worksheets/sheet{place}.xml": sheet for place, sheet in enumerate(sheets, start=1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.comment = RESULT_MARK
        for entry, content in parts:
            written = content
            if entry.filename in numbers:
                _title, columns, rows = numbers[entry.filename]
                written = _dressed(content.decode("utf-8"), columns, rows).encode("utf-8")
            elif entry.filename == "xl/styles.xml":
                written = _with_styles(content.decode("utf-8")).encode("utf-8")
            book.writestr(entry.filename, written)
