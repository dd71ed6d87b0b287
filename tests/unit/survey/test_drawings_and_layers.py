"""What only GDAL opens: drawings with blocks and extended data, field GeoPackages; old workbooks beside."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.fuzzed_surveys import fault_of
from support.old_workbook import old_workbook
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.file_facts import file_facts
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.typed.typed_file import file_checks, typed_file
from waternet_plugin.operations.survey.survey_files import read_survey_files
from waternet_plugin.store.foreign import foreign, foreign_descriptions

ogr = pytest.importorskip("osgeo.ogr")


def read(path: Path) -> SurveyFile:
    """Return what a file is read as."""
    result = read_survey_files(str(path))
    if result.unreadable:
        raise InputError(result.unreadable[0].message)
    return result.files[0]


def drawing(level: str = "4.952", version: str = "AC1015") -> str:
    """Return a drawing of CASS: a block with its number, a line with extended data, a label."""
    pairs = f"""0 SECTION|2 HEADER|9 $ACADVER|1 {version}|9 $DWGCODEPAGE|3 ANSI_936|0 ENDSEC|0 SECTION
|2 BLOCKS|0 BLOCK|8 0|2 阀门|70 2|10 0|20 0|30 0|3 阀门|0 CIRCLE|8 0|10 0|20 0|30 0|40 1|0 ENDBLK|8 0|0 ENDSEC
|0 SECTION|2 ENTITIES
|0 INSERT|5 A1|8 JSP|66 1|2 阀门|10 408261.305|20 2815193.253|30 {level}
|0 ATTRIB|5 A2|8 JSP|10 1|20 1|30 0|40 1
|1 球1|2 点号|70 0|0 SEQEND|8 JSP|0 INSERT|5 A3|8 JSP|2 阀门|10 1|20 2|30 {level}
|0 LWPOLYLINE|5 A4|8 给水L|90 2|70 0
|38 {level}|10 408261.305|20 2815193.253|10 408271.305|20 2815203.253|1001 SOUTH|1000 管材=球墨铸铁|1000 DN300
|0 TEXT|5 A5|8 JST|10 1|20 1|30 0|40 1|1 文本|0 ENDSEC|0 EOF"""
    cells = pairs.replace("\n", "").split("|")
    return "".join(f"{code}\n{value}\n" for code, _blank, value in (cell.partition(" ") for cell in cells))


@pytest.mark.parametrize(
    ("codec", "version"),
    [("gb18030", "AC1015"), ("utf-8", "AC1021"), ("utf-8", "AC1015"), ("gb18030", "AC1021")],
)
def test_a_drawing_keeps_blocks_attributes_and_extended_data(tmp_path: Path, codec: str, version: str):
    (tmp_path / "a.dxf").write_bytes(drawing(version=version).encode(codec))
    file = read(tmp_path / "a.dxf")
    assert (file.format, file.encoding) == ("dxf_cass", codec)
    assert file.points[["point_no", "x", "y", "h", "code"]].to_numpy().tolist() == [
        ["球1", "408261.305", "2815193.253", "4.952", "阀门"]
    ]
    assert file.lines["material"].tolist() == ["球墨铸铁"]
    assert file.lines["vertices"][0].tolist()[1] == [408271.305, 2815203.253, 4.952]
    assert file.rows[["sheet", "record", "skipped"]].to_numpy(dtype=object).tolist() == [
        ["JSP", "point", None],
        ["JSP", "other", "comment"],
        ["给水L", "line", None],
        ["JST", "other", "comment"],
    ]
    assert file.declared["axes"].value == "x_east"


def test_the_name_of_a_block_is_a_code_only_where_it_is_known(tmp_path: Path):
    (tmp_path / "a.dxf").write_bytes(drawing().replace("阀门", "GC").encode("gb18030"))
    file = read(tmp_path / "a.dxf")
    assert file.points["code"].tolist() == [None]
    typed = typed_file(file, datetime.date(2026, 11, 22), Settings())
    assert typed.points[["kind", "system"]].to_numpy().tolist() == [["junction", "potable"]]
    assert "unknown_code" not in {one.rule for one in typed.findings}


def test_a_layer_gives_its_system_to_no_other_layer(tmp_path: Path):
    (tmp_path / "a.dxf").write_bytes(drawing().replace("给水L", "图框").encode("gb18030"))
    typed = typed_file(read(tmp_path / "a.dxf"), datetime.date(2026, 11, 22), Settings())
    assert typed.points["system"].tolist() == ["potable"]
    assert typed.lines["system"].tolist() == [None]
    assert "system_unknown" in {one.rule for one in typed.findings}


def test_a_flat_drawing_has_no_levels(tmp_path: Path):
    (tmp_path / "a.dxf").write_bytes(drawing("0").encode("gb18030"))
    file = read(tmp_path / "a.dxf")
    assert file.points["h"].tolist() == [None]
    assert np.isnan(file.lines["vertices"][0][:, 2]).all()


@pytest.mark.parametrize("place", ["1e12", "-1e300", "1e9999"])
def test_a_line_drawn_beyond_any_coordinate_is_an_error_of_its_row(tmp_path: Path, place: str):
    text = drawing().replace("408271.305", place)
    (tmp_path / "a.dxf").write_bytes(text.encode("gb18030"))
    typed = typed_file(read(tmp_path / "a.dxf"), datetime.date(2026, 1, 1), Settings())
    assert typed.lines["vertices"].tolist() == [None]
    assert [one.rule for one in typed.findings] == ["number_too_large"]


@pytest.mark.parametrize(
    "raw", [b"0\nSECTION\n2\nENT", b"AutoCAD Binary DXF\r\n", b"\x00\x01\x02", b"999\nx\n"]
)
def test_a_damaged_drawing_is_refused(tmp_path: Path, raw: bytes):
    (tmp_path / "a.dxf").write_bytes(raw)
    with pytest.raises(InputError, match=r"a\.dxf"):
        read(tmp_path / "a.dxf")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n"])
def test_a_drawing_may_end_its_lines_as_any_system_does(tmp_path: Path, end: str):
    (tmp_path / "a.dxf").write_bytes(drawing().replace("\n", end).encode("gb18030"))
    assert read(tmp_path / "a.dxf").points["point_no"].tolist() == ["球1"]


# Fuzz of dxf, 6145: of a drawing cut between the two signs of a line end GDAL never came to the end.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\r\r\r"])
def test_a_cut_drawing_is_refused_by_all_that_open_drawings(tmp_path: Path, end: str):
    path = tmp_path / "a.dxf"
    for lost in ("408271.305", "0\nENDSEC", "0\nEOF"):
        path.write_bytes((drawing().rpartition(lost)[0] + "1" + end).encode("gb18030"))
        for reading in (read, foreign.read_foreign, foreign_descriptions.read_layers):
            with pytest.raises(InputError, match=r"a\.dxf can't be read: it is damaged"):
                reading(path)


@pytest.mark.parametrize("rest", a_few_quick(["", "\n", "\r\n", "\r\n\x1a", "\n\n", "\n\0\0"], 1))
def test_a_whole_drawing_may_have_anything_empty_behind_it(tmp_path: Path, rest: str):
    (tmp_path / "a.dxf").write_bytes((drawing().rstrip() + rest).encode("gb18030"))
    assert read(tmp_path / "a.dxf").points["point_no"].tolist() == ["球1"]
    assert len(foreign_descriptions.read_layers(tmp_path / "a.dxf"))


def test_points_without_a_place_do_not_lend_their_heights_to_drawn_lines(tmp_path: Path):
    # Fuzz of dxf, 3610: fewer points than vertices.
    text = drawing().replace("10\n408261.305\n20\n2815193.253\n30", "10\n408261.305\n20\n1e999\n30")
    (tmp_path / "a.dxf").write_bytes(text.encode("gb18030"))
    assert fault_of(tmp_path / "a.dxf") == ("", None)
    facts = file_facts(typed_file(read(tmp_path / "a.dxf"), datetime.date(2026, 1, 1), Settings()))
    assert np.isfinite(facts.first).all()
    assert len(facts.first) == 2
    assert len(facts.height) == len(facts.ground) == 0


def _layers(path: Path) -> None:
    from osgeo import osr

    target = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(4547)
    layer = target.CreateLayer("JS_pt", crs, ogr.wkbPoint25D)
    for name in ("point_no", "appurtenance", "photo"):
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in (("point_no", "0012"), ("appurtenance", "阀门"), ("photo", "DCIM/JS1.jpg")):
        feature.SetField(name, value)
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT Z (408261.305 2815193.253 4.952)"))
    layer.CreateFeature(feature)
    layer = target = None


def test_a_field_geopackage_gives_its_points_with_their_photos(tmp_path: Path):
    _layers(tmp_path / "a.gpkg")
    file = read(tmp_path / "a.gpkg")
    assert file.format == "field_gpkg"
    assert file.points[["point_no", "x", "y", "h", "appurtenance", "photo"]].to_numpy().tolist() == [
        ["0012", "408261.305", "2815193.253", "4.952", "阀门", "DCIM/JS1.jpg"]
    ]
    assert (file.declared["axes"].value, file.declared["crs"].value) == ("x_east", "4547")
    assert file.sha256 == read(tmp_path / "a.gpkg").sha256


def test_what_is_only_in_the_log_beside_a_geopackage_is_read(tmp_path: Path):
    _layers(tmp_path / "a.gpkg")
    writer = sqlite3.connect(tmp_path / "a.gpkg")
    try:
        writer.execute("PRAGMA journal_mode=WAL")
        for function, values in (
            ("ST_IsEmpty", 1),
            ("ST_MinX", 1),
            ("ST_MaxX", 1),
            ("ST_MinY", 1),
            ("ST_MaxY", 1),
        ):
            writer.create_function(function, values, lambda _shape: 0)
        writer.execute("UPDATE JS_pt SET photo = 'DCIM/new.jpg'")
        writer.commit()
        assert (tmp_path / "a.gpkg-wal").stat().st_size > 0
        assert read(tmp_path / "a.gpkg").points["photo"].tolist() == ["DCIM/new.jpg"]
    finally:
        writer.close()


@pytest.mark.parametrize("rows", [1, 2, 30])
@pytest.mark.parametrize("raw", [b"J\xd2\xff23", "井".encode("gb18030")])
def test_texts_of_a_field_layer_that_are_not_utf_8_are_no_error(tmp_path: Path, raw: bytes, rows: int):
    # Fuzz of gpkg, 1567: a text that stands in many rows fails in another way.
    _layers(tmp_path / "a.gpkg")
    with contextlib.closing(sqlite3.connect(tmp_path / "a.gpkg")) as writer:
        for trigger in writer.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            writer.execute(f'DROP TRIGGER "{trigger[0]}"')
        writer.execute("UPDATE JS_pt SET point_no = CAST(? AS TEXT)", (raw,))
        copied = "INSERT INTO JS_pt (geom, point_no) SELECT geom, point_no FROM JS_pt WHERE fid = 1"
        for _row in range(rows - 1):
            writer.execute(copied)
        writer.commit()
    file = read(tmp_path / "a.gpkg")
    assert file.points["point_no"].tolist() == [raw.decode("gb18030", "replace")] * rows
    # What no encoding reads is told row by row, and stops the import.
    checks = file_checks(typed_file(file, datetime.date(2026, 1, 1), Settings()))
    lost = checks[checks["rule_id"] == "lost_characters"]
    assert (len(lost), set(lost["severity"])) == ((rows, {"error"}) if b"\xff" in raw else (0, set()))


def test_an_old_workbook_is_read_as_a_survey(tmp_path: Path):
    raw = old_workbook(
        [["point_no", "X", "Y", "H"], ["0012", 2815193.253, 408261.305, 4.0], ["JS2", 1.5, 2.5, 13.0]]
    )
    (tmp_path / "a.xls").write_bytes(raw)
    file = read(tmp_path / "a.xls")
    assert file.points[["point_no", "x", "y", "h"]].to_numpy().tolist() == [
        ["0012", "2815193.253", "408261.305", "4"],
        ["JS2", "1.5", "2.5", "13"],
    ]


_RW5 = "JB,NMJOB\nMO,AD0,UN1,SF1.0,EC0,EO0.0,AU0\nSP,PN1001,N 2815193.253,E 408261.305,EL4.952,--JS\n"


def test_a_field_book_names_the_package_that_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "totalopenstation", None)
    (tmp_path / "a.rw5").write_text(_RW5)
    with pytest.raises(InputError, match="totalopenstation"):
        read(tmp_path / "a.rw5")


def test_a_field_book_is_read_where_the_package_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class FormatParser:
        """As that package has it: east first, the unit among the properties."""

        def __init__(self, _data: str) -> None:
            place = types.SimpleNamespace(x=1000.0, y=2000.0, z=10.0)
            properties = {"point_name": "1001", "dist_unit": "feet", "attrib": ["JS"], "desc": "PT"}
            self.points: list[Any] = [types.SimpleNamespace(geometry=place, properties=properties, id=0)]

    module = types.ModuleType("totalopenstation.formats.carlson_rw5")
    module.FormatParser = FormatParser  # type: ignore[attr-defined]
    for name in ("totalopenstation", "totalopenstation.formats"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "totalopenstation.formats.carlson_rw5", module)
    (tmp_path / "a.rw5").write_text(_RW5)
    file = read(tmp_path / "a.rw5")
    assert file.format == "rw5"
    assert file.points[["point_no", "x", "y", "h", "code"]].to_numpy().tolist() == [
        ["1001", "609.6", "304.8", "3.048", "JS"]
    ]


@pytest.mark.parametrize(
    ("name", "raw", "advice"), [("a.dwg", b"AC1032", "DXF"), ("a.mdb", b"\0\1\0\0Standard Jet", "CSV")]
)
def test_what_nothing_reads_says_what_to_save_as(tmp_path: Path, name: str, raw: bytes, advice: str):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError, match=advice):
        read(tmp_path / name)
