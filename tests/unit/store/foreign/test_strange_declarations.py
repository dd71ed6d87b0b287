"""What files say of themselves and is not so: metres as degrees, UTF-16 without its mark, hidden sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.workbook_files import sheet_xml, workbook

from waternet_plugin.operations.adoption.file_kinds import SURVEY, TABLES, kind_of
from waternet_plugin.store.foreign.foreign import read_foreign, read_rows

ROWS = ["编号,管径", *(f"一-{at},{100 + at}" for at in range(12))]


@pytest.mark.parametrize(("east", "is_known"), [(113.5, True), (502000.0, False)])
def test_geojson_in_metres_has_no_known_crs(tmp_path: Path, east: float, is_known: bool) -> None:
    shapes = [
        {"type": "Point", "coordinates": [east + at, 22.5 if is_known else 2513300.0]} for at in range(3)
    ]
    features = [{"type": "Feature", "properties": {"编号": "A"}, "geometry": shape} for shape in shapes]
    path = tmp_path / "点.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert (read_foreign(path).crs is not None) is is_known


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes("\r\n".join(ROWS).encode(codec))
    assert read_foreign(path)["编号"].tolist() == [row.split(",")[0] for row in ROWS[1:]]
    assert kind_of(path) == TABLES
    path.write_bytes("物探点号,X,Y,地面高程\r\nA1,2513300.1,502000.2,4.5\r\n".encode(codec))
    assert kind_of(path) == SURVEY


def test_the_only_sheet_that_shows_is_read_and_hidden_ones_are_named(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    sheets = {
        name: sheet_xml({1: ["编号", "管径"], 2: [f"{name}1", 100], 3: [f"{name}2", 200]})
        for name in ("旧", "新")
    }
    path.write_bytes(workbook(sheets, hidden=["旧"]))
    read = read_rows(path)
    assert read.frame["编号"].tolist() == ["新1", "新2"]
    assert "旧" in read.doubtful
