"""A sheet with several tables: the largest is read, and the names of the others are told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from support.workbook_files import plain_workbook

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.foreign import foreign

NAMES = ["编号", "管径", "管材", "道路", "年份"]
PIPES = [[f"GS{at}", str(100 + at), "球墨铸铁", "人民路", "2001"] for at in range(9)]
OTHER = [["道路", "数量", "备注"], ["人民路", "3", "完好"], ["建设路", "2", "完好"]]
NOTHING: list[str] = []


def _read(folder: Path, rows: list[list[str]]) -> tuple[list[str], list[list[str]], str]:
    """Return columns, rows and remark of a table in a text file."""
    path = folder / "给水管线.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    read = foreign.read_rows(str(path), header=foreign.find_header(str(path)))
    return list(read.frame.columns), read.frame.astype(object).values.tolist(), read.doubtful


def _side_by_side(left: list[list[str]], right: list[list[str]]) -> list[list[str]]:
    many = max(len(left), len(right))
    rows = ([*table, *[[""] * len(table[0])] * (many - len(table))] for table in (left, right))
    return [[*one, "", *other] for one, other in zip(*rows)]


@pytest.mark.parametrize(
    "rows",
    [
        _side_by_side([NAMES, *PIPES], OTHER),
        _side_by_side(OTHER, [NAMES, *PIPES]),
        [["附表"], *OTHER, NOTHING, ["给水管线明细"], NAMES, *PIPES],
    ],
    ids=["right", "left", "above"],
)
def test_the_largest_table_is_read_alone(tmp_path: Path, rows: list[list[str]]) -> None:
    columns, found, remark = _read(tmp_path, rows)
    assert (columns, found) == (NAMES, PIPES)
    assert "another table" in remark and "数量" in remark


WIDE = [
    OTHER,
    [["阀门", "口径", "位置", "厂家", "数量"], *[["闸阀"] * 5] * 3],
    [
        ["道路", "小计", "指标1", "指标2", "排名", "负责人", "审核"],
        *[["人民路", "3", "4", "5", "1", "张", "李"]] * 3,
    ],
]


@pytest.mark.parametrize("wide", WIDE)
@pytest.mark.parametrize("title", [[], [["附：统计"]]])
def test_a_table_below_is_left_out(tmp_path: Path, wide: list[list[str]], title: list[list[str]]) -> None:
    columns, found, _remark = _read(tmp_path, [NAMES, *PIPES, NOTHING, *title, *wide])
    assert (columns[:5], [row[:5] for row in found]) == (NAMES, PIPES)


def test_the_next_page_of_a_table_is_read(tmp_path: Path) -> None:
    pages = [NAMES, *PIPES[:4], NOTHING, ["给水管线明细（续）"], NAMES, *PIPES[4:]]
    assert _read(tmp_path, pages)[:2] == (NAMES, PIPES)


def test_an_empty_column_parts_no_table(tmp_path: Path) -> None:
    rows = [[*row[:3], "", *row[3:]] for row in (NAMES, *PIPES)]
    columns, _found, remark = _read(tmp_path, rows)
    assert [one for one in columns if one in NAMES] == NAMES
    assert remark == ""


@pytest.mark.parametrize(("sheet", "is_read"), [("填表说明", True), ("代码表", True), ("汇总", False)])
def test_a_sheet_that_explains_is_no_choice(tmp_path: Path, sheet: str, is_read: bool) -> None:
    path = tmp_path / "给水管线.xlsx"
    path.write_bytes(plain_workbook({"Sheet1": [NAMES, *PIPES], sheet: [["项", "值"], ["管材", "球墨"]]}))
    if not is_read:
        with pytest.raises(InputError, match="several layers"):
            foreign.find_header(str(path))
        return
    read = foreign.read_rows(str(path), header=foreign.find_header(str(path)))
    assert list(read.frame.columns) == NAMES


def test_empty_rows_between_are_no_rows(tmp_path: Path) -> None:
    rows = [NAMES, *PIPES[:4], [""] * 5, *PIPES[4:]]
    assert _read(tmp_path, rows)[:2] == (NAMES, PIPES)


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u00ad"])
def test_signs_that_nobody_sees_are_none(tmp_path: Path, sign: str) -> None:
    rows = [[cell + sign for cell in row] for row in (NAMES, *PIPES)]
    assert _read(tmp_path, rows)[:2] == (NAMES, PIPES)
