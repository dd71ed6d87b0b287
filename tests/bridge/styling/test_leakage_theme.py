"""The leakage theme: metered areas in the colour of their state, labelled with the rise of their alarm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsProject, QgsRenderContext
from shapely.geometry import MultiPolygon, box
from support.water_frames import CRS

from waternet_plugin import store
from waternet_plugin.bridge.project import switching
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project

pytestmark = pytest.mark.slow

X, Y = 500_000.0, 3_000_000.0
STATES = {"A": "alarm", "B": "watch", "C": "normal", "D": "no_data", "NEW": None}
COLOURS = {"A": "#99000d", "B": "#f4c430", "C": "#6f9ac4", "D": "#8c8c8c", "NEW": "#8c8c8c"}

# By area the leakage rates of two months and whether each is over the limit.
RATES = {"A": (0.3, 0.14), "B": (0.05, 0.2), "C": (0.2, 0.04), "D": (0.05, 0.06)}


def balances() -> pd.DataFrame:
    """Return the balances of two months; the newer is shown."""
    rows = [
        {
            "balance_id": f"{zone} {month}",
            "zone_id": zone,
            "from_date": pd.Timestamp(2026, month, 1),
            "to_date": pd.Timestamp(2026, month, 28),
            "loss_rate": rate,
            "state": "over" if rate > 0.12 else "within",
        }
        for zone, rates in RATES.items()
        for month, rate in zip((2, 1), rates[::-1])
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, qgis_app: object) -> Iterator[QgsProject]:
    """A project of five areas: one of each state, and one that nobody has looked at."""
    path: Path = tmp_path_factory.mktemp("leakage") / "town.gpkg"
    shapes = [MultiPolygon([box(X + 100 * at, Y, X + 100 * at + 90, Y + 90)]) for at in range(len(STATES))]
    zones = gpd.GeoDataFrame(
        {
            "zone_id": list(STATES),
            "name": list(STATES),
            "kind": "dma",
            "state": "in_operation",
            "geom": shapes,
        },
        geometry="geom",
        crs=CRS,
    )
    known = {zone: state for zone, state in STATES.items() if state}
    nights = pd.DataFrame(
        {
            "night_id": [f"{zone} 2026-01-02" for zone in known],
            "zone_id": list(known),
            "night": pd.to_datetime("2026-01-02"),
            "state": list(known.values()),
            "leak_m3h": 9.25,
        }
    )
    alarm = pd.DataFrame({"alarm_id": ["A-1"], "zone_id": ["A"], "rise_m3h": [7.4], "kind": ["step"]})
    with store.create_network(path, CRS) as network, network.write("dma") as batch:
        batch.insert("zone", zones)
        batch.insert("zone_night", nights)
        batch.insert("leak_alarm", alarm)
        batch.insert("zone_balance", balances())
    made = QgsProject()
    assert made.read(str(build_project(path, language="en").path))
    switching.show_theme(made, "leakage")
    yield made
    made.clear()


def areas(project: QgsProject) -> dict[str, QgsFeature]:
    layer = layer_of(project, "zone_leakage")
    assert layer is not None
    return {feature["zone_id"]: feature for feature in layer.getFeatures()}


def test_each_state_has_its_colour_and_areas_without_data_are_hatched(project: QgsProject) -> None:
    layer = layer_of(project, "zone_leakage")
    assert layer.readOnly()
    renderer, context = layer.renderer().clone(), QgsRenderContext()
    renderer.startRender(context, layer.fields())
    symbols = {}
    for zone, feature in areas(project).items():
        context.expressionContext().setFeature(feature)
        symbols[zone] = renderer.originalSymbolForFeature(feature, context).clone()
    renderer.stopRender(context)
    edges = {zone: symbol.symbolLayer(1).color().name() for zone, symbol in symbols.items()}
    assert edges == COLOURS
    hatched = {zone for zone, one in symbols.items() if one.symbolLayer(0).layerType() == "LinePatternFill"}
    assert hatched == {"D", "NEW"}
    assert [category.label() for category in renderer.categories()] == [
        "Normal",
        "To be watched",
        "Alarm",
        "No data",
    ]


def test_night_flow_and_leakage_rate_must_both_keep_their_limits(project: QgsProject) -> None:
    layer = layer_of(project, "zone_leakage")
    switching.show_theme(project, "double_criterion")
    try:
        expression = QgsExpression(layer.renderer().classAttribute())
        label = QgsExpression(layer.labeling().settings().fieldName)
        context = QgsExpressionContext()
        context.setFields(layer.fields())
        found = {}
        for zone, feature in areas(project).items():
            context.setFeature(feature)
            found[zone] = (expression.evaluate(context), label.evaluate(context))
        assert found == {
            "A": ("both_fail", "A  14.0 %"),
            "B": ("rate_fails", "B  20.0 %"),
            "C": ("both_met", "C  4.0 %"),
            # Nobody knows its night flow, its rate keeps the limit.
            "D": ("no_data", "D  6.0 %"),
            "NEW": ("no_data", "NEW"),
        }
        labels = [category.label() for category in layer.renderer().categories()]
        assert labels[0] == "Night flow and leakage rate within limits" and len(labels) == 5
    finally:
        switching.show_theme(project, "leakage")


def test_the_label_says_the_area_and_the_rise_of_its_alarm(project: QgsProject) -> None:
    layer = layer_of(project, "zone_leakage")
    expression = QgsExpression(layer.labeling().settings().fieldName)
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    told = {}
    for zone, feature in areas(project).items():
        context.setFeature(feature)
        told[zone] = expression.evaluate(context)
        assert not expression.hasEvalError()
    assert told == {"A": "A  +7.4", "B": "B", "C": "C", "D": "D", "NEW": "NEW"}


def test_the_tip_says_state_night_leakage_and_alarm(project: QgsProject) -> None:
    layer = layer_of(project, "zone_leakage")
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    context.setFeature(areas(project)["A"])
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    for part in ("A A", "Leakage: Alarm", "2026-01-02", "9.3 m³/h", "+7.4 m³/h", "14.0 %", "2026-02-28"):
        assert part in tip
    context.setFeature(areas(project)["NEW"])
    assert "m³/h" not in QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def test_the_theme_shows_leakage_and_no_other_fill_of_zones(project: QgsProject) -> None:
    root = project.layerTreeRoot()
    shown = {
        key: root.findLayer(layer_of(project, key).id()).isVisible()
        for key in ("zone_leakage", "zone", "pipe", "pipe_health")
    }
    assert shown == {"zone_leakage": True, "zone": False, "pipe": True, "pipe_health": False}
    assert project.mapThemeCollection().hasMapTheme("Leakage")
