"""Layers are read anew each once: those asked for by name, those on the map, the others in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from osgeo import ogr
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtTest import QSignalSpy

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.turns import Turns
from waternet_plugin.gui.session import layer_reload
from waternet_plugin.gui.session.layer_reload import LayerReload


@pytest.fixture
def layers(qgis_app: Any) -> Iterator[dict[str, QgsVectorLayer]]:
    """Four layers of a project, of which two are on the map."""
    project = QgsProject.instance()
    made = {}
    for name in ("hidden", "shown", "shown too", "hidden too"):
        layer = QgsVectorLayer("Point?crs=EPSG:4547", name, "memory")
        project.addMapLayer(layer)
        is_shown = name.startswith("shown")
        project.layerTreeRoot().findLayer(layer.id()).setItemVisibilityChecked(is_shown)
        made[name] = layer
    yield made
    project.clear()


@pytest.fixture
def reloaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the layers that were read anew, in order."""
    names: list[str] = []
    monkeypatch.setattr(layer_reload, "_reload", lambda layer: names.append(layer.name()))
    return names


@pytest.fixture(autouse=True)
def longest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hardly anything is waited for."""
    monkeypatch.setattr(layer_reload, "_LONGEST_WAIT_S", 0.05)


@pytest.fixture
def turns(qgis_app: Any) -> Turns:
    return Turns()


def test_layers_beside_the_map_wait_for_what_is_read(
    layers: Any, reloaded: list[str], turns: Turns, until: Any
) -> None:
    answers, asked = [False], []

    def is_idle() -> bool:
        asked.append(True)
        return answers[0]

    reload = LayerReload(is_idle, lambda: False, turns)
    reload.add(layers.values())
    until(lambda: len(reloaded) == 2 and len(asked) > 20)
    assert reloaded == ["shown", "shown too"]
    answers[0] = True
    until(lambda: len(reloaded) == 4)
    assert reloaded[2:] == ["hidden", "hidden too"]


def test_each_layer_is_read_once_however_often_it_is_asked_for(
    layers: Any, reloaded: list[str], turns: Turns, until: Any
) -> None:
    reload = LayerReload(lambda: True, lambda: False, turns)
    reload.add(layers.values())
    reload.add_first([layers["hidden too"]])
    reload.add(layers.values())
    clock = reload.findChild(QTimer)
    until(lambda: len(reloaded) == 4 and not clock.isActive())
    assert reloaded == ["hidden too", "shown", "shown too", "hidden"]


def test_layers_are_read_that_rest_on_what_was_written(
    layers: Any, reloaded: list[str], turns: Turns, until: Any
) -> None:
    for name, key in (("hidden", "pipe"), ("shown", "zone"), ("shown too", "pipe_health")):
        layers[name].setCustomProperty(LAYER_MARK, key)
    layers["hidden too"].setCustomProperty(LAYER_MARK, "dma_way")
    reload = LayerReload(lambda: True, lambda: False, turns)

    def read_after(tables: set[str] | None) -> list[str]:
        reloaded.clear()
        reload.add_written(layers.values(), tables)
        until(lambda: not reload._soon and not reload._later)
        return sorted(reloaded)

    assert read_after({"pipe", "change_log"}) == ["hidden", "hidden too", "shown too"]
    assert read_after({"assessment"}) == ["shown too"]
    assert read_after({"issue"}) == ["hidden too"]
    assert read_after(set()) == []
    assert read_after(None) == sorted(layers)
    # What others wrote is drawn soon, and read with the next write of ours.
    reload.written_by_others(layers.values())
    assert read_after({"zone"}) == sorted(layers)
    assert read_after({"zone"}) == ["shown"]


def test_a_map_that_is_being_drawn_is_finished_first(
    layers: Any, monkeypatch: pytest.MonkeyPatch, turns: Turns, until: Any
) -> None:
    monkeypatch.setattr(layer_reload, "_REDRAW_MS", 1)
    answers, asked = [True], []

    def is_drawing() -> bool:
        asked.append(True)
        return answers[0]

    reload = LayerReload(lambda: True, is_drawing, turns)
    drawn = QSignalSpy(layers["shown"].repaintRequested)
    reload.redraw(layers.values())
    until(lambda: len(asked) > 2)
    assert len(drawn) == 0
    answers[0] = False
    until(lambda: len(drawn) == 1)


def test_layers_on_the_map_wait_for_the_end_of_drawing_and_reading(
    layers: Any, reloaded: list[str], monkeypatch: pytest.MonkeyPatch, turns: Turns, until: Any
) -> None:
    monkeypatch.setattr(layer_reload, "_LONGEST_WAIT_S", 600.0)
    answers = {"drawing": True, "idle": True}
    asked: list[str] = []

    def answer(name: str) -> bool:
        asked.append(name)
        return answers[name]

    reload = LayerReload(lambda: answer("idle"), lambda: answer("drawing"), turns)
    reload.add(layers.values())
    until(lambda: asked.count("drawing") > 3)
    assert reloaded == []
    answers.update(drawing=False, idle=False)
    asked.clear()
    until(lambda: asked.count("idle") > 3)
    assert reloaded == []
    answers["idle"] = True
    until(lambda: len(reloaded) == 4)
    assert reloaded[:2] == ["shown", "shown too"]
    # What goes on for long does not keep them for ever.
    answers["idle"] = False
    monkeypatch.setattr(layer_reload, "_LONGEST_WAIT_S", 0.05)
    reloaded.clear()
    reload.add_first([layers["shown too"]])
    until(lambda: reloaded == ["shown too"])


def test_what_was_written_is_drawn_at_once_and_once(
    layers: Any, reloaded: list[str], monkeypatch: pytest.MonkeyPatch, turns: Turns, until: Any
) -> None:
    monkeypatch.setattr(layer_reload, "_LONGEST_WAIT_S", 600.0)
    for name, key in (("shown", "zone"), ("shown too", "pipe_health")):
        layers[name].setCustomProperty(LAYER_MARK, key)
    answers = [True]
    reload = LayerReload(lambda: True, lambda: answers[0], turns)
    drawn = {name: QSignalSpy(layer.repaintRequested) for name, layer in layers.items()}
    counts = {"hidden": 0, "shown": 1, "shown too": 0, "hidden too": 0}
    reload.add_written(layers.values(), {"zone"})
    assert {name: len(spy) for name, spy in drawn.items()} == counts and not reloaded
    answers[0] = False
    until(lambda: not reload._soon and not reload._later)
    assert {name: len(spy) for name, spy in drawn.items()} == counts and reloaded == ["shown"]
    # Where it may be any table, columns too may have changed: they are drawn once they were read.
    reload.add_written(layers.values(), None)
    assert {name: len(spy) for name, spy in drawn.items()} == counts
    until(lambda: not reload._soon and not reload._later)
    assert {name: len(spy) for name, spy in drawn.items()} == {name: n + 1 for name, n in counts.items()}
    # Nor does a write whose table is known, right before or after, take that drawing away.
    answers[0] = True
    for tables in ({"zone"}, None, {"zone"}):
        reload.add_written(layers.values(), tables)
    before = len(drawn["shown"])
    answers[0] = False
    until(lambda: not reload._soon and not reload._later)
    assert len(drawn["shown"]) == before + 1


def test_what_is_selected_stays_selected_but_for_rows_that_are_gone(qgis_app: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "town.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    table = dataset.CreateLayer("node", geom_type=ogr.wkbPoint)
    for _ in range(4):
        table.CreateFeature(ogr.Feature(table.GetLayerDefn()))
    layer = QgsVectorLayer(f"{path}|layername=node", "node", "ogr")
    layer.selectByIds([1, 2, 4])
    table.DeleteFeature(2)
    del table, dataset
    layer_reload._reload(layer)
    assert sorted(layer.selectedFeatureIds()) == [1, 4]
