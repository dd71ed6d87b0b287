"""Geometry as text in a column of a text table or workbook, whatever the column is called."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from support.workbook_files import plain_workbook

from waternet_plugin.store.foreign.foreign import find_header, read_rows

LINES = [
    "LINESTRING (500000 2500000, 500050 2500000)",
    "LINESTRING Z (0 0 1, 9 9 2)",
    "MULTILINESTRING ((0 0, 1 1))",
]


def _csv(folder: Path, heading: str, words: list[str]) -> Path:
    path = folder / "pipes.csv"
    rows = [f'JS{number},"{word}"' for number, word in enumerate(words)]
    path.write_text("\n".join([f"编号,{heading}", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("heading", ["空间数据", "geom", "SHAPE_TEXT"])
def test_a_column_of_wkt_is_the_place_of_the_rows(tmp_path: Path, heading: str) -> None:
    read = read_rows(_csv(tmp_path, heading, LINES))
    assert isinstance(read.frame, gpd.GeoDataFrame) and read.frame.crs is None
    assert read.frame.geometry.geom_type.tolist() == ["LineString", "LineString", "MultiLineString"]
    assert list(read.frame.columns) == ["编号", "geom"]
    # It is said where the places come from.
    assert heading in read.doubtful


def test_texts_that_are_no_wkt_leave_their_rows_without_a_place(tmp_path: Path) -> None:
    frame = read_rows(_csv(tmp_path, "geom", [LINES[0], "nobody knows", "LINESTRING (1"])).frame
    assert frame.geometry.isna().tolist() == [False, True, True]


def test_a_remark_that_speaks_of_points_is_no_place(tmp_path: Path) -> None:
    frame = read_rows(_csv(tmp_path, "备注", ["POINT (1 2)", "point of sale", "corner", "corner"])).frame
    assert not isinstance(frame, gpd.GeoDataFrame)


@pytest.mark.parametrize(
    ("prefixes", "crs"), [((4547, 4547), "EPSG:4547"), ((4547, 4548), None), ((4547, 0), None)]
)
def test_the_system_that_all_texts_name_is_the_rows(
    tmp_path: Path, prefixes: tuple[int, int], crs: str | None
) -> None:
    words = [f"SRID={srid};{line}" if srid else line for srid, line in zip(prefixes, LINES)]
    assert read_rows(_csv(tmp_path, "wkt", words)).frame.crs == crs


@pytest.mark.parametrize("title", [False, True])
def test_a_sheet_holds_wkt_too(tmp_path: Path, title: bool) -> None:
    titles = [["供水管线表", None, None, None], [None, None, None, None]]
    table = [["管线编号", "管径", "材质", "空间"], *(["JS1", "300", "PE", line] for line in LINES)]
    rows = titles * title + table
    path = tmp_path / "pipes.xlsx"
    path.write_bytes(plain_workbook({"管线": rows}))
    read = read_rows(path, header=find_header(path))
    assert isinstance(read.frame, gpd.GeoDataFrame) and len(read.frame) == 3 and "空间" in read.doubtful
