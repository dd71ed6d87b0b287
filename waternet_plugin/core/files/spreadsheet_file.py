"""Workbooks and CSV files of typed columns: texts stay texts, numbers numbers, unknown cells are empty."""

from __future__ import annotations

import csv
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.formulas import guarded
from waternet_plugin.core.files.workbook_parts import (
    AMOUNT,
    ANY,
    DAY,
    HEAD,
    HEADER,
    MAIN,
    MOMENT,
    MOST_DECIMALS,
    TEXT,
    THOUSANDS,
    TITLE,
    WHOLE,
    column_letters,
    frame_parts,
    styles_xml,
)
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

MOST_ROWS, LONGEST_TEXT = 1_048_576, 32_767
_LONGEST_NAME = 31
# Characters that the name of a sheet can't have.
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
# XML has no place for these.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Rows of a sheet that are joined at a time.
_STEP = 20_000
_LEAST_WIDTH, _MOST_WIDTH, _LOOKED_AT = 8, 36, 200
_WIDTH_OF_TIMES = {DAY: 10, MOMENT: 19}
# Excel takes 1900 for a leap year: its numbers of days are right from 1 March 1900 on.
_DAY_ZERO, _FIRST_DAY = np.datetime64("1899-12-30"), 61


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    heading
        Its name.
    values
        (rows,) floats with NaN for unknown, or objects: texts and numbers, None for unknown.
    decimals
        Of numbers; None writes them as short as they are.
    style
        Style of numbers in a workbook, such as AMOUNT or DAY; None for that of their decimals.
    """

    heading: str
    values: Array
    decimals: int | None = None
    style: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A table with its name, and titles above the headings, which a workbook alone shows."""

    name: str
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows below the headings."""
        return len(self.columns[0].values) if self.columns else 0


def without_controls(text: str) -> str:
    """Return a text without the characters that XML lacks."""
    return _CONTROLS.sub("", text)


def time_column(heading: str, times: Array, style: int) -> Column:
    """Return a column of days or moments as a workbook counts them; those before March 1900 are texts.

    Parameters
    ----------
    heading
        Its name.
    times
        (rows,) datetime64, NaT for unknown; moments in UTC.
    style
        DAY or MOMENT.
    """
    days = (times - _DAY_ZERO) / np.timedelta64(1, "D")
    is_early = days < _FIRST_DAY
    if not is_early.any():
        return Column(heading, days, style=style)
    values = days.astype(object)
    values[np.isnan(days)] = None
    values[is_early] = np.datetime_as_string(times[is_early], unit="D" if style == DAY else "s")
    return Column(heading, values, style=style)


def number_text(value: float) -> str:
    """Return a number as short as it is: 300, 110.5."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _numbers(column: Column) -> list[str]:
    """Return the numbers of a column of floats as texts, '' for unknown."""
    values = column.values.tolist()
    if column.decimals is None:
        return ["" if value != value else number_text(value) for value in values]
    pattern = f"%.{column.decimals}f"
    return ["" if value != value else pattern % value for value in values]


def cell_texts(column: Column) -> list[str]:
    """Return the cells of a column as texts, '' for unknown ones."""
    if column.values.dtype != object:
        return _numbers(column)
    return [
        "" if value is None else value if isinstance(value, str) else number_text(value)
        for value in column.values.tolist()
    ]


# ------------------------------------------------------------------------------------------------ CSV


def write_csv_sheet(path: Path, sheet: Sheet) -> None:
    """Write a table as CSV of UTF-8 with a mark, its headings in the first row.

    A text that a spreadsheet would run begins with a ', which `formulas.unguarded` takes off again.
    """
    cells = []
    for column in sheet.columns:
        texts = cell_texts(column)
        is_text = column.values.dtype == object
        cells.append([guarded(text) for text in texts] if is_text else texts)
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.heading for column in sheet.columns])
        writer.writerows(zip(*cells))


# ------------------------------------------------------------------------------------------- workbook


class _SharedTexts:
    """Texts of a workbook, each kept once."""

    def __init__(self) -> None:
        self._place: dict[str, int] = {}
        self.count = 0

    def place(self, text: str) -> int:
        self.count += 1
        return self._place.setdefault(text, len(self._place))

    def xml(self) -> Iterator[str]:
        yield HEADER + f'<sst xmlns="{MAIN}" count="{self.count}" uniqueCount="{len(self._place)}">'
        for text in self._place:
            clean = escape(without_controls(text[:LONGEST_TEXT]))
            space = ' xml:space="preserve"' if clean != clean.strip() or "\n" in clean else ""
            yield f"<si><t{space}>{clean}</t></si>"
        yield "</sst>"


def _cells(column: Column, letters: str, rows: range, texts: _SharedTexts) -> list[str]:
    """Return the cells of a column in some rows of a sheet as XML, '' for empty ones."""
    first, values = rows.start, column.values
    style = ANY if column.decimals is None else WHOLE + min(column.decimals, MOST_DECIMALS)
    style = style if column.style is None else column.style
    if values.dtype != object:
        begin = f'<c r="{letters}'
        between = f'" s="{style}"><v>'
        return [
            f"{begin}{row}{between}{text}</v></c>" if text else ""
            for row, text in enumerate(_numbers(column), start=first)
        ]
    found = []
    for row, value in enumerate(values.tolist(), start=first):
        if value is None:
            found.append("")
        elif isinstance(value, str):
            found.append(f'<c r="{letters}{row}" s="{TEXT}" t="s"><v>{texts.place(value)}</v></c>')
        else:
            found.append(f'<c r="{letters}{row}" s="{style}"><v>{number_text(value)}</v></c>')
    return found


def _text_row(row: int, cells: Sequence[str], style: int, texts: _SharedTexts) -> str:
    inner = "".join(
        f'<c r="{column_letters(place)}{row}" s="{style}" t="s"><v>{texts.place(text)}</v></c>'
        for place, text in enumerate(cells, start=1)
    )
    return f'<row r="{row}">{inner}</row>'


def text_width(text: str) -> int:
    """Return how many digits wide a text is; signs of Chinese take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _width(column: Column) -> int:
    """Return the width of a column by its first rows; headings may take two lines."""
    shown = replace(column, values=column.values[:_LOOKED_AT])
    if shown.style in _WIDTH_OF_TIMES:
        texts = ["0" * _WIDTH_OF_TIMES[shown.style]]
    elif shown.style in (THOUSANDS, AMOUNT):
        texts = [f"{value:,.2f}" for value in shown.values.tolist() if value == value]
    elif shown.values.dtype != object:
        texts = _numbers(shown)
    else:
        texts = ["" if value is None else str(value) for value in shown.values.tolist()]
    wide = max((text_width(text) for text in texts), default=0)
    return min(max(wide, -(-text_width(column.heading) // 2), _LEAST_WIDTH) + 2, _MOST_WIDTH)


def _sheet_xml(sheet: Sheet, texts: _SharedTexts, progress: Progress) -> Iterator[str]:
    head = len(sheet.titles) + 1
    last = column_letters(len(sheet.columns))
    yield HEADER + f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    yield f'<dimension ref="A1:{last}{head + sheet.rows}"/>'
    yield (
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{head}" topLeftCell="A{head + 1}"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
    )
    for place, column in enumerate(sheet.columns, start=1):
        yield f'<col min="{place}" max="{place}" width="{_width(column)}" customWidth="1"/>'
    yield "</cols><sheetData>"
    for row, title in enumerate(sheet.titles, start=1):
        yield _text_row(row, [title], TITLE if row == 1 else ANY, texts)
    yield _text_row(head, [column.heading for column in sheet.columns], HEAD, texts)
    for start in range(0, sheet.rows, _STEP):
        progress.at(start / sheet.rows)
        rows = range(head + 1 + start, head + 1 + min(start + _STEP, sheet.rows))
        parts = [
            _cells(
                replace(column, values=column.values[start : start + _STEP]),
                column_letters(place),
                rows,
                texts,
            )
            for place, column in enumerate(sheet.columns, start=1)
        ]
        yield "".join(
            chain.from_iterable(
                (f'<row r="{row}">', *cells, "</row>") for row, cells in zip(rows, zip(*parts))
            )
        )
    yield "</sheetData>"
    if sheet.rows:
        yield f'<autoFilter ref="A{head}:{last}{head + sheet.rows}"/>'
    yield (
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.2" footer="0.2"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        # The sheet's name, and which page of how many.
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _sheet_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that a sheet can have and none of those taken has, whatever its letters' case."""
    clean = " ".join(_NO_NAME.sub(" ", without_controls(name)).split()).strip("'")
    others, number, found = {each.casefold() for each in taken}, 1, clean[:_LONGEST_NAME].rstrip()
    while not found or found.casefold() in others:
        number += 1
        more = f" {number}"
        found = f"{clean[: _LONGEST_NAME - len(more)].rstrip()}{more}".lstrip()
    return found


def write_workbook(
    path: Path,
    sheets: Iterable[Sheet],
    *,
    comment: bytes = b"",
    rows: int = 0,
    progress: Progress = SILENT,
) -> None:
    """Write sheets to an .xlsx file.

    Parameters
    ----------
    sheets
        In their order; a name loses the characters that no sheet can have, and what is too long, and gets a
        number where another sheet has it.
    comment
        Of the archive that a workbook is, such as RESULT_MARK.
    rows
        How many rows there will be on all sheets, for the progress.

    Raises
    ------
    InputError
        When a sheet has more rows than a workbook takes.
    """
    heads: dict[str, int] = {}
    texts = _SharedTexts()
    written = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.comment = comment

        def put(name: str, parts: Iterable[str]) -> None:
            with book.open(name, "w", force_zip64=True) as part:
                for text in parts:
                    part.write(text.encode("utf-8", "replace"))

        for number, sheet in enumerate(sheets, start=1):
            if sheet.rows + len(sheet.titles) + 1 > MOST_ROWS:
                message = tr(
                    "Sheet {name} would have {rows:,} rows, and a workbook takes {most:,}. Choose CSV, or "
                    "export one area after the other."
                )
                raise InputError(message.format(name=sheet.name, rows=sheet.rows, most=MOST_ROWS))
            heads[_sheet_name(sheet.name, heads)] = len(sheet.titles) + 1
            part = progress.part(written / max(rows, 1), (written + sheet.rows) / max(rows, 1))
            put(f"xl/worksheets/sheet{number}.xml", _sheet_xml(sheet, texts, part))
            written += sheet.rows
        put("xl/sharedStrings.xml", texts.xml())
        put("xl/styles.xml", [styles_xml()])
        for name, xml in frame_parts(heads):
            put(name, [xml if xml.startswith("<?xml") else HEADER + xml])


def cell_kinds(values: Sequence[Any]) -> Array:
    """Return plain values as a column holds them: floats with NaN where all are numbers, else objects."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    found = np.full(len(values), None, dtype=object)
    found[:] = list(values)
    return found
