"""A drawing as rows: blocks with their attributes, lines, areas with the texts within."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from support.cad_drawing import CadDrawing, compound_drawing, valve_drawing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import table
from waternet_plugin.store.foreign import foreign, foreign_descriptions, foreign_drawings, foreign_sources


@pytest.fixture
def valves(tmp_path: Path) -> Path:
    return valve_drawing(26).write(tmp_path / "阀门图（DWG转）.dxf")


def _rows(path: Path, layer: str) -> foreign.ForeignRows:
    return foreign.read_rows(f"{path}|layername={layer}")


def test_the_layers_of_a_drawing_are_its_blocks_lines_and_areas(valves: Path) -> None:
    found = foreign_descriptions.read_layers(valves)
    assert [(one.name, one.geometry, one.rows) for one in found] == [
        ("blocks", "Point", 30),
        ("lines", "LineString", 26),
        ("areas", "Polygon", 5),
    ]
    assert found[0].encoding == "gb18030"


def test_a_block_is_one_row_with_a_column_for_each_attribute(valves: Path) -> None:
    read = _rows(valves, "blocks")
    assert [*read.frame.columns] == ["layer", "block", "BH", "GJ", "ZT", "geom"]
    assert read.frame.iloc[0, :5].tolist() == ["JS-阀门", "FM", "F0001", "DN300", "关"]
    assert shapely.get_coordinates(read.frame.geometry.iloc[1]).tolist() == [[500_040.0, 2_500_007.0]]
    assert not shapely.has_z(read.frame.geometry.to_numpy()).any()
    # The labels are no rows, and are told.
    assert len(read.left_out) == 27 and set(read.left_out) == {"DN300", "临溪县阀门图"}


def test_lines_are_the_open_ones_alone(valves: Path) -> None:
    frame = _rows(valves, "lines").frame
    assert set(frame["layer"]) == {"JS-管线"} and set(frame.geometry.geom_type) == {"LineString"}


def test_texts_beside_lines_are_told_by_them_and_left_out_by_no_row(valves: Path) -> None:
    read = _rows(valves, "lines")
    assert [*read.frame.columns] == ["layer", "block", "text_1", "size", "material", "geom"]
    labelled = int(read.frame["size"].notna().sum())
    assert labelled == 18 and set(read.frame["size"].dropna()) == {"dn300"}
    # Those too far away are no rows, and are told.
    assert sorted(read.left_out) == ["DN300"] * (26 - labelled) + ["临溪县阀门图"]


def test_texts_in_an_area_are_columns_from_the_top(tmp_path: Path) -> None:
    path = compound_drawing().write(tmp_path / "小区.dxf")
    read = _rows(path, "areas")
    assert read.frame[["layer", "text_1", "text_2"]].to_numpy(object).tolist() == [
        ["住宅小区", "幸福花园", "A-01"],
        ["工业区", "临溪纺织厂", "A-02"],
        ["住宅小区", "滨河新村", "A-03"],
        # Of the frame are the texts of no smaller area.
        ["图框", "小区分布图", None],
    ]
    assert shapely.area(read.frame.geometry.to_numpy())[0] == 200.0 * 150.0
    assert read.left_out == ()


def test_an_area_with_many_texts_keeps_them_all(tmp_path: Path) -> None:
    drawing = CadDrawing()
    drawing.frame("小区", (0.0, 0.0), (100.0, 100.0))
    for number in range(30):
        drawing.text("小区", f"T{number}", (50.0, 90.0 - number))
    frame = _rows(drawing.write(tmp_path / "a.dxf"), "areas").frame
    told = frame.iloc[0].drop(["layer", "block", "geom"])
    assert "; ".join(told) == "; ".join(f"T{number}" for number in range(30)) and len(told) == 20


def test_a_line_that_crosses_itself_is_an_area_as_it_is_drawn(tmp_path: Path) -> None:
    drawing = CadDrawing()
    drawing.line("小区", [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)], is_closed=True)
    drawing.text("小区", "甲", (8.0, 5.0))
    frame = _rows(drawing.write(tmp_path / "a.dxf"), "areas").frame
    assert not frame.geometry.is_valid.any() and frame["text_1"].tolist() == ["甲"]


@pytest.mark.parametrize(
    ("name", "layer"),
    [("node", "blocks"), ("failure", "blocks"), ("pipe", "lines"), ("compound", "areas"), ("zone", "areas")],
)
def test_a_table_takes_its_layer_where_none_is_named(valves: Path, name: str, layer: str) -> None:
    assert (
        foreign_sources.of_table(f"{valves}|layername=entities", table(name)) == f"{valves}|layername={layer}"
    )
    assert foreign_sources.of_table("a.shp|layername=x", table(name)) == "a.shp|layername=x"


def test_a_drawing_names_its_code_page(tmp_path: Path) -> None:
    drawing = CadDrawing()
    drawing.block("Höhe", "Schieber", (1.0, 2.0), NR="Straße 7")
    path = tmp_path / "a.dxf"
    path.write_bytes(drawing.to_bytes("cp1252", "ANSI_1252"))
    assert _rows(path, "blocks").frame.iloc[0, :3].tolist() == ["Höhe", "Schieber", "Straße 7"]


def test_a_drawing_of_a_whole_town_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = valve_drawing(3)
    raw = drawing.to_bytes()
    found = foreign_drawings.read_drawing(raw, "a.dxf")[0]
    # Attributes are none of their own.
    count = len(found)
    settings = foreign_drawings.Settings
    monkeypatch.setattr(settings, "integer", lambda _self, _key: count)
    assert len(foreign_drawings.read_drawing(raw, "a.dxf")[0]) == count
    monkeypatch.setattr(settings, "integer", lambda _self, _key: count - 1)
    with pytest.raises(InputError, match=rf"has {count} entities, more than the {count - 1}"):
        foreign_drawings.read_drawing(raw, "a.dxf")


@pytest.mark.slow
def test_a_million_entities_are_refused_soon(tmp_path: Path) -> None:
    import time

    point = b"  0\nPOINT\n  8\nJS\n 10\n500000.0\n 20\n2500000.0\n"
    head, tail = b"  0\nSECTION\n  2\nENTITIES\n", b"  0\nENDSEC\n  0\nEOF\n"
    path = tmp_path / "town.dxf"
    path.write_bytes(head + point * 1_000_000 + tail)
    began = time.monotonic()
    with pytest.raises(InputError, match="has 1,000,000 entities"):
        foreign_descriptions.read_layers(path)
    assert time.monotonic() - began < 10.0


def test_levels_of_a_drawing_stay(tmp_path: Path) -> None:
    drawing = CadDrawing()
    drawing.block("JS", "FM", (1.0, 2.0), 3.5, BH="1")
    drawing.block("JS", "FM", (4.0, 2.0), BH="2")
    frame = _rows(drawing.write(tmp_path / "a.dxf"), "blocks").frame
    z = shapely.get_coordinates(frame.geometry.to_numpy(), include_z=True)[:, 2]
    assert z.tolist() == [3.5, 0.0] or np.isnan(z[1])
