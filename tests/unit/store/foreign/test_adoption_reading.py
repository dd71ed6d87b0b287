"""Foreign files: encodings, separators, curves, missing parts, and equal frames whatever reads them."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from osgeo import gdal, ogr, osr
from support.shape_files import written_in

import waternet_plugin
from waternet_plugin.core.cells import encodings
from waternet_plugin.core.errors import InputError
from waternet_plugin.store.foreign.engines.foreign_fiona import FionaEngine
from waternet_plugin.store.foreign.engines.foreign_gdal import GdalEngine
from waternet_plugin.store.foreign.engines.foreign_pyogrio import PyogrioEngine
from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.foreign.foreign_descriptions import read_layers
from waternet_plugin.store.foreign.foreign_sources import split_source


def write_layer(
    path: Path,
    driver: str,
    rows: list[tuple[Any, ...]],
    fields: list[tuple[str, int]],
    *,
    wkt: list[str | None],
    kind: int = ogr.wkbLineString,
    options: list[str] | None = None,
    epsg: int | None = 4547,
    layer: str | None = None,
) -> Path:
    """Write a layer with QGIS's own GDAL."""
    # pyogrio's handler, where it shares this GDAL, chokes on messages with names in GBK.
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    found = gdal.GetDriverByName(driver)
    exists = path.exists()
    dataset = (
        gdal.OpenEx(str(path), gdal.OF_UPDATE)
        if exists
        else found.Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    )
    crs = None
    if epsg is not None:
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(epsg)
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    made = dataset.CreateLayer(layer or path.stem, crs, kind, options or [])
    for name, type_ in fields:
        made.CreateField(ogr.FieldDefn(name, type_))
    for values, text in zip(rows, wkt):
        feature = ogr.Feature(made.GetLayerDefn())
        for number, value in enumerate(values):
            if value is not None:
                feature.SetField(number, value)
        if text is not None:
            feature.SetGeometry(ogr.CreateGeometryFromWkt(text))
        made.CreateFeature(feature)
    made = dataset = None
    gdal.PopErrorHandler()
    return path


LINE = "LINESTRING (500000 2500000,500010 2500000)"


def shapefile(folder: Path, encoding: str, *, cpg: str | None = None, name: str = "管线") -> Path:
    """Write a shapefile with Chinese names and values in an encoding."""
    with written_in(encoding):
        path = write_layer(
            folder / f"{name}.shp",
            "ESRI Shapefile",
            [("球墨铸铁", "人民路", 300), ("聚乙烯", "建设路", 110)],
            [("管材", ogr.OFTString), ("道路名称", ogr.OFTString), ("管径", ogr.OFTInteger)],
            wkt=[LINE, LINE],
            options=[f"ENCODING={encoding}"],
        )
    page = path.with_suffix(".cpg")
    if cpg is None:
        page.unlink(missing_ok=True)
    else:
        page.write_text(cpg)
    return path


@pytest.mark.parametrize("route", ["gdal", "pyogrio"])
def test_gbk_shapefile_without_cpg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    path = shapefile(tmp_path, "GBK")
    monkeypatch.setattr(
        "waternet_plugin.store.foreign.foreign_layers._engine", lambda _file: ENGINES[route]()
    )
    frame = read_foreign(path)
    assert list(frame.columns) == ["管材", "道路名称", "管径", "geom"]
    assert frame["管材"].tolist() == ["球墨铸铁", "聚乙烯"]
    assert frame.crs.to_epsg() == 4547


@pytest.mark.parametrize("cpg", ["UTF-8", "ISO-8859-1", "nonsense", "936"])
def test_wrong_cpg_does_not_matter(tmp_path: Path, cpg: str) -> None:
    frame = read_foreign(shapefile(tmp_path, "GBK", cpg=cpg))
    assert frame["道路名称"].tolist() == ["人民路", "建设路"]


def test_utf8_shapefile_that_says_gbk(tmp_path: Path) -> None:
    frame = read_foreign(shapefile(tmp_path, "UTF-8", cpg="GBK"))
    assert frame["管材"].tolist() == ["球墨铸铁", "聚乙烯"]


def test_western_shapefile_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "rues.shp",
        "ESRI Shapefile",
        [("Allée des Érables",), ("Rue de l'Hôtel",)],
        [("rue", ogr.OFTString)],
        wkt=[LINE, LINE],
        options=["ENCODING=ISO-8859-1"],
    )
    assert read_foreign(path)["rue"].tolist() == ["Allée des Érables", "Rue de l'Hôtel"]


def test_encoding_of_the_caller_stands(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not text in the encoding utf-8"):
        read_foreign(shapefile(tmp_path, "GBK"), encoding="utf-8")


def test_text_cut_within_a_sign(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "UTF-8", cpg="UTF-8")
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    start = struct.unpack("<H", raw[8:10])[0]
    long = "管" * 40
    cell = long.encode()[:80]
    raw[start + 1 : start + 81] = cell
    path.with_suffix(".dbf").write_bytes(bytes(raw))
    assert read_foreign(path)["管材"][0] == "管" * 26


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gbk", ","), ("gb18030", "\t"), ("utf-16", ";"), ("utf-8", "|")],
)
def test_text_tables(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "漏点 2020.csv"
    lines = [
        separator.join(row)
        for row in (["编号", "道路", "X"], ["007", "人民路", "1E5"], ["", "建设路", " 2 "])
    ]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    frame = read_foreign(path)
    assert list(frame.columns) == ["编号", "道路", "X"]
    assert frame.to_numpy().tolist() == [["007", "人民路", "1E5"], [None, "建设路", " 2 "]]


def test_blank_lines_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text('id;name\n1;"a;b"\n\n2;"c\nd"\n', encoding="utf-8")
    assert read_foreign(path).to_numpy().tolist() == [["1", "a;b"], ["2", "c\nd"]]


def test_csvt_is_left_out_of_account(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n007\n")
    (tmp_path / "a.csvt").write_text('"Integer"\n')
    assert read_foreign(tmp_path / "a.csv")["id"].tolist() == ["007"]


def test_line_longer_than_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(InputError, match="line 3 has 3 values, the heading has 2"):
        read_foreign(path)


def test_table_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n\x00\x01\x02")
    with pytest.raises(InputError, match="not a text table"):
        read_foreign(path)


def test_encoding_that_can_not_be_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("street\nулица Ленина\n".encode("cp1251"))
    with pytest.raises(InputError, match=r"encoding of a\.csv can't be determined"):
        read_foreign(path)
    assert read_foreign(path, encoding="cp1251")["street"].tolist() == ["улица Ленина"]


@pytest.mark.parametrize("text", ["Allée des Érables", "Höhe", "Straße", "Ø 300"])
def test_single_accented_letters_are_western(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"x\n{text}\n".encode("cp1252"))
    found = read_foreign(path, encoding=None)
    assert found["x"].tolist() == [text]


def test_names_of_columns_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,,id\n1,2,3\n")
    assert list(read_foreign(path).columns) == ["id", "column_2", "id_2"]


def test_wkt_column_is_the_geometry(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,WKT\n1,"LINESTRING (0 0,1 1)"\n2,\n')
    frame = read_foreign(path)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.geometry.isna().tolist() == [False, True]


def test_spreadsheet_keeps_texts(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "表.xlsx",
        "XLSX",
        [("007", "人民路", 1998.0), ("012", "#N/A", 2001.0)],
        [("编号", ogr.OFTString), ("道路", ogr.OFTString), ("年", ogr.OFTReal)],
        wkt=[None, None],
        kind=ogr.wkbNone,
        epsg=None,
    )
    frame = read_foreign(path)
    assert frame["编号"].tolist() == ["007", "012"]
    assert frame["年"].tolist() == ["1998", "2001"]


def test_curves_become_straight_lines(tmp_path: Path) -> None:
    arc = "COMPOUNDCURVE (CIRCULARSTRING (500000 2500000,500010 2500010,500020 2500000))"
    path = write_layer(
        tmp_path / "c.gpkg", "GPKG", [("a",)], [("id", ogr.OFTString)], wkt=[arc], kind=ogr.wkbCompoundCurve
    )
    shape = read_foreign(path).geometry[0]
    assert shape.geom_type == "LineString"
    assert shape.length == pytest.approx(np.pi * 10, rel=1e-3)


def test_measures_are_dropped_and_heights_kept(tmp_path: Path) -> None:
    text = "LINESTRING ZM (500000 2500000 5 0,500010 2500000 6 10)"
    path = write_layer(
        tmp_path / "m.gpkg", "GPKG", [("a",)], [("id", ogr.OFTString)], wkt=[text], kind=ogr.wkbLineStringZM
    )
    coordinates = shapely.get_coordinates(read_foreign(path).geometry, include_z=True)
    assert coordinates[:, 2].tolist() == [5.0, 6.0]


def test_layers_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "net.gpkg"
    write_layer(
        path, "GPKG", [("a", 1)], [("Id", ogr.OFTString), ("n", ogr.OFTInteger)], wkt=[LINE], layer="Pipes"
    )
    write_layer(path, "GPKG", [("b",)], [("id", ogr.OFTString)], wkt=[None], kind=ogr.wkbNone, layer="notes")
    layers = {layer.name: layer for layer in read_layers(path)}
    assert set(layers) == {"Pipes", "notes"}
    assert (layers["Pipes"].rows, layers["Pipes"].crs, layers["notes"].geometry) == (1, "EPSG:4547", "none")
    assert [(field.name, field.type, field.samples) for field in layers["Pipes"].fields] == [
        ("Id", "text", ("a",)),
        ("n", "integer", ("1",)),
    ]
    # Of several layers the only one with geometry is meant.
    assert list(read_foreign(path)["Id"]) == ["a"]
    assert list(read_foreign(f"{path}|layername=NOTES")["id"]) == ["b"]
    with pytest.raises(InputError, match=r"no layer “valves”\. It has: Pipes, notes"):
        read_foreign(f"{path}|layername=valves")


def test_several_layers_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "net.gpkg"
    for name in ("pipes", "valves"):
        write_layer(path, "GPKG", [("a",)], [("id", ogr.OFTString)], wkt=[LINE], layer=name)
    with pytest.raises(InputError, match=r"several layers.*net.gpkg\|layername=pipes"):
        read_foreign(path)


def test_source_and_layer_are_told_apart() -> None:
    assert split_source("/a/b.gpkg|layername=x y|subset=1") == ("/a/b.gpkg", "x y")
    assert split_source("/a/b.shp") == ("/a/b.shp", None)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".csv"])
def test_missing_file(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_foreign(tmp_path / f"none{suffix}")


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".csv"])
def test_empty_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.touch()
    with pytest.raises(InputError, match="is empty"):
        read_foreign(path)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".dxf"])
def test_damaged_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text("this is no layer")
    with pytest.raises(InputError, match="can't be read"):
        read_foreign(path)


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_foreign(tmp_path)


def test_shapefile_without_its_table(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    path.with_suffix(".dbf").unlink()
    with pytest.raises(InputError, match=r"is missing its \.dbf"):
        read_foreign(path)


def test_shapefile_without_shx_leaves_its_folder_alone(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    path.with_suffix(".shx").unlink()
    there = sorted(file.name for file in tmp_path.iterdir())
    assert read_foreign(path)["管径"].tolist() == [300, 110]
    assert sorted(file.name for file in tmp_path.iterdir()) == there


def test_shapefile_without_prj_has_no_crs(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    path.with_suffix(".prj").unlink()
    assert read_foreign(path).crs is None


def test_dates_beyond_what_pandas_holds(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "d.gpkg",
        "GPKG",
        [("9999/12/31",), ("1998/01/02",), (None,)],
        [("laid", ogr.OFTDate)],
        wkt=[LINE, LINE, LINE],
    )
    days = read_foreign(path)["laid"]
    assert days.to_numpy().astype("datetime64[D]").astype(str).tolist() == ["9999-12-31", "1998-01-02", "NaT"]


ENGINES = {"gdal": GdalEngine, "pyogrio": PyogrioEngine, "fiona": FionaEngine}


@pytest.mark.parametrize("driver", ["ESRI Shapefile", "GeoJSON"])
@pytest.mark.parametrize("route", ["gdal", "gdal plain", "pyogrio", "pyogrio plain", "fiona"])
def test_every_route_gives_the_same_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str, route: str
) -> None:
    fields = [
        ("t", ogr.OFTString),
        ("i", ogr.OFTInteger64),
        ("r", ogr.OFTReal),
        ("d", ogr.OFTDate),
        ("n", ogr.OFTInteger),
    ]
    rows = [("人民路", 1, 1.5, "1998/01/02", None), (None, 2, None, None, 4), ("b", 3, 2.0, "2001/12/31", 5)]
    path = write_layer(
        tmp_path / ("a.shp" if driver == "ESRI Shapefile" else "a.geojson"),
        driver,
        rows,
        fields,
        wkt=["LINESTRING (114 22,114.1 22)", None, "LINESTRING (114 22,114.2 22)"],
        epsg=4326,
        options=["ENCODING=UTF-8"] if driver == "ESRI Shapefile" else ["RFC7946=YES"],
    )
    name, _, plain = route.partition(" ")
    if name == "fiona":
        pytest.importorskip("fiona")
    if plain:
        for module in ("foreign_gdal", "foreign_pyogrio"):
            monkeypatch.setattr(f"waternet_plugin.store.foreign.engines.{module}.has_arrow", lambda: False)
    monkeypatch.setattr("waternet_plugin.store.foreign.foreign_layers._engine", lambda _file: ENGINES[name]())
    frame = read_foreign(path)
    assert list(frame.columns) == ["t", "i", "r", "d", "n", "geom"]
    assert [None if pd.isna(one) else one for one in frame["t"]] == ["人民路", None, "b"]
    assert frame["i"].tolist() == [1, 2, 3]
    assert frame["r"].dropna().tolist() == [1.5, 2.0]
    assert frame["d"].to_numpy().astype("datetime64[D]").astype(str).tolist() == [
        "1998-01-02",
        "NaT",
        "2001-12-31",
    ]
    assert [None if pd.isna(one) else int(one) for one in frame["n"]] == [None, 4, 5]
    assert frame.geometry.isna().tolist() == [False, True, False]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.name == "geom"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_fiona_reads_where_pyogrio_and_gdal_are_missing(tmp_path: Path, encoding: str) -> None:
    pytest.importorskip("fiona")
    files = {
        "shape": shapefile(tmp_path, encoding),
        "curve": write_layer(
            tmp_path / "curve.gpkg",
            "GPKG",
            [(True, "1998/01/02 08:00:00+08")],
            [("laid", ogr.OFTInteger), ("at", ogr.OFTDateTime)],
            wkt=["COMPOUNDCURVE (CIRCULARSTRING (0 0,1 1,2 0))"],
            kind=ogr.wkbCompoundCurve,
        ),
        "measured": write_layer(
            tmp_path / "m.gpkg", "GPKG", [], [], wkt=[], kind=ogr.wkbLineStringZM, layer="empty"
        ),
        "sheet": write_layer(
            tmp_path / "repairs.xlsx", "XLSX", [("007", 5)], [("编号", ogr.OFTString), ("n", ogr.OFTInteger)],
            wkt=[None], kind=ogr.wkbNone,
        ),
    }  # fmt: skip
    expected = {name: read_foreign(path) for name, path in files.items()}
    listed = {name: [layer.name for layer in read_layers(path)] for name, path in files.items()}
    script = """
import importlib.util, pickle, sys
for name in ("osgeo", "pyogrio"):
    sys.modules[name] = None
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("osgeo", "pyogrio") else found(name, *rest)
from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.foreign.foreign_descriptions import read_layers
files = pickle.load(open(sys.argv[1], "rb"))
layers = {name: [one.name for one in read_layers(path)] for name, path in files.items()}
answers = {name: (read_foreign(path), layers[name]) for name, path in files.items()}
pickle.dump(answers, open(sys.argv[2], "wb"))
"""
    asked, answered = tmp_path / "asked.pickle", tmp_path / "answered.pickle"
    asked.write_bytes(pickle.dumps(files))
    root = Path(waternet_plugin.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", script, str(asked), str(answered)],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    for name, (frame, layers) in pickle.loads(answered.read_bytes()).items():
        assert layers == listed[name]
        assert list(frame.columns) == list(expected[name].columns)
        assert frame.dtypes.astype(str).tolist() == expected[name].dtypes.astype(str).tolist(), name
        plain = [column for column in frame.columns if column != "geom"]
        pd.testing.assert_frame_equal(pd.DataFrame(frame[plain]), pd.DataFrame(expected[name][plain]))
        if "geom" in frame.columns:
            assert frame.crs == expected[name].crs
            assert shapely.equals_exact(frame.geometry, expected[name].geometry, 1e-9).all()


def test_sqlite_files_are_never_given_to_another_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("pyogrio may not open this")

    monkeypatch.setattr("pyogrio.list_layers", refuse)
    monkeypatch.setattr("pyogrio.raw.read", refuse)
    monkeypatch.setattr("pyogrio.raw.read_arrow", refuse)
    path = write_layer(tmp_path / "a.gpkg", "GPKG", [("a",)], [("id", ogr.OFTString)], wkt=[LINE])
    shutil.copyfile(path, tmp_path / "a.sqlite")
    shutil.copyfile(path, tmp_path / "renamed.db")
    assert read_foreign(path)["id"].tolist() == ["a"]
    assert [layer.rows for layer in read_layers(path)] == [1]
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_limit_reads_the_first_rows(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "a.gpkg", "GPKG", [(str(n),) for n in range(50)], [("id", ogr.OFTString)], wkt=[LINE] * 50
    )
    assert read_foreign(path, limit=3)["id"].tolist() == ["0", "1", "2"]


def test_lost_signs_never_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,road\n1,人\ufffd路\n", encoding="utf-8")
    with pytest.raises(InputError, match="characters of the column road"):
        read_foreign(path)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("GBK", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("CP936", "gb18030"),
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("ISO 88591", "iso8859-1"),
        ("1252", "cp1252"),
        ("windows-1251", "cp1251"),
        ("whatever", None),
    ],
)
def test_names_of_encodings(name: str, codec: str | None) -> None:
    assert encodings.known_codec(name) == codec
