"""The signs of metered areas in a project: what the layers of boundaries and unmetered ways hold, and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsProject, QgsRenderContext
from support.water_frames import CRS, Drawing

from waternet_plugin import store
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.bridge.styling import look
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma
from waternet_plugin.operations.dma.draw_dma import PIPES, DrawRequest, draw_dma
from waternet_plugin.store.network import Network

pytestmark = pytest.mark.slow

X, Y = 500_000.0, 3_000_000.0
LONG = 70


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A long street to zone A: past its meter leads a way of 70 pipes; zone B beyond closed valves."""
    drawing = Drawing()
    drawing.node("S", X, Y, kind="source")
    drawing.node("M", X + 100, Y, kind="flow_meter", meter_in="A")
    drawing.node("J", X + 200, Y)
    drawing.node("SHUT", X + 300, Y, kind="valve", valve_state="closed")
    drawing.node("WORN", X + 300, Y + 50, kind="valve", valve_state="closed", operable="no")
    drawing.node("MAYBE", X + 300, Y + 100, kind="valve", valve_state="unknown")
    drawing.node("IDLE", X + 250, Y - 50, kind="valve", valve_state="closed")
    drawing.node("E", X + 400, Y, kind="tank")
    drawing.node("D", X + 250, Y - 100)
    for name, start, end in (
        ("IN", "S", "M"),
        ("A1", "M", "J"),
        ("A2", "J", "SHUT"),
        ("A3", "J", "WORN"),
        ("A4", "J", "MAYBE"),
        ("A5", "J", "IDLE"),
        ("A6", "IDLE", "D"),
        ("B1", "SHUT", "E"),
        ("B2", "WORN", "E"),
        ("B3", "MAYBE", "E"),
    ):
        drawing.pipe(name, start, end)
    for step in range(LONG):
        drawing.node(f"W{step}", X + 2 * step, Y + 300)
        drawing.pipe(f"WAY{step:02d}", "S" if step == 0 else f"W{step - 1}", f"W{step}")
    drawing.pipe("A7", f"W{LONG - 1}", "J")
    made = tmp_path_factory.mktemp("signs") / "street.gpkg"
    with store.create_network(made, CRS) as network:
        with network.write("adopt") as batch:
            for table, frame in (("pipe", drawing.pipes), ("node", drawing.nodes)):
                batch.insert(table, frame.dropna(axis="columns", how="all"))
            batch.insert("zone", pd.DataFrame({"zone_id": ["A", "B"], "kind": "dma", "state": "proven"}))
        _draw(network, "A", [f"A{number}" for number in range(1, 8)])
        _draw(network, "B", ["B1", "B2", "B3"])
        check_dma(network, ZoneCheckRequest("Check"))
    return made


def _draw(network: Network, zone: str, pipes: list[str]) -> None:
    draw_dma(network, DrawRequest("Draw", PIPES, zone, pipe_ids=tuple(pipes), store=True))


@pytest.fixture(scope="module")
def project(qgis_app: Any, path: Path) -> Iterator[QgsProject]:
    """The project of the street, read back."""
    built = build_project(path, theme="dma", language="en")
    opened = QgsProject()
    assert opened.read(str(built.path))
    yield opened
    opened.clear()


def ids(project: QgsProject, key: str, column: str) -> set[str]:
    layer = layer_of(project, key)
    assert layer is not None and layer.isValid() and layer.readOnly()
    return {feature[column] for feature in layer.getFeatures()}


def test_boundaries_hold_meters_closed_and_doubtful_valves_and_no_idle_one(project: QgsProject) -> None:
    assert ids(project, "dma_boundary", "node_id") == {"M", "SHUT", "WORN", "MAYBE"}


def test_an_unmetered_way_is_drawn_with_all_its_pipes(project: QgsProject) -> None:
    assert ids(project, "dma_way", "pipe_id") == {f"WAY{step:02d}" for step in range(LONG)}


@pytest.mark.parametrize(
    ("node", "sign"), [("M", "meter"), ("SHUT", "closed"), ("WORN", "doubtful"), ("MAYBE", "doubtful")]
)
def test_each_device_has_its_sign(project: QgsProject, node: str, sign: str) -> None:
    layer = layer_of(project, "dma_boundary")
    assert layer is not None
    (feature,) = layer.getFeatures(f"node_id = '{node}'")
    context = QgsRenderContext()
    context.expressionContext().setFields(layer.fields())
    context.expressionContext().setFeature(feature)
    renderer = layer.renderer().clone()
    signs = {rule.ruleKey() for rule in renderer.rootRule().children()}
    renderer.startRender(context, layer.fields())
    try:
        assert renderer.legendKeysForFeature(feature, context) & signs == {sign}
    finally:
        renderer.stopRender(context)


def test_open_crossings_alone_show_among_the_issues(project: QgsProject) -> None:
    layer = layer_of(project, "issue")
    assert layer is not None and layer.styleManager().currentStyle() == "DMA"
    (ring,) = layer.renderer().rootRule().children()
    assert ring.filterExpression() == "\"rule_id\" = 'dma_open_boundary' AND \"state\" = 'open'"
    assert ring.symbol().size() == pytest.approx(4.0)
    assert ring.symbol().symbolLayer(0).strokeColor().name() == "#d7165a"


def test_the_way_is_red_and_dashed(project: QgsProject) -> None:
    layer = layer_of(project, "dma_way")
    assert layer is not None
    stroke = layer.renderer().symbol().symbolLayer(0)
    assert (stroke.width(), stroke.color().name()) == (1.2, "#d7165a")
    assert stroke.useCustomDashPattern()


def test_a_meter_tells_which_way_it_measures(project: QgsProject) -> None:
    layer = layer_of(project, "dma_boundary")
    assert layer is not None
    expression = QgsExpression(layer.labeling().settings().fieldName)
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    told = {}
    for feature in layer.getFeatures():
        context.setFeature(feature)
        told[feature["node_id"]] = expression.evaluate(context) or ""
    assert told == {"M": "→ A", "SHUT": "", "WORN": "", "MAYBE": ""}


def test_signs_show_from_their_scale_in(project: QgsProject) -> None:
    layer = layer_of(project, "dma_boundary")
    assert layer is not None and layer.hasScaleBasedVisibility()
    assert layer.minimumScale() == look.scale("boundaries")
