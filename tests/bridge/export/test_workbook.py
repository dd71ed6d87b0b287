"""Workbooks are pleasant to read and still what GDAL wrote."""

from __future__ import annotations

import xml.dom.minidom
import zipfile
from pathlib import Path

import pytest
from osgeo import ogr

from waternet_plugin.bridge.export import spreadsheets, workbook

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
    assert '<c r="A1" s="6"' in sheet
    assert '<c r="C2" s="8"' in sheet
    # A year is no amount.
    assert '<c r="B2">' in sheet


def test_signs_of_chinese_are_two_wide() -> None:
    assert workbook.text_width("DN200 人民路") == 12
