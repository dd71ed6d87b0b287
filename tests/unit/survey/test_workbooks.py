"""Workbooks: every cell as it shows, merged and hidden ones known, wrong ones faults, bombs refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.workbook_files import (
    CHINESE_DAY,
    DAY,
    FOUR_DIGITS,
    MOMENT,
    Raw,
    plain_workbook,
    sheet_xml,
    workbook,
)

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.operations.survey.survey_files import read_survey_files


def cells(*values: Any, **options: Any) -> list[Any]:
    """Return the first row of a sheet with these cells."""
    (sheet,) = read_workbook(plain_workbook({"a": [values]}, **options), "a.xlsx")
    return [column[0] for column in sheet.columns]


def _day(serial: float, style: int = DAY) -> Raw:
    return Raw(f'<c r="{{r}}" s="{style}"><v>{serial}</v></c>')


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (13, "13"),
        (13.0, "13"),
        (4.952, "4.952"),
        (Raw('<c r="{r}"><v>4.9520000000000004</v></c>'), "4.952"),
        (Raw('<c r="{r}"><v>2815193.2530000001</v></c>'), "2815193.253"),
        (Raw('<c r="{r}"><v>1E5</v></c>'), "100000"),
        (Raw('<c r="{r}"><v>1.0000000000000001E-5</v></c>'), "0.00001"),
        ("0012", "0012"),
        ("1E5", "1E5"),
        ("2500005.5 ", "2500005.5"),
        (True, "TRUE"),
        (Raw('<c r="{r}" t="str"><f>A1</f><v>JS1</v></c>'), "JS1"),
        (Raw('<c r="{r}"><f>1+1</f><v>2</v></c>'), "2"),
        (Raw(f'<c r="{{r}}" s="{FOUR_DIGITS}"><v>12</v></c>'), "0012"),
        (_day(45889), "2025-08-20"),
        (_day(45889.5, MOMENT), "2025-08-20 12:00:00"),
        (_day(45889, CHINESE_DAY), "2025-08-20"),
        (_day(1), "1900-01-01"),
        (_day(59), "1900-02-28"),
        (_day(60), "1900-02-29"),
        (_day(61), "1900-03-01"),
        (_day(0.4375, MOMENT), "10:30:00"),
        (Raw('<c r="{r}" t="inlineStr"><is><r><t>JS</t></r><r><t>1</t></r></is></c>'), "JS1"),
        (Raw('<c r="{r}" t="inlineStr"><is><t>a_x000D_b</t></is></c>'), "a\rb"),
    ],
)
def test_a_cell_is_the_text_that_it_shows(value: Any, shown: str):
    assert cells(value) == [shown]


def test_days_count_from_1904_where_the_workbook_says_so():
    assert cells(_day(0), _day(44427), is_1904=True) == ["1904-01-01", "2025-08-20"]


def test_shared_texts_leave_out_how_they_are_spoken():
    shared = ["<si><t>管</t><rPh><t>guan</t></rPh></si>", "<si><r><t>J</t></r><r><t>S</t></r></si>"]
    raw = plain_workbook(
        {"a": [[Raw('<c r="{r}" t="s"><v>0</v></c>'), Raw('<c r="{r}" t="s"><v>1</v></c>')]]}, shared=shared
    )
    assert [column[0] for column in read_workbook(raw, "a.xlsx")[0].columns] == ["管", "JS"]


def test_wrong_cells_are_faults_with_their_place():
    rows = {
        2: ["JS1", Raw('<c r="{r}" t="e"><v>#N/A</v></c>'), Raw('<c r="{r}"><f>B1*2</f></c>')],
        3: [Raw('<c r="{r}" t="s"><v>7</v></c>')],
    }
    (sheet,) = read_workbook(workbook({"a": sheet_xml(rows)}), "a.xlsx")
    assert sheet.faults == ((2, 2, "#N/A"), (2, 3, "=B1*2"), (3, 1, "7"))


def _file(folder: Path, raw: bytes, name: str = "a.xlsx") -> Any:
    (folder / name).write_bytes(raw)
    result = read_survey_files(str(folder / name))
    if result.unreadable:
        raise InputError(result.unreadable[0].message)
    return result.files[0]


_HEADING = ["物探点号", "X", "Y", "地面高程", "特征", "附属物"]
_LINES = ["起点点号", "终点点号", "材质", "管径"]


def test_all_sheets_are_read_and_notes_among_them_ignored(tmp_path: Path):
    raw = plain_workbook(
        {
            "说明": [["本成果由测量队提交"], ["联系人：张三"]],
            "JSPoint": [
                ["给水管点成果表"],
                [],
                _HEADING,
                ["JS1", 2815193.253, 408261.305, 4.95, "三通", None],
            ],
            "JSLine": [_LINES, ["JS1", "JS2", "球墨铸铁", 300]],
        }
    )
    file = _file(tmp_path, raw)
    assert file.format == "cjj61_tables"
    assert file.points["point_no"].tolist() == ["JS1"]
    assert file.lines[["start_no", "end_no", "size"]].to_numpy().tolist() == [["JS1", "JS2", "300"]]
    found = file.rows[["sheet", "row_no", "record", "skipped"]].to_numpy(dtype=object).tolist()
    assert found == [
        ["说明", 1, "other", "comment"],
        ["说明", 2, "other", "comment"],
        ["JSPoint", 1, "other", "title"],
        ["JSPoint", 3, "other", "heading"],
        ["JSPoint", 4, "point", None],
        ["JSLine", 1, "other", "heading"],
        ["JSLine", 2, "line", None],
    ]
    assert file.points["row"].tolist() == [4]
    assert file.lines["row"].tolist() == [6]


def test_merged_cells_count_for_all_their_rows_and_hidden_ones_are_told(tmp_path: Path):
    rows = {
        1: ["物探点号", "连接点号", "坐标", None, "管径"],
        2: ["", None, "X", "Y", None],
        3: ["JS1", "JS2", 2815193.253, 408261.305, 300],
        4: [None, "JS3", None, None, 200],
    }
    rows[2] = [None, None, "X", "Y", None]
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:E2", "A3:A4", "C3:C4", "D3:D4"]
    raw = workbook({"总表": sheet_xml(rows, merged=merged, hidden_rows=[4], hidden_columns=[5])})
    file = _file(tmp_path, raw)
    assert file.points["point_no"].tolist() == ["JS1", "JS1"]
    assert file.lines[["start_no", "end_no", "size"]].to_numpy().tolist() == [
        ["JS1", "JS2", "300"],
        ["JS1", "JS3", "200"],
    ]
    assert file.rows["skipped"].tolist() == ["heading", "heading", None, None]
    assert {rule for rule, _sheet, _row, _text in file.remarks} == {"hidden_rows", "merged_cells"}


def test_a_row_of_nothing_but_a_wrong_cell_stays_in_the_ledger(tmp_path: Path):
    wrong = Raw('<c r="{r}" t="e"><v>#REF!</v></c>')
    raw = plain_workbook({"a": [_HEADING, ["JS1", 1.5, 2.5, 3.5, "三通"], [wrong]]})
    file = _file(tmp_path, raw)
    assert file.rows["row_no"].tolist() == [1, 2, 3]
    assert file.faults[0][1].text == "#REF!"
    assert (file.faults[0][1].row_no, file.faults[0][1].column) == (3, "A")


@pytest.mark.slow
def test_a_bomb_a_password_and_a_document_type_are_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b" " * (30 * 1024 * 1024))
    with pytest.raises(InputError, match="30 MB when unpacked"):
        read_workbook(packed.getvalue(), "a.xlsx")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as file:
        for number in range(10_001):
            file.writestr(f"{number}", b"")
    with pytest.raises(InputError, match="unpacked"):
        read_workbook(many.getvalue(), "a.xlsx")
    doctype = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><worksheet><sheetData/></worksheet>'
    with pytest.raises(InputError, match="document type"):
        read_workbook(workbook({"a": doctype}), "a.xlsx")
    with pytest.raises(InputError, match="damaged"):
        read_workbook(b"PK\x03\x04 not a zip", "a.xlsx")


def test_a_sheet_that_names_cells_far_away_does_not_fill_the_memory():
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 5001))
    raw = workbook({"a": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})
    with pytest.raises(InputError, match="too many cells"):
        read_workbook(raw, "a.xlsx")
