"""The due map: tanks as dots in the colour of when each is due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsProject
from support.quality_frames import node_frame
from support.store_helpers import CRS

from waternet_plugin import store
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project

COLOURS = {"overdue": "#99000d", "due": "#f4c430", "later": "#6f9ac4", "unknown": "#8c8c8c"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, qgis_app: object) -> Iterator[QgsProject]:
    """A project of five tanks, four of them scheduled."""
    path: Path = tmp_path_factory.mktemp("due") / "town.gpkg"
    names = [f"T{number}" for number in range(5)]
    rows = pd.DataFrame({"node_id": names[:4], "state": list(COLOURS), "tank_due_id": names[:4]})
    rows["due_on"] = pd.to_datetime(["2026-06-01", "2026-06-20", "2026-12-01", None])
    rows["basis"], rows["reasons"] = "norm", "by the norm <30 m³>"
    with store.create_network(path, CRS) as network, network.write("drainage") as batch:
        tanks = [
            {
                "node_id": name,
                "kind": "septic_tank",
                "system": "sewage",
                "at": (500_000.0 + 9 * place, 2_500_000.0),
            }
            for place, name in enumerate(names)
        ]
        batch.insert("node", node_frame(tanks))
        batch.insert("tank_due", rows)
    made = QgsProject()
    assert made.read(str(build_project(path, language="zh_CN").path))
    yield made
    made.clear()


@pytest.mark.slow
def test_each_state_has_its_colour(project: QgsProject) -> None:
    layer = layer_of(project, "node_due")
    assert layer.name() == "三池到期"
    found = {feature["node_id"]: feature["due_state"] for feature in layer.getFeatures()}
    assert found == dict(zip(["T0", "T1", "T2", "T3"], COLOURS))
    categories = layer.renderer().categories()
    assert {each.value(): each.symbol().color().name() for each in categories} == COLOURS
    assert [each.label() for each in categories] == ["逾期", "到期", "未到期", "不明"]


def test_the_map_is_under_the_signs_and_hidden_at_first(project: QgsProject) -> None:
    root = project.layerTreeRoot()
    layer = layer_of(project, "node_due")
    assert not root.findLayer(layer.id()).isVisible()
    order = [each.id() for each in root.layerOrder()]
    assert order.index(layer_of(project, "node").id()) < order.index(layer.id())
    assert order.index(layer.id()) < order.index(layer_of(project, "pipe").id())


def test_the_tip_tells_day_state_and_reasons(project: QgsProject) -> None:
    layer = layer_of(project, "node_due")
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    context.setFeature(next(layer.getFeatures("\"node_id\" = 'T0'")))
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert all(part in tip for part in ("化粪池 T0", "2026-06-01", "逾期", "&lt;30 m³&gt;")), tip
