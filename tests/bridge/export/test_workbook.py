"""Workbooks of lists are pleasant to read, by one writer, and hold what they were given."""

from __future__ import annotations

import datetime
import xml.dom.minidom
import zipfile
from pathlib import Path

import pytest
from osgeo import ogr

from waternet_plugin.bridge.export import spreadsheets
from waternet_plugin.core.files.result_mark import is_result
from waternet_plugin.core.files.spreadsheet_file import text_width
from waternet_plugin.core.workbooks.workbook import read_workbook

pytestmark = pytest.mark.windows_files


@pytest.fixture
def book(qgis_app: object, tmp_path: Path) -> Path:
    """A workbook of two sheets, one of them empty."""
    path = tmp_path / "清单.xlsx"
    rows = [("人民路", 2027, 1234567.5, 12), ("环城东路", 2028, 10.25, 3)]
    spreadsheets.write_sheets(
        path, [("改造项目", ("Street", "Year", "Cost", "Pipes"), rows), ("Empty", ("Nothing",), [])]
    )
    return path


def test_cells_stay_what_they_are(book: Path) -> None:
    source = ogr.Open(str(book))
    layer = source.GetLayerByName("改造项目")
    feature = next(iter(layer))
    assert [feature.GetField(place) for place in range(4)] == ["人民路", 2027, 1234567.5, 12]


def test_every_part_is_sound_xml(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            xml.dom.minidom.parseString(parts.read(name))


def test_headings_stay_and_amounts_have_thousands(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet and '<autoFilter ref="A1:D3"/>' in sheet
    # A heading, an amount; a year and a count are none.
    assert '<c r="A1" s="2"' in sheet
    assert '<c r="C2" s="10"><v>1234567.5</v>' in sheet
    assert '<c r="B2" s="0"><v>2027</v>' in sheet and '<c r="D2" s="0"><v>12</v>' in sheet
    assert is_result(book)


def test_a_printed_sheet_says_its_name_and_page_and_repeats_its_headings(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        listed = xml.dom.minidom.parseString(parts.read("xl/workbook.xml"))
    assert "<oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter>" in sheet
    names = listed.getElementsByTagName("definedName")
    assert [one.firstChild.data for one in names] == ["'改造项目'!$1:$1", "'Empty'!$1:$1"]


def test_names_that_are_alike_up_to_what_a_sheet_can_have_get_numbers(tmp_path: Path) -> None:
    path = tmp_path / "alike.xlsx"
    long = "Book of XQ-01 the compound at the lake: pipes by "
    names = [f"{long}system", f"{long}DIAMETER", "Sum", "sum", ":", "it's"]
    spreadsheets.write_sheets(path, [(name, ("A",), [(1,)]) for name in names])
    source = ogr.Open(str(path))
    found = [source.GetLayer(number).GetName() for number in range(len(names))]
    start = "Book of XQ-01 the compound at t"
    assert found == [start, f"{start[:-2]} 2", "Sum", "sum 2", "2", "it's"]
    assert source.GetLayer(5).GetFeatureCount() == 1


def test_any_name_and_any_value_can_be_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    rows = [(True, datetime.date(2026, 1, 2), 3, float("nan")), (None, None, "three", 20_000)]
    spreadsheets.write_sheets(path, [("a/b: [c] " * 9, ("yes", "day", "mixed", "large"), rows)])
    (sheet,) = read_workbook(path.read_bytes(), path.name)
    assert sheet.name == ("a b c " * 9)[:31]
    assert [column[1:].tolist() for column in sheet.columns] == [
        ["yes", None],
        ["2026-01-02", None],
        ["3", "three"],
        [None, "20000"],
    ]


def test_signs_of_chinese_are_two_wide() -> None:
    assert text_width("DN200 人民路") == 12
