"""Workbooks that count their days from 1904: days are those that Excel shows, and the reader says so."""

from __future__ import annotations

import datetime
import struct
from pathlib import Path

import pytest
from support.container_file import container
from support.newer_old_workbook import DAY as OLD_DAY
from support.newer_old_workbook import CellRecord, record, workbook_stream
from support.workbook_files import DAY, Raw, plain_workbook

from waternet_plugin.core.cells.headings import Header
from waternet_plugin.store.foreign import foreign, foreign_descriptions

DAYS = [datetime.date(2012, 2, 29), datetime.date(2021, 11, 1), datetime.date(1999, 12, 31)]


def _workbook(folder: Path, ending: str, *, is_1904: bool, title: bool) -> Path:
    first = datetime.date(1904, 1, 1) if is_1904 else datetime.date(1899, 12, 30)
    serials = [(day - first).days for day in DAYS]
    path = folder / f"a{ending}"
    above = [["抢修台账", None]] if title else []
    if ending == ".xlsx":
        cells = [Raw(f'<c r="{{r}}" s="{DAY}"><v>{one}</v></c>') for one in serials]
        rows = [*above, ["编号", "日期"], *([f"WX{k}", cell] for k, cell in enumerate(cells))]
        path.write_bytes(plain_workbook({"台账": rows}, is_1904=is_1904))
        return path
    numbers = [CellRecord(0x203, struct.pack("<d", one), OLD_DAY) for one in serials]
    rows = [*above, ["编号", "日期"], *([f"WX{k}", cell] for k, cell in enumerate(numbers))]
    system = record(0x22, b"\1\0") if is_1904 else b""
    path.write_bytes(container({"Workbook": workbook_stream({"台账": rows}, globals_=system)}))
    return path


@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
@pytest.mark.parametrize("is_1904", [True, False])
@pytest.mark.parametrize("title", [True, False])
def test_days_are_those_that_excel_shows(tmp_path: Path, ending: str, is_1904: bool, title: bool) -> None:
    path = _workbook(tmp_path, ending, is_1904=is_1904, title=title)
    read = foreign.read_rows(path, header=Header(2) if title else None)
    assert [str(one)[:10].replace("/", "-") for one in read.frame["日期"]] == [str(day) for day in DAYS]
    assert read.frame["编号"].tolist() == ["WX0", "WX1", "WX2"]
    assert ("from 1904" in read.doubtful) == is_1904
    assert [one.name for one in foreign_descriptions.read_layers(path)] == ["台账"]
