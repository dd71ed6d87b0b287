"""Where files lie: found by their numbers, one question where several readings fit; drawings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from qgis.PyQt.QtWidgets import QPushButton
from support.cad_drawing import valve_drawing
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.gui.wizard.dialog import FIELDS, FILES, PLACE, AdoptionWizard

# A town near 117 E: its zone has the number 39.
EAST, NORTH = 512_000.0, 3_512_000.0


def _pipes(folder: Path, *, east: float = EAST, crs: str | None = None) -> Path:
    lines = [shapely.LineString([(east + 40 * k, NORTH), (east + 40 * k + 38, NORTH + 4)]) for k in range(30)]
    frame = gpd.GeoDataFrame(
        {"GXBH": [f"GS{k}" for k in range(30)], "CZ": "ductile_iron", "LB": "potable", "NF": 2001},
        geometry=lines,
        crs=crs,
    )
    path = folder / "管线.shp"
    frame.to_file(path, encoding="utf-8")
    return path


def _points(
    folder: Path, name: str, *, east: float = EAST, north: float = NORTH, swapped: bool = False
) -> Path:
    rows = []
    for k in range(20):
        x, y = east + 30.5 * k, north + 2.25 * k
        one, other = (y, x) if swapped else (x, y)
        rows.append(f"F{k},2015-0{1 + k % 9}-11,{one},{other}")
    path = folder / f"{name}.csv"
    path.write_text("\n".join(["编号,日期,X,Y", *rows]) + "\n", encoding="utf-8")
    return path


def _at_place(session: InstantSession, folder: Path, *paths: Path) -> AdoptionWizard:
    """Return the wizard at its fourth step, whatever is open before it."""
    wizard = wizard_with(session, folder, *paths)
    for source in wizard.state.sources:
        if source.path.endswith(".csv"):
            source.use_table("failure")
            source.set_default("kind", "unknown")
    wizard.state.fill_locations()
    wizard._show_step(PLACE)
    return wizard


@pytest.mark.slow
def test_six_files_cost_no_click(session: InstantSession, tmp_path: Path) -> None:
    pipes = _pipes(tmp_path, east=39e6 + EAST)
    # With the number of the zone, without it, and with north first.
    points = [
        _points(tmp_path, "a", east=39e6 + EAST),
        _points(tmp_path, "b"),
        _points(tmp_path, "c", swapped=True),
        _points(tmp_path, "d", north=NORTH + 800),
        _points(tmp_path, "e", east=39e6 + EAST, swapped=True),
    ]
    wizard = _at_place(session, tmp_path, pipes, *points)
    state = wizard.state
    assert state.places.questions == () and not wizard.place.question.isVisible()
    assert state.new_crs == "EPSG:4527" and state.location_fault() is None
    from waternet_plugin.gui.wizard.sources import row_coordinates

    box = shapely.box(39e6 + EAST - 50, NORTH - 50, 39e6 + EAST + 1300, NORTH + 1000)
    for source in state.ready:
        shapes, _said = row_coordinates.placed(source, state.target_crs)
        assert len(shapes) and shapely.within(shapes, box).all(), source.name


@pytest.mark.slow
def test_two_places_are_one_question_with_letters_on_the_map(session: InstantSession, tmp_path: Path) -> None:
    # Diagonal places are as near to the network with x and y exchanged, in a system without zones.
    crs = "EPSG:26917"
    with store.create_network(tmp_path / "n.gpkg", crs) as network, network.write("adopt") as batch:
        lines = [shapely.LineString([(5e5 + 40 * k, 5e5), (5e5 + 30 + 40 * k, 5e5 + 10)]) for k in range(9)]
        frame = gpd.GeoDataFrame(
            {"pipe_id": [f"P{k}" for k in range(9)], "system": "potable", "status": "in_use"},
            geometry=lines,
            crs=crs,
        )
        batch.insert("pipe", frame.rename_geometry("geom"))
    session.network_path = str(tmp_path / "n.gpkg")
    files = [
        _points(tmp_path, name, east=500_100.0 + 300 * number, north=500_400.0 + 60 * number)
        for number, name in enumerate("ab")
    ]
    wizard = _at_place(session, tmp_path, *files)
    (asked,) = wizard.state.places.questions
    assert [source.name for source in asked.sources] == ["a.csv", "b.csv"]
    assert len(asked.candidates) == 2 and wizard.place.question.isVisible()
    fault = wizard.state.location_fault()
    assert fault is not None and "here or on the map" in fault.text
    assert len(wizard.place.map._ghosts) == 2
    # A click on a point of the second place answers for both files.
    place, xy = wizard.place.map._ghosts[1]
    wizard.place.map.click(*xy[0])
    assert wizard.state.places.questions == () and wizard.state.location_fault() is None
    chosen = asked.candidates[place].reading
    assert {source.mapping.geometry["x"] for source in asked.sources} == {
        "Y" if chosen.axes == "x_north" else "X"
    }


def test_nothing_speaks_for_a_zone_so_it_is_asked_once(session: InstantSession, tmp_path: Path) -> None:
    wizard = _at_place(session, tmp_path, _pipes(tmp_path), _points(tmp_path, "a"))
    asked = wizard.state.places.questions
    # The failures may also have their axes exchanged only if the numbers allow it.
    assert len(asked) == 1 and {one.value for one in asked[0].candidates} >= {"EPSG:4547", "EPSG:4548"}
    place = [one.value for one in asked[0].candidates].index("EPSG:4548")
    wizard.place.question.give(place)
    assert wizard.state.places.questions == ()
    assert wizard.state.new_crs == "EPSG:4548"
    assert {source.mapping.crs for source in wizard.state.ready} == {"EPSG:4548"}


def test_a_system_that_a_person_chose_for_the_network_answers(
    session: InstantSession, tmp_path: Path
) -> None:
    wizard = _at_place(session, tmp_path, _pipes(tmp_path))
    assert wizard.state.places.questions
    wizard.state.new_crs = "EPSG:4548"
    wizard.place.refresh()
    assert wizard.state.places.questions == ()
    assert wizard.state.ready[0].mapping.crs == "EPSG:4548"


@pytest.mark.slow
def test_no_advice_for_files_is_given_to_a_person(session: InstantSession, tmp_path: Path) -> None:
    path = tmp_path / "local.csv"
    path.write_text(
        "编号,日期,X,Y\n" + "".join(f"F{k},2015-01-11,{k}.5,{2 * k}.5\n" for k in range(9)), "utf-8"
    )
    wizard = _at_place(session, tmp_path, path)
    fault = wizard.state.location_fault()
    assert fault is not None and "mapping" not in fault.text


@pytest.mark.slow
def test_a_drawing_becomes_its_valves(session: InstantSession, tmp_path: Path) -> None:
    path = valve_drawing(26).write(tmp_path / "阀门图（DWG转）.dxf")
    wizard = wizard_with(session, tmp_path, path)
    assert wizard.step == FILES
    found = {source.name: (source.table, source.taken, source.rows) for source in wizard.state.sources}
    assert found == {
        "阀门图（DWG转）.dxf blocks": ("node", True, 26),
        "阀门图（DWG转）.dxf lines": ("pipe", True, 26),
        "阀门图（DWG转）.dxf areas": ("compound", False, 0),
    }
    blocks = wizard.state.sources[0]
    assert blocks.mapping.values["kind"] == {"JS-阀门": "valve"}
    # Layer by layer, with a tick each.
    layers = wizard.files.cad_layers.list
    assert wizard.files.cad_layers.isVisible() and layers.count() == 2
    assert [layers.item(row).text() for row in range(2)] == ["JS-阀门  (26)", "GCD  (4)"]
    wizard.files.cad_layers.chosen.emit(blocks, ["JS-阀门", "GCD"])
    assert blocks.rows == 30
    wizard.files.cad_layers.chosen.emit(blocks, [])
    assert not blocks.taken
    blocks.taken = True
    assert "no CAD layer is ticked" in wizard.state.files_fault().text
    wizard.files.cad_layers.chosen.emit(blocks, ["JS-阀门"])
    wizard.go_on()
    assert wizard.step == FIELDS


@pytest.mark.slow
@pytest.mark.parametrize("size", [(880, 520)])
def test_the_page_fits_a_laptop(session: InstantSession, tmp_path: Path, size: tuple[int, int]) -> None:
    files = [_pipes(tmp_path), *(_points(tmp_path, name) for name in "abcde")]
    wizard = _at_place(session, tmp_path, *files)
    wizard.resize(*size)
    page: Any = wizard.place
    page.layout().activate()
    assert wizard.height() <= 640
    assert page.table.height() >= 6 * 28
    for button in page.question.findChildren(QPushButton):
        assert button.height() >= button.sizeHint().height() - 1
