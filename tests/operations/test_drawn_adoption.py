"""Drawings adopted: valves alone are valves, compounds have names, a second drawing comes in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cad_drawing import CadDrawing, compound_drawing, pipe_drawing, valve_drawing

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "n.gpkg", CRS) as made:
        yield made


def _adopted(network: Network, path: Path, table: str, **parts: object) -> AdoptLayerResult:
    """Adopt a drawing by a mapping."""
    mapping = json.dumps({"crs": CRS, **parts}, ensure_ascii=False)
    return adopt_layer(network, AdoptLayerRequest(str(path), mapping=mapping, table=table))


VALVES = {
    "fields": {"node_id": "BH", "diameter_mm": "GJ", "valve_state": "ZT"},
    "values": {"valve_state": {"开": "open", "关": "closed"}},
    "defaults": {"system": "potable", "kind": "valve", "status": "in_use"},
}


@pytest.mark.slow
def test_a_drawing_of_valves_gives_its_valves_alone(network: Network, tmp_path: Path) -> None:
    path = valve_drawing(260).write(tmp_path / "阀门图.dxf")
    found = _adopted(network, path, "node", **VALVES).adoption
    assert (found.rows_in, found.rows_written) == (264, 260)
    assert found.rejected_by_reason() == {"other_layer": 4}
    nodes = network.read("node", ["node_id", "kind", "diameter_mm", "valve_state"])
    assert len(nodes) == 260 and set(nodes["kind"]) == {"valve"} and set(nodes["diameter_mm"]) == {300.0}
    assert (nodes["valve_state"] == "closed").sum() == 52


@pytest.mark.slow
def test_lines_of_the_same_drawing_are_its_pipes(network: Network, tmp_path: Path) -> None:
    path = valve_drawing(5).write(tmp_path / "阀门图.dxf")
    parts = {"fields": {}, "defaults": {"system": "potable"}}
    assert _adopted(network, path, "pipe", **parts).adoption.rows_written == 5
    # A second one, with no id of its own either.
    again = valve_drawing(5, north=2_500_300.0).write(tmp_path / "阀门图2.dxf")
    assert _adopted(network, again, "pipe", **parts).adoption.rows_written == 5
    ids = network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"]
    assert ids.is_unique and len(ids) == 10


@pytest.mark.slow
def test_pipes_that_are_drawn_once_more_are_left_out(network: Network, tmp_path: Path) -> None:
    path = valve_drawing(5).write(tmp_path / "阀门图.dxf")
    parts = {"fields": {}, "defaults": {"system": "potable"}}
    source = f"{path}|layername=lines"
    mapping = json.dumps({"crs": CRS, **parts})
    request = AdoptLayerRequest(source, mapping=mapping, table="pipe")
    assert adopt_layer(network, request).adoption.rows_written == 5
    again = adopt_layer(network, request)
    assert (again.batch_id, again.adoption.rows_written) == ("", 0)
    assert again.adoption.rejected_by_reason() == {"same_row_there": 5}
    assert any("5 of 5 are there already" in one for one in again.summary), again.summary
    # Drawn the other way, with one more: that one comes in.
    drawing = CadDrawing()
    east, north = 500_000.0, 2_500_000.0
    drawing.line("JS-管线", [(east + 40.0, north + 7.0), (east, north)])
    drawing.line("JS-管线", [(east, north), (east, north - 50.0)])
    more = drawing.write(tmp_path / "more.dxf")
    assert _adopted(network, more, "pipe", **parts).adoption.rejected_by_reason() == {"same_row_there": 1}
    # A sewer in the same place, a line with a bow, and whoever wants them twice.
    sewer = {"fields": {}, "defaults": {"system": "sewage"}, "layers": ["JS-管线"]}
    assert _adopted(network, path, "pipe", **sewer).adoption.rows_written == 5
    bow = CadDrawing()
    bow.line("JS-管线", [(east, north), (east + 20.0, north + 30.0), (east + 40.0, north + 7.0)])
    assert _adopted(network, bow.write(tmp_path / "b.dxf"), "pipe", **parts).adoption.rows_written == 1
    twice = {**parts, "repeats": "take"}
    assert _adopted(network, path, "pipe", **twice).adoption.rows_written == 5


@pytest.mark.slow
def test_of_pipes_side_by_side_as_many_are_left_out_as_are_there(network: Network, tmp_path: Path) -> None:
    places = [(500_000.0, 2_500_000.0), (500_040.0, 2_500_000.0)]
    one, three = CadDrawing(), CadDrawing()
    for drawing, count in ((one, 1), (three, 3)):
        for _number in range(count):
            drawing.line("JS-管线", places)
    parts = {"fields": {}, "defaults": {"system": "potable"}}
    assert _adopted(network, one.write(tmp_path / "1.dxf"), "pipe", **parts).adoption.rows_written == 1
    found = _adopted(network, three.write(tmp_path / "3.dxf"), "pipe", **parts).adoption
    assert (found.rows_written, found.rejected_by_reason()) == (2, {"same_row_there": 1})


@pytest.mark.slow
def test_texts_beside_lines_say_what_pipes_they_are(network: Network, tmp_path: Path) -> None:
    path = pipe_drawing(3).write(tmp_path / "管线图.dxf")
    near = valve_drawing(1, north=2_500_060.0).write(tmp_path / "near.dxf")
    _adopted(network, near, "pipe", fields={}, defaults={"system": "potable"})
    # Nothing is asked: layers, sizes and materials answer it.
    guessed = adopt_layer(network, AdoptLayerRequest(f"{path}|layername=lines", table="pipe", dry_run=True))
    mapping = guessed.guessed_mapping
    assert mapping is not None and guessed.adoption.unmapped == ()
    request = AdoptLayerRequest(f"{path}|layername=lines", table="pipe", mapping=mapping.to_json())
    found = adopt_layer(network, request)
    assert (found.adoption.rows_written, found.adoption.rejected_by_reason()) == (6, {"other_layer": 1})
    rows = network.read("pipe", ["system", "diameter_mm", "material"], geometry=False).iloc[1:]
    assert sorted(rows.fillna("").to_numpy().tolist()) == [
        ["potable", 110.0, "pe"],
        ["potable", 150.0, ""],
        ["potable", 300.0, "ductile_iron"],
        *[["sewage", 400.0, "concrete"]] * 3,
    ]
    assert any("1 row(s) of the file (建设路)" in one or "(建设路)" in one for one in found.summary)


@pytest.mark.slow
def test_a_line_beside_which_two_sizes_stand_has_none_and_is_told(network: Network, tmp_path: Path) -> None:
    drawing = pipe_drawing(1)
    drawing.text("JS-注记", "DN200", (500_030.0, 2_500_001.5))
    path = drawing.write(tmp_path / "a.dxf")
    parts = {
        "fields": {"diameter_mm": "size", "system": "layer"},
        "values": {"system": {"JS-管线": "potable"}},
    }
    found = _adopted(network, path, "pipe", **parts, layers=["JS-管线"])
    assert network.read("pipe", ["diameter_mm"], geometry=False)["diameter_mm"].isna().all()
    assert any("different sizes beside" in one for one in found.summary), found.summary


def test_circles_of_manholes_are_nodes_and_told_where_they_are_doubtful(
    network: Network, tmp_path: Path
) -> None:
    drawing = CadDrawing()
    for number in range(4):
        drawing.circle("污水检查井", (500_000.0 + 30.0 * number, 2_500_000.0), 0.35)
    drawing.circle("污水检查井", (500_000.0, 2_500_080.0), 2.0)
    path = drawing.write(tmp_path / "井.dxf")
    parts = {"fields": {"system": "layer", "kind": "layer"}, "defaults": {"status": "in_use"}}
    codes = {"system": {"污水检查井": "sewage"}, "kind": {"污水检查井": "manhole"}}
    found = _adopted(network, path, "node", **parts, values=codes)
    assert found.adoption.rows_written == 5
    assert any("1 small circle" in one for one in found.summary), found.summary


@pytest.mark.slow
def test_closed_lines_are_compounds_with_name_number_and_type(network: Network, tmp_path: Path) -> None:
    path = compound_drawing().write(tmp_path / "小区.dxf")
    parts = {
        "fields": {"compound_id": "text_2", "name": "text_1", "type": "layer"},
        "values": {"type": {"住宅小区": "residential", "工业区": "industrial"}},
    }
    found = _adopted(network, path, "compound", **parts).adoption
    assert (found.rows_in, found.rows_written) == (4, 3)
    rows = network.read("compound", ["compound_id", "name", "type"], geometry=False)
    assert rows.sort_values("compound_id").to_numpy().tolist() == [
        ["A-01", "幸福花园", "residential"],
        ["A-02", "临溪纺织厂", "industrial"],
        ["A-03", "滨河新村", "residential"],
    ]


def test_layers_of_the_mapping_are_taken_and_no_others(network: Network, tmp_path: Path) -> None:
    path = valve_drawing(5).write(tmp_path / "a.dxf")
    parts = {"fields": {}, "defaults": {"name": "x"}, "layers": ["房屋"]}
    found = _adopted(network, path, "zone", **{**parts, "defaults": {"kind": "district"}}).adoption
    assert (found.rows_in, found.rows_written) == (5, 4)


@pytest.mark.slow
def test_a_drawing_without_a_layer_for_the_table_says_what_it_has(network: Network, tmp_path: Path) -> None:
    drawing = CadDrawing()
    drawing.line("0", [(500_000.0, 2_500_000.0), (500_040.0, 2_500_000.0)])
    path = drawing.write(tmp_path / "a.dxf")
    with pytest.raises(InputError, match=r'"layers": \["0"\]'):
        _adopted(network, path, "pipe", fields={}, defaults={"system": "potable"})
    assert network.count("pipe") == 0


@pytest.mark.slow
def test_a_closed_line_that_crosses_itself_is_told_in_one_sentence(network: Network, tmp_path: Path) -> None:
    x, y = 500_000.0, 2_500_000.0
    drawing = CadDrawing()
    drawing.line("住宅小区", [(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)], is_closed=True)
    path = drawing.write(tmp_path / "a.dxf")
    found = _adopted(network, path, "compound", fields={}, defaults={"type": "residential"}).adoption
    assert found.issues["text"].tolist() == ["The area's boundary crosses or touches itself."]


@pytest.mark.slow
def test_the_guess_asks_nothing_that_the_drawing_answers(network: Network, tmp_path: Path) -> None:
    pipes = valve_drawing(5).write(tmp_path / "阀门图.dxf")
    _adopted(network, pipes, "pipe", fields={}, defaults={"system": "potable"})
    path = compound_drawing().write(tmp_path / "小区.dxf")
    guessed = adopt_layer(network, AdoptLayerRequest(str(path), table="compound", dry_run=True))
    mapping = guessed.guessed_mapping
    assert mapping is not None and mapping.layers == ("住宅小区", "工业区")
    assert guessed.adoption.unmapped == ()
    # Beside the pipes, and nowhere else.
    assert mapping.crs == CRS and guessed.adoption.notes[0].startswith("The coordinate system EPSG:4547")


@pytest.mark.slow
def test_a_place_that_two_readings_fit_is_asked_by_name(network: Network, tmp_path: Path) -> None:
    path = compound_drawing().write(tmp_path / "小区.dxf")
    with pytest.raises(InputError, match=r"The coordinate system of 小区\.dxf is open: EPSG:4547, EPSG:4546"):
        adopt_layer(network, AdoptLayerRequest(str(path), table="compound", dry_run=True))


@pytest.mark.slow
def test_a_guess_that_is_run_as_it_stands_gives_compounds_by_type_number_and_name(
    network: Network, tmp_path: Path
) -> None:
    pipes = valve_drawing(5).write(tmp_path / "阀门图.dxf")
    _adopted(network, pipes, "pipe", fields={}, defaults={"system": "potable"})
    drawing = CadDrawing()
    # The number stands below the name, above it, or alone.
    for number, (layer, texts) in enumerate(
        (
            ("住宅小区", ("幸福花园", "A-01")),
            ("工业区", ("A-02", "临溪纺织厂")),
            ("住宅小区", ("A-03",)),
            ("住宅小区", ("滨河新村", "A-04")),
        )
    ):
        west, south = 500_000.0 + 300.0 * number, 2_500_000.0
        drawing.frame(layer, (west, south), (west + 200.0, south + 150.0))
        for line, text in enumerate(texts):
            drawing.text("小区注记", text, (west + 60.0, south + 100.0 - 40.0 * line))
    path = drawing.write(tmp_path / "小区.dxf")
    guessed = adopt_layer(network, AdoptLayerRequest(str(path), table="compound", dry_run=True))
    mapping = guessed.guessed_mapping
    assert mapping is not None
    found = adopt_layer(network, AdoptLayerRequest(str(path), mapping=mapping.to_json(), table="compound"))
    assert found.adoption.rows_written == 4
    rows = network.read("compound", ["compound_id", "name", "type"], geometry=False).astype(object)
    rows = rows.where(rows.notna(), None)
    assert rows.sort_values("compound_id").to_numpy().tolist() == [
        ["A-01", "幸福花园", "residential"],
        ["A-02", "临溪纺织厂", "industrial"],
        ["A-03", None, "residential"],
        ["A-04", "滨河新村", "residential"],
    ]


def test_blocks_that_name_their_kind_need_no_layer_that_does(network: Network, tmp_path: Path) -> None:
    drawing = CadDrawing()
    for number, kind in enumerate(["阀门", "消火栓", "检查井"]):
        place = (502000.0 + number, 2513300.0)
        drawing.block("设施", "FSW", place, 设施编号=f"N{number}", 附属物=kind, 管线种类="给水")
        # Wells of power on their own layer are called so, too.
        drawing.block("DL", "DLJ", place, 设施编号=f"D{number}", 附属物="检查井", 管线种类="电力")
    fields = {"node_id": "设施编号", "kind": "附属物", "system": "管线种类"}
    meant = {
        "kind": {"阀门": "valve", "消火栓": "hydrant", "检查井": "manhole"},
        "system": {"给水": "potable"},
    }
    found = _adopted(network, drawing.write(tmp_path / "a.dxf"), "node", fields=fields, values=meant).adoption
    assert found.mapping.layers == ("设施",)
    assert found.rows["kind"].tolist() == ["valve", "hydrant", "manhole"]
