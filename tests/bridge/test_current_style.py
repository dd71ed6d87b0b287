"""Styles of layers are switched while no map is drawn."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from qgis.core import QgsVectorLayer

from waternet_plugin.bridge.layers.current_style import switch_style


class Canvas:
    """A map that is being drawn, or not."""

    def __init__(self, *, is_drawing: bool) -> None:
        self.is_drawing = is_drawing
        self.calls: list[str] = []

    def isDrawing(self) -> bool:  # noqa: N802 (QGIS's name)
        return self.is_drawing

    def stopRendering(self) -> None:  # noqa: N802 (QGIS's name)
        self.calls.append("stopped")

    def refresh(self) -> None:
        self.calls.append("begun anew")


@pytest.fixture
def canvases(monkeypatch: pytest.MonkeyPatch) -> list[Canvas]:
    made = [Canvas(is_drawing=True), Canvas(is_drawing=False)]
    monkeypatch.setattr("qgis.utils.iface", SimpleNamespace(mapCanvases=lambda: made))
    return made


@pytest.fixture
def layer(qgis_app: object) -> QgsVectorLayer:
    made = QgsVectorLayer("Point?crs=EPSG:4547&field=name:string", "points", "memory")
    made.styleManager().addStyleFromLayer("other")
    return made


def test_a_map_that_is_drawn_begins_anew_with_another_style(
    layer: QgsVectorLayer, canvases: list[Canvas]
) -> None:
    switch_style(layer, "other")
    assert layer.styleManager().currentStyle() == "other"
    assert [canvas.calls for canvas in canvases] == [["stopped", "begun anew"], []]
    switch_style(layer, "other")
    assert [canvas.calls for canvas in canvases] == [["stopped", "begun anew"], []]


def test_without_a_window_a_style_is_switched_too(
    layer: QgsVectorLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qgis.utils.iface", None)
    switch_style(layer, "other")
    assert layer.styleManager().currentStyle() == "other"


def test_nobody_else_switches_styles() -> None:
    root = Path(__file__).resolve().parents[2]
    found = {
        file.relative_to(root).as_posix()
        for folder in ("waternet_plugin", "processing")
        for file in (root / folder).rglob("*.py")
        if ".setCurrentStyle(" in file.read_text(encoding="utf-8")
    }
    assert found == {"waternet_plugin/bridge/layers/current_style.py"}
