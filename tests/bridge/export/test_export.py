"""Exporting: what is in the file, what a format can't hold and says so, what is never replaced."""

from __future__ import annotations

import csv
import datetime
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from osgeo import gdal, ogr
from support.slow_cases import a_few_quick
from support.windows_files import as_on_windows

from waternet_plugin import store
from waternet_plugin.bridge.export import content, export_files, file_values, headers, spreadsheets
from waternet_plugin.bridge.export.losses import Losses
from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.files.formulas import guarded
from waternet_plugin.core.files.spreadsheet_file import Column, Sheet, time_column, write_workbook
from waternet_plugin.core.files.workbook_parts import DAY
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import all_tables, table
from waternet_plugin.core.workbooks.workbook import read_workbook

CHINESE = export_files.FormatOptions("zh_CN", "zh_CN", "gbk")
pytestmark = pytest.mark.windows_files


def _line(x: float) -> shapely.LineString:
    return shapely.LineString([(500_000 + x, 2_500_000, 1.5), (500_100 + x, 2_500_000, 2.5)])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a network whose texts are hard to export."""
    path = tmp_path_factory.mktemp("出口") / "城区.gpkg"
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": ["0012", "=1+1", "P3"],
            "system": ["potable", "sewage", "storm"],
            "status": ["in_use", "in_use", "planned"],
            "material": ["ductile_iron", None, "pe"],
            "diameter_mm": [200.0, np.nan, 110.5],
            "install_year": [1998.0, np.nan, 2020.0],
            "retired_on": pd.to_datetime(["2020-02-29", None, None]),
            "street": ["人民路", '@"路", 1', "😀路"],
            "note": ["管" * 200, None, "a"],
            "geom": [_line(0), _line(10), _line(20)],
        },
        geometry="geom",
        crs="EPSG:4547",
    )
    failures = gpd.GeoDataFrame(
        {
            "failure_id": ["F1", "F2"],
            "date": pd.to_datetime(["2021-03-04", None]),
            "geom": [shapely.Point(500_001, 2_500_002), None],
        },
        geometry="geom",
        crs="EPSG:4547",
    )
    with store.create_network(path, "EPSG:4547") as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("failure", failures)
    return path


def _export(town: Path, name: str, folder: Path, choice: export_files.FormatOptions | None = None, **options):
    with store.open_network(town) as network:
        tables = options.pop("tables", [name])
        return export_files.export_tables(
            network, tables, folder, choice=choice or export_files.FormatOptions(), **options
        )


def _rows(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def _features(path: Path, layer: str = "") -> list[dict]:
    source = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    found = source.GetLayerByName(layer) if layer else source.GetLayer(0)
    rows = [feature.items() | {"wkt": _wkt(feature)} for feature in found]
    found = source = None
    return rows


def _wkt(feature) -> str | None:
    shape = feature.GetGeometryRef()
    return None if shape is None else shape.ExportToIsoWkt()


def test_csv_keeps_ids_dates_and_unknowns(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.csv")
    rows = _rows(tmp_path / "out.csv", "utf-8-sig")
    assert done.rows == {"pipe": 3} and len(rows) == 3
    assert rows[0]["pipe_id"] == "0012"
    assert (rows[0]["install_year"], rows[0]["retired_on"]) == ("1998", "2020-02-29")
    assert (rows[1]["material"], rows[1]["diameter_mm"], rows[1]["install_year"]) == ("", "", "")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_csv_read_by_gdal_keeps_leading_zeros(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.csv")
    assert _features(tmp_path / "out.csv")[0]["pipe_id"] == "0012"


def test_formulas_are_guarded_and_counted(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.csv")
    row = _rows(tmp_path / "out.csv", "utf-8-sig")[1]
    assert (row["pipe_id"], row["street"]) == ("'=1+1", '\'@"路", 1')
    assert any("2 texts that a spreadsheet" in note for note in done.notes)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *[
            ("=A1", "'=A1"),
            ("+cmd", "'+cmd"),
            ("-x", "'-x"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("＝A1", "'＝A1"),
        ],
        *[("-12.5", "-12.5"), ("a=b", "a=b"), ("", ""), ("0012", "0012")],
    ],
)
def test_what_a_spreadsheet_would_run(text: str, wanted: str) -> None:
    assert guarded(text) == wanted


def test_csv_in_gbk_says_which_texts_it_could_not_hold(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.csv", CHINESE)
    rows = _rows(tmp_path / "out.csv", "gbk")
    assert rows[0]["管材"] == "球墨铸铁" and rows[0]["道路名称"] == "人民路"
    assert rows[2]["道路名称"] == "?路"
    assert any("GBK" in note and note.startswith("1 ") for note in done.notes)


@pytest.mark.slow
def test_points_become_x_and_y_and_other_shapes_are_named(town: Path, tmp_path: Path) -> None:
    done = _export(town, "failure", tmp_path / "out.csv", tables=["pipe", "failure"])
    rows = _rows(tmp_path / "out_failure.csv", "utf-8-sig")
    assert (rows[0]["x"], rows[0]["y"]) == ("500001.0", "2500002.0")
    assert (rows[1]["x"], rows[1]["y"]) == ("", "")
    assert done.notes[0].startswith("The geometries of Pipes are not in the file")
    assert done.files == 2 and done.paths[0].name == "out_pipe.csv"


def test_geopackage_holds_everything_as_it_is(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.gpkg")
    rows = _features(tmp_path / "out.gpkg", "pipe")
    assert [row["pipe_id"] for row in rows] == ["0012", "=1+1", "P3"]
    assert rows[0]["note"] == "管" * 200 and rows[2]["street"] == "😀路"
    assert rows[0]["retired_on"] == "2020/02/29"
    assert rows[0]["wkt"] == "LINESTRING Z (500000 2500000 1.5,500100 2500000 2.5)"
    assert done.notes == ()


def test_geopackage_headers_and_labels_in_chinese(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.gpkg", CHINESE)
    row = _features(tmp_path / "out.gpkg", "管段")[0]
    assert (row["管段编号"], row["系统"], row["公称直径 (mm)"]) == ("0012", "给水", 200.0)


def test_shapefile_is_in_gbk_inside_qgis_too(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "管段.shp", CHINESE)
    raw = (tmp_path / "管段.dbf").read_bytes()
    assert "球墨铸铁".encode("gbk") in raw and "管段编号".encode("gbk") in raw
    assert "球墨铸铁".encode() not in raw
    assert (tmp_path / "管段.cpg").read_text() == "GBK"
    assert done.rows == {"pipe": 3} and done.files == 1


def test_writing_a_shapefile_leaves_gdal_as_it_was(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.shp", CHINESE)
    assert gdal.GetConfigOption("SHAPE_ENCODING") == ""


def test_shapefile_counts_what_it_shortens(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.shp", CHINESE)
    note = gpd.read_file(tmp_path / "out.shp", encoding="gbk")["备注"]
    # 254 bytes are 127 Chinese characters.
    assert note[0] == "管" * 127
    assert any(note.startswith("1 text had to be cut") for note in done.notes)
    assert any("written as text" in note for note in done.notes)


def test_shapefile_keeps_numbers_dates_heights_and_the_crs(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.shp")
    rows = gpd.read_file(tmp_path / "out.shp")
    assert rows["pipe_id"].tolist() == ["0012", "=1+1", "P3"]
    assert rows["diametr_mm"][0] == 200.0 and rows["diametr_mm"][2] == 110.5
    assert pd.to_datetime(rows["retired_on"][0]).date() == datetime.date(2020, 2, 29)
    assert rows.geometry[0].wkt == "LINESTRING Z (500000 2500000 1.5, 500100 2500000 2.5)"
    assert rows.crs.to_epsg(min_confidence=20) == 4547


def test_shapefile_has_a_legend_of_its_names(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.shp")
    legend = (tmp_path / "out_fields.txt").read_text(encoding="utf-8-sig")
    assert "diametr_mm  diameter_mm       Nominal diameter [mm]" in legend
    assert "ductile_iron = Ductile iron" in legend


@pytest.mark.parametrize("language", headers.HEADERS)
@pytest.mark.parametrize("name", all_tables())
def test_short_names_fit_and_differ(name: str, language: str) -> None:
    names = headers.short_names(table(name).fields, language, "gbk")
    assert len({short.casefold() for short in names}) == len(names)
    assert all(0 < len(short.encode("gbk")) <= 10 for short in names)


@pytest.mark.parametrize("language", headers.HEADERS)
@pytest.mark.parametrize("name", all_tables())
def test_headers_differ(name: str, language: str) -> None:
    names = headers.headers_of(table(name).fields, language, taken=("fid", "geom"))
    assert len({each.casefold() for each in (*names, "fid", "geom")}) == len(names) + 2


def test_xlsx_has_a_sheet_a_table_and_texts_stay_texts(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.xlsx", tables=["pipe", "failure"])
    rows = _features(tmp_path / "out.xlsx", "pipe")
    # A cell of a workbook says that it is a text: nothing needs a mark there.
    assert [row["pipe_id"] for row in rows] == ["0012", "=1+1", "P3"]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        assert b"<f" not in book.read("xl/worksheets/sheet1.xml").replace(b"<font", b"")
    assert rows[0]["diameter_mm"] == 200.0 and rows[0]["retired_on"] == "2020/02/29"
    assert len(_features(tmp_path / "out.xlsx", "failure")) == 2
    assert done.rows == {"pipe": 3, "failure": 2}


def test_days_moments_and_numbers_of_xlsx_stay_what_they_are(town: Path, tmp_path: Path) -> None:
    choice = export_files.FormatOptions("zh_CN", "zh_CN")
    _export(town, "", tmp_path / "表.xlsx", choice, tables=["pipe", "failure", "batch"])
    sheets = {sheet.name: sheet for sheet in read_workbook((tmp_path / "表.xlsx").read_bytes(), "表.xlsx")}
    assert list(sheets) == [table(name).label_zh for name in ("pipe", "failure", "batch")]
    pipe = {column[0]: column[1:].tolist() for column in sheets["管段"].columns}
    assert pipe["公称直径 (mm)"] == ["200", None, "110.5"]
    assert pipe[table("pipe").field("install_year").label_zh] == ["1998", None, "2020"]
    assert pipe[table("pipe").field("retired_on").label_zh] == ["2020-02-29", None, None]
    assert pipe[table("pipe").field("material").label_zh] == ["球墨铸铁", None, "聚乙烯"]
    label = table("batch").field("at").label_zh
    batch = {column[0]: column[1:].tolist() for column in sheets[table("batch").label_zh].columns}
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", batch[label][0])
    source = ogr.Open(str(tmp_path / "表.xlsx"))
    layer = source.GetLayerByName(table("batch").label_zh).GetLayerDefn()
    assert layer.GetFieldDefn(layer.GetFieldIndex(label)).GetType() == ogr.OFTDateTime


def test_days_before_march_1900_are_texts_of_a_workbook(tmp_path: Path) -> None:
    days = np.array(["1888-05-01", "NaT", "1900-02-28", "1900-03-01"], dtype="datetime64[ns]")
    number = Column("n", np.arange(4.0))
    write_workbook(tmp_path / "old.xlsx", [Sheet("old", (time_column("day", days, DAY), number))])
    (sheet,) = read_workbook((tmp_path / "old.xlsx").read_bytes(), "old.xlsx")
    assert sheet.columns[0][1:].tolist() == ["1888-05-01", None, "1900-02-28", "1900-03-01"]


def test_lists_and_tables_have_one_writer(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "table.xlsx")
    spreadsheets.write_sheets(tmp_path / "list.xlsx", [("清单", ("Street",), [("人民路",)])])
    styles = [zipfile.ZipFile(tmp_path / name).read("xl/styles.xml") for name in ("table.xlsx", "list.xlsx")]
    assert styles[0] == styles[1]


def test_control_characters_leave_xlsx_and_are_counted() -> None:
    losses = Losses()
    assert file_values.TextRules(losses, xml=True).fitting("a\x0bb") == "ab"
    assert losses.count("controls") == 1


def test_only_chosen_rows_and_the_missing_ones_are_counted(town: Path, tmp_path: Path) -> None:
    done = _export(town, "pipe", tmp_path / "out.gpkg", ids=["P3", "gone"])
    assert [row["pipe_id"] for row in _features(tmp_path / "out.gpkg")] == ["P3"]
    assert done.notes == ("1 selected id is not in the table.",)


@pytest.mark.slow
def test_a_theme_is_its_pipes_and_what_is_shown_beside(town: Path, tmp_path: Path) -> None:
    tables = content.tables_of_theme("health")
    assert tables == ("pipe_health", "node", "compound", "failure")
    done = _export(town, "", tmp_path / "out.gpkg", tables=tables)
    # Tables without rows are left out.
    assert done.rows == {"pipe_health": 3, "failure": 2}
    assert "class" in _features(tmp_path / "out.gpkg", "pipe_health")[0]


def test_a_table_without_shapes_becomes_a_dbf(town: Path, tmp_path: Path) -> None:
    done = _export(town, "batch", tmp_path / "out.shp")
    assert done.paths[0].suffix == ".dbf" and not (tmp_path / "out.shp").exists()
    assert _features(tmp_path / "out.dbf")[0]["batch_id"] == "B0001"


def test_an_empty_table_is_no_file(town: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to export"):
        _export(town, "zone", tmp_path / "out.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_the_old_file(town: Path, tmp_path: Path) -> None:
    old = tmp_path / "out.csv"
    old.write_text("old")
    with pytest.raises(CancelledError):
        _export(town, "pipe", old, progress=Progress(lambda fraction, _text: fraction < 0.2))
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert old.read_text() == "old"


def test_a_network_is_never_replaced(town: Path) -> None:
    before = town.read_bytes()
    with pytest.raises(InputError, match="never replaced"):
        _export(town, "pipe", town)
    assert town.read_bytes() == before


def test_a_geopackage_in_use_is_not_replaced(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.gpkg")
    (tmp_path / "out.gpkg-wal").write_bytes(b"")
    with pytest.raises(InputError, match="open in another program"):
        _export(town, "pipe", tmp_path / "out.gpkg")


@pytest.mark.slow
def test_an_older_shapefile_leaves_no_index_behind(town: Path, tmp_path: Path) -> None:
    _export(town, "pipe", tmp_path / "out.shp")
    (tmp_path / "out.qix").write_bytes(b"stale")
    _export(town, "pipe", tmp_path / "out.shp", ids=["P3"])
    assert not (tmp_path / "out.qix").exists()
    assert len(_features(tmp_path / "out.shp")) == 1


@pytest.mark.parametrize("name", a_few_quick(["out.doc", "out", "missing/out.csv"], 1))
def test_what_can_not_be_written_is_refused(town: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        _export(town, "pipe", tmp_path / name)


@pytest.mark.parametrize("raises", a_few_quick([True, False], 1))
def test_gdal_that_raises_or_not_writes_the_same(town: Path, tmp_path: Path, raises: bool) -> None:
    before = ogr.GetUseExceptions()
    (ogr.UseExceptions if raises else ogr.DontUseExceptions)()
    try:
        _export(town, "pipe", tmp_path / "out.gpkg")
        assert bool(ogr.GetUseExceptions()) == raises
    finally:
        (ogr.UseExceptions if before else ogr.DontUseExceptions)()
    assert len(_features(tmp_path / "out.gpkg")) == 3


@pytest.mark.slow
@pytest.mark.parametrize("taken", a_few_quick(["t_pipe.dbf", "t_failure.shp", "t_failure_fields.txt"]))
@pytest.mark.parametrize("suffix", [".shp"])
def test_a_set_of_shapefiles_is_replaced_whole_or_not_at_all(
    town: Path, tmp_path: Path, taken: str, suffix: str
) -> None:
    output = tmp_path / f"t{suffix}"
    with store.open_network(town) as network:
        export_files.export_tables(network, ["pipe", "failure"], output)
        (tmp_path / "t_pipe.qix").write_bytes(b"an index of the old shapes")
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        with as_on_windows(), (tmp_path / taken).open("rb"), pytest.raises(StoreError, match=taken):
            export_files.export_tables(network, ["pipe", "failure"], output, choice=CHINESE)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        export_files.export_tables(network, ["pipe", "failure"], output, choice=CHINESE)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(after) == set(before) - {"t_pipe.qix"}
    assert after[taken] != before[taken] or taken.endswith(".shp")


@pytest.mark.slow
def test_another_spelling_of_the_ending_replaces_no_network(town: Path, tmp_path: Path) -> None:
    network_there = tmp_path / "out.gpkg"
    with store.create_network(network_there, "EPSG:4547"):
        pass
    before = network_there.read_bytes()
    with pytest.raises(InputError, match="is never replaced"):
        _export(town, "pipe", tmp_path / "out.GPKG")
    assert network_there.read_bytes() == before
