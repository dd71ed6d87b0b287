"""Variables of layouts and layers: one of each name, however often it is set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsExpressionContextUtils, QgsPrintLayout, QgsProject, QgsVectorLayer

from waternet_plugin.bridge.variables import set_layer_variable, set_layout_variable

PRODUCT = Path(__file__).resolve().parents[2] / "waternet_plugin"


def _layout() -> Any:
    return QgsPrintLayout(QgsProject.instance())


def _layer() -> Any:
    return QgsVectorLayer("Point", "points", "memory")


@pytest.mark.parametrize(
    ("made", "own", "setter", "scope"),
    [
        (_layout, QgsExpressionContextUtils.setLayoutVariable, set_layout_variable, "layoutScope"),
        (_layer, QgsExpressionContextUtils.setLayerVariable, set_layer_variable, "layerScope"),
    ],
)
def test_a_variable_that_is_set_anew_is_there_once(
    qgis_app: Any, made: Any, own: Any, setter: Any, scope: str
) -> None:
    owner = made()
    own(owner, "phone", "110")
    for number in range(5):
        setter(owner, "sheet", f"S{number}")
        setter(owner, "empty", "")
    assert sorted(owner.customProperty("variableNames")) == ["empty", "phone", "sheet"]
    said = getattr(QgsExpressionContextUtils, scope)(owner)
    assert [said.variable(name) for name in ("empty", "phone", "sheet")] == ["", "110", "S4"]


def test_nobody_sets_a_single_variable_by_the_setters_that_add_one_at_each_call() -> None:
    adds = re.compile(r"\.set(Layout|Layer|LayoutItem|LayoutMultiFrame)Variable\(")
    found = [path.name for path in PRODUCT.rglob("*.py") if adds.search(path.read_text(encoding="utf-8"))]
    assert not found
