"""Tables as offices keep them: text files, workbooks with titles, units, subtotals and signatures."""

from __future__ import annotations

import csv
import datetime
import io
import random
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.container_file import container
from support.newer_old_workbook import DAY, CellRecord, Value, record, workbook_stream
from support.workbook_files import sheet_xml, workbook

# Records of old workbooks: a number, and from when days are counted.
_NUMBER, _SYSTEM_OF_DAYS = 0x203, 0x22
_ENCODINGS = ("utf-8-sig", "utf-8", "gb18030", "utf-16")


def write_text(
    path: Path, headings: Sequence[str], rows: Sequence[Sequence[Any]], rng: random.Random, title: str = ""
) -> Path:
    """Write a text file in an encoding that is drawn, separated by commas, or tabs in UTF-16.

    A title stands above the headings.
    """
    encoding = rng.choice(_ENCODINGS)
    held = io.StringIO()
    writer = csv.writer(held, delimiter="\t" if encoding == "utf-16" else ",", lineterminator="\r\n")
    writer.writerows([*([[title]] if title else []), headings, *rows])
    path.write_bytes(held.getvalue().encode(encoding))
    return path


def write_old_workbook(
    path: Path, headings: Sequence[str], rows: Sequence[Sequence[Any]], *, is_1904: bool = False
) -> Path:
    """Write a workbook of Excel 97 to 2003, its days counted from 1904 as on a Macintosh where so asked."""
    cells = [[_cell(one, is_1904=is_1904) for one in row] for row in rows]
    # Where a record stands twice, the later one counts.
    head = record(_SYSTEM_OF_DAYS, b"\1\0") if is_1904 else b""
    stream = workbook_stream({"Sheet1": [list(headings), *cells]}, globals_=head)
    path.write_bytes(container({"Workbook": stream}))
    return path


def _cell(value: Any, *, is_1904: bool) -> Value:
    if isinstance(value, datetime.date):
        first = datetime.date(1904, 1, 1) if is_1904 else datetime.date(1899, 12, 30)
        return CellRecord(_NUMBER, struct.pack("<d", (value - first).days), DAY)
    return float(value) if isinstance(value, (int, float)) else value


def write_workbook(path: Path, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    """Write a plain workbook."""
    lines = dict(enumerate([list(headings), *rows], start=1))
    path.write_bytes(workbook({"Sheet1": sheet_xml(lines)}))
    return path


def write_ledger(
    path: Path,
    headings: Sequence[str],
    units: Sequence[str],
    rows: Sequence[Sequence[Any]],
    rng: random.Random,
) -> Path:
    """Write a ledger: two title rows, a group above the last two columns, units, subtotals, signatures."""
    width = len(headings)
    blank: list[Any] = [None] * width
    above = [*headings[:-2], "位置", None]
    below = [*([None] * (width - 2)), *headings[-2:]]
    body: list[list[Any]] = []
    step = max(len(rows) // 4, 1)
    for number, row in enumerate(rows, start=1):
        body.append(list(row))
        if number % step == 0:
            body.append(["小计", f"{step}处", *blank[2:]])
    lines = [
        ["管网抢修台账", *blank[1:]],
        ["填报单位：供水公司管网所", *blank[1:]],
        above,
        below,
        list(units),
        *body,
        ["合计", f"{len(rows)}处", *blank[2:]],
        ["制表：", None, "审核：", *blank[3:]],
    ]
    last, one_but_last = (chr(64 + width - back) for back in (0, 1))
    merged = [
        "A1:F1",
        f"{one_but_last}3:{last}3",
        *(f"{chr(65 + at)}3:{chr(65 + at)}4" for at in range(width - 2)),
    ]
    sheets = {"台账": sheet_xml(dict(enumerate(lines, start=1)), merged=merged)}
    if rng.random() < 0.5:
        sheets["填表说明"] = sheet_xml({1: ["请各站每月五日前填报，坐标由手机读取。"]})
    path.write_bytes(workbook(sheets))
    return path
