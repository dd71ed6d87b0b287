"""Damaged files of every ending that is read: a sentence that names the file, whatever a library raises."""

from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, ogr
from support.damaged_files import damaged, damaged_within
from support.old_workbook import old_workbook

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.foreign import foreign, foreign_descriptions, foreign_layers, foreign_sources
from waternet_plugin.store.foreign.engines import raw_layers as foreign_engines
from waternet_plugin.store.foreign.engines.foreign_kml import ENDINGS as PLACEMARKS
from waternet_plugin.store.foreign.engines.raw_layers import LayerInfo, RawLayer

ROWS = 80
# What writes a file of each ending; '' for what is made here by hand.
DRIVERS = {
    ".shp": "ESRI Shapefile",
    ".dbf": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".geojsonl": "GeoJSONSeq",
    ".fgb": "FlatGeobuf",
    ".gml": "GML",
    ".kml": "KML",
    ".kmz": "",
    ".dxf": "DXF",
    ".tab": "MapInfo File",
    ".mif": "MapInfo File",
    ".gpx": "GPX",
    ".xlsx": "XLSX",
    ".ods": "ODS",
    ".dgn": "DGN",
    ".gdb": "OpenFileGDB",
    ".gpkg": "GPKG",
    ".sqlite": "SQLite",
    ".csv": "CSV",
    ".txt": "CSV",
    ".tsv": "CSV",
    ".xls": "",
    ".parquet": "Parquet",
}
ZIPPED = (".xlsx", ".ods", ".kmz")
PLAIN = (".xlsx", ".ods", ".dbf", ".csv", ".txt", ".tsv")


def written(folder: Path, ending: str) -> Path:
    """Write some pipes in a format; skips where this GDAL can't."""
    if ending == ".xls":
        path = folder / "pipes.xls"
        path.write_bytes(old_workbook([["name", "dn"], *([f"管 {row}", 100.0 + row] for row in range(ROWS))]))
        return path
    if ending == ".kmz":
        path = folder / "pipes.kmz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(written(folder, ".kml"), "doc.kml")
        folder.joinpath("pipes.kml").unlink()
        return path
    driver = ogr.GetDriverByName(DRIVERS[ending])
    if driver is None or not driver.TestCapability(ogr.ODrCCreateDataSource):
        pytest.skip(f"this GDAL writes no {ending}")
    path = folder / f"pipes{'.shp' if ending == '.dbf' else ending}"
    target = path.with_suffix(".csv") if ending in (".txt", ".tsv") else path
    with gdal.quiet_errors() if hasattr(gdal, "quiet_errors") else Quiet():
        made = driver.CreateDataSource(str(target))
        layer = made.CreateLayer(
            "routes" if ending == ".gpx" else "pipes",
            None,
            ogr.wkbNone if ending in PLAIN else ogr.wkbLineString,
        )
        # Drawings have fields of their own.
        named = has_field(layer, ogr.FieldDefn("name", ogr.OFTString))
        sized = named and ending != ".gpx" and has_field(layer, ogr.FieldDefn("dn", ogr.OFTInteger))
        layer.StartTransaction()
        for row in range(ROWS):
            feature = ogr.Feature(layer.GetLayerDefn())
            if named and feature.GetFieldIndex("name") >= 0:
                feature.SetField("name", f"管 {row}")
            if sized and feature.GetFieldIndex("dn") >= 0:
                feature.SetField("dn", 100 + row)
            if ending not in PLAIN:
                feature.SetGeometry(ogr.CreateGeometryFromWkt(f"LINESTRING ({row / 10} 1,{row / 10} 2)"))
            layer.CreateFeature(feature)
        layer.CommitTransaction()
        layer = made = None
    if target != path:
        target.rename(path)
    return path.with_suffix(".dbf") if ending == ".dbf" else path


def has_field(layer: Any, field: Any) -> bool:
    """Make a field where the format has room for it; GDAL says no by a code or by an exception."""
    try:
        return bool(layer.CreateField(field) == 0)
    except RuntimeError:
        return False


class Quiet:
    """GDAL's own messages are kept off the screen, where it has no word for it."""

    def __enter__(self) -> None:
        gdal.PushErrorHandler("CPLQuietErrorHandler")

    def __exit__(self, *_error: object) -> None:
        gdal.PopErrorHandler()


def spoil(path: Path, seed: int) -> None:
    """Damage one of the files that a layer consists of."""
    if path.is_dir():
        parts = sorted(part for part in path.iterdir() if part.stat().st_size)
    else:
        parts = sorted(path.parent.glob(f"{path.stem}.*"))
    part = random.Random(seed).choice(parts)
    raw = part.read_bytes()
    if path.suffix in ZIPPED and seed % 2:
        part.write_bytes(damaged_within(raw, seed))
    else:
        part.write_bytes(damaged([raw], seed))


def read_all(path: Path) -> str:
    """Read a file by every way; returns the sentence of a refusal, '' for none."""
    try:
        foreign_descriptions.read_layers(path)
        source = f"{path}|layername=routes" if path.suffix == ".gpx" else path
        foreign.read_rows(source, header=foreign.find_header(source))
    except InputError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, 80), marks=[pytest.mark.slow, pytest.mark.sweep])]
)
@pytest.mark.parametrize("ending", sorted(DRIVERS))
def test_a_damaged_file_is_read_or_named_in_a_sentence(tmp_path: Path, ending: str, seeds: range) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    path = written(whole, ending)
    assert read_all(path) == ""
    for seed in seeds:
        place = tmp_path / str(seed)
        shutil.copytree(whole, place)
        spoil(place / path.name, seed)
        sentence = read_all(place / path.name)
        assert sentence == "" or path.name in sentence, seed


def test_every_ending_that_is_read_is_damaged() -> None:
    others = {*foreign_engines.SHEETS, ".gpkg", ".sqlite", ".dxf", *PLACEMARKS}
    read = foreign_layers._NOT_SQLITE | foreign_sources.TEXT_TABLES | others
    assert set(DRIVERS) == read


class Faulty(foreign_engines.Engine):
    """An engine whose library raises at one row of a hundred."""

    def __init__(self, fault: int, error: Exception) -> None:
        self._fault, self._error = fault, error

    def _layers(self, file: Path) -> list[LayerInfo]:
        return [LayerInfo("pipes", "none", 100)]

    def _read(self, file: Path, layer: str, encoding: str, limit: object, *, headed: bool) -> RawLayer:
        rows = 100 if not isinstance(limit, int) else min(limit, 100)
        if rows >= self._fault:
            raise self._error
        return RawLayer({"a": np.arange(rows)}, None, None, rows)


@pytest.mark.parametrize("fault", [2, 3, 4, 5, 64, 65, 99, 100])
@pytest.mark.parametrize(
    "error", [OSError("x"), ValueError("x"), RuntimeError("x"), KeyError("x"), MemoryError()]
)
def test_the_row_is_named_whatever_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, error: Exception
) -> None:
    path = tmp_path / "pipes.fgb"
    path.write_bytes(b"fgb")
    monkeypatch.setattr(foreign_layers, "_with_either", lambda _file, work: work(Faulty(fault, error)))
    with pytest.raises(InputError, match=f"pipes.fgb can't be read from row {fault} on") as refused:
        foreign.read_foreign(path)
    assert refused.value.details == (f"{type(error).__name__}: {error}",)


def test_a_file_of_which_nothing_can_be_read_names_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pipes.fgb"
    path.write_bytes(b"fgb")
    monkeypatch.setattr(foreign_layers, "_with_either", lambda _file, work: work(Faulty(1, OSError("x"))))
    with pytest.raises(InputError, match="damaged or not in a format"):
        foreign.read_foreign(path)


def test_a_shapefile_that_was_cut_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, ".shp")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"pipes.shp is cut off: it has [\d,]+ bytes of [\d,]+\."):
        foreign.read_foreign(path)


@pytest.mark.parametrize("ending", [".csv", ".txt"])
@pytest.mark.parametrize("columns", [1_001, 200_000])
def test_a_table_of_too_many_columns_is_refused_at_once(tmp_path: Path, ending: str, columns: int) -> None:
    path = tmp_path / f"wide{ending}"
    path.write_text(",".join(f"c{number}" for number in range(columns)) + "\n1\n", encoding="utf-8")
    for read in (foreign_descriptions.read_layers, foreign.read_rows, foreign.find_header, foreign.top_rows):
        with pytest.raises(InputError, match=f"{columns:,} columns, more than the 1,000"):
            read(path)


def test_a_layer_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.geojson"
    values = ",".join(f'"c{number}":1' for number in range(1_001))
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{'
        + values
        + "}}]}",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="1,001 columns"):
        foreign.read_foreign(path)
