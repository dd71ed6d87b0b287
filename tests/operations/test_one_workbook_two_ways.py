"""A workbook is read alike for adoptions and surveys: zeros, merged, hidden and wrong cells; .xls too."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import pytest
from support.container_file import container
from support.newer_old_workbook import CellRecord, record, workbook_stream
from support.workbook_files import FOUR_DIGITS, Raw, sheet_xml, workbook

from waternet_plugin.core.cells.foreign_values import text_column
from waternet_plugin.core.survey.reading.workbook_tables import workbook_tables
from waternet_plugin.core.workbooks.old_workbook import read_old_workbook
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.store.foreign import foreign

NAMES = ["管号", "管径", "街道"]
STREETS = ["新街", None, "旧路", None]


def new(path: Path) -> Path:
    """Ids shown with four digits, a street merged over two rows, a hidden row, an error for a size."""
    ids = [Raw(f'<c r="{{r}}" s="{FOUR_DIGITS}"><v>{number}</v></c>') for number in range(12, 16)]
    sizes: list[Any] = [100, Raw('<c r="{r}" t="e"><v>#N/A</v></c>'), 150, 200]
    rows = {1: NAMES, **{row + 2: [ids[row], sizes[row], STREETS[row]] for row in range(4)}}
    sheet = sheet_xml(rows, merged=["C2:C3", "C4:C5"], hidden_rows=[4])
    path.write_bytes(workbook({"管线": sheet}))
    return path


def old(path: Path) -> Path:
    """The same as an old workbook."""
    digits = 2
    ids = [CellRecord(0x203, struct.pack("<d", number), digits) for number in range(12, 16)]
    # Not available, as a cell that is an error.
    sizes: list[Any] = [100.0, CellRecord(0x205, struct.pack("<BB", 0x2A, 1)), 150.0, 200.0]
    rows = [NAMES, *([ids[row], sizes[row], STREETS[row]] for row in range(4))]
    merged = record(0xE5, struct.pack("<H8H", 2, 1, 2, 2, 2, 3, 4, 2, 2))
    hidden = record(0x208, struct.pack("<HHHHIHH", 3, 0, 3, 255, 0, 0x20, 0x0F))
    path.write_bytes(container({"Workbook": workbook_stream({"管线": rows}, more=merged + hidden)}))
    return path


def adopted(path: Path) -> list[list[Optional[str]]]:
    """Return the cells as an adoption takes them for texts."""
    frame = foreign.read_rows(path, header=foreign.find_header(path)).frame
    columns = [text_column(frame[name]) for name in NAMES]
    return [list(column.values) for column in columns]


def surveyed(path: Path) -> list[list[Optional[str]]]:
    """Return the cells as a survey takes them."""
    read = read_old_workbook if path.suffix == ".xls" else read_workbook
    (table,) = workbook_tables(read(path.read_bytes(), path.name), path.name).tables
    return [table.cells.iloc[1:, place].tolist() for place in range(len(NAMES))]


@pytest.mark.parametrize(("make", "name"), [(new, "ledger.xlsx"), (old, "ledger.xls")])
def test_adoption_and_survey_read_the_same(make: Callable[[Path], Path], name: str, tmp_path: Path) -> None:
    path = make(tmp_path / name)
    found = adopted(path)
    assert found == surveyed(path)
    assert found == [
        ["0012", "0013", "0014", "0015"],
        ["100", None, "150", "200"],
        ["新街", "新街", "旧路", "旧路"],
    ]
    remarks = foreign.read_rows(path).doubtful
    assert "hidden in the workbook and read: 4" in remarks
    assert "C2:C3, C4:C5" in remarks


def test_merged_headings_of_two_rows_name_columns_as_before(tmp_path: Path) -> None:
    rows: dict[int, list[Any]] = {
        1: ["管号", "埋深", None, "街道"],
        2: [None, "起点", "终点", None],
        **{row: [f"P-{row}", 1.5, 2.0, "新街"] for row in range(3, 9)},
    }
    path = tmp_path / "two.xlsx"
    path.write_bytes(workbook({"管线": sheet_xml(rows, merged=["A1:A2", "B1:C1", "D1:D2"])}))
    header = foreign.find_header(path)
    assert header is not None and (header.row, header.last) == (1, 2)
    frame = foreign.read_rows(path, header=header).frame
    assert [name.split(" ")[0] for name in frame.columns] == ["管号", "埋深", "埋深", "街道"]
    assert len(frame) == 6
