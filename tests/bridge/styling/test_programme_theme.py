"""The map of a programme: compounds by how they stand to its plan, name and households as labels."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsProject
from support.colour_vision import contrast

from waternet_plugin import store
from waternet_plugin.bridge.project import switching
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.core.months import month_of
from waternet_plugin.core.programmes.programme_states import all_states
from waternet_plugin.operations.programmes.read_items import read_items

CRS = "EPSG:4547"
TODAY = datetime.date.today()
THIS = month_of(TODAY)


def _items() -> pd.DataFrame:
    """Items of every state, planned before, in and after this month, with and without days."""
    rows = []
    past, ahead = (
        pd.Timestamp(TODAY - datetime.timedelta(days=3)),
        pd.Timestamp(TODAY + datetime.timedelta(days=3)),
    )
    for state in (None, *all_states()):
        for month in (None, THIS.plus(-1).text, THIS.text, THIS.plus(1).text):
            for days in (
                {},
                {"done_on": past},
                {"refused_on": past},
                {"done_on": ahead},
                {"transition_until": ahead},
            ):
                rows.append({"state": state, "planned_month": month, "households": 10, **days})
    rows.append({"households": 10, "opted_out": 10})
    rows.append({"households": 10, "opted_out": 9})
    frame = pd.DataFrame(rows)
    ids = [f"I{place}" for place in range(len(frame))]
    frame = frame.assign(item_id=ids, compound_id=[f"C{place}" for place in range(len(frame))])
    return frame.assign(programme="meter_to_household", name="N")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the network lies."""
    return tmp_path_factory.mktemp("programme") / "town.gpkg"


@pytest.fixture(scope="module")
def project(path: Path, qgis_app: object) -> Iterator[QgsProject]:
    """A project of a network with a compound for each item, one of two items, and one without."""
    items = _items()
    ids = [*items["compound_id"], "BARE"]
    boxes = [
        shapely.MultiPolygon([shapely.box(x, 0, x + 9, 9)])
        for x in range(500_000, 500_000 + 10 * len(ids), 10)
    ]
    compounds = gpd.GeoDataFrame({"compound_id": ids, "name": ids}, geometry=boxes, crs=CRS)
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("compound", compounds.rename_geometry("geom"))
        batch.insert("programme_item", items)
        other = items.iloc[:1].assign(item_id="X", programme="community_network", state="refused")
        batch.insert("programme_item", other)
    made = QgsProject()
    assert made.read(str(build_project(path, theme="programme").path))
    yield made
    made.clear()


@pytest.mark.slow
def test_the_map_says_what_the_ledger_says(project: QgsProject, path: Path) -> None:
    layer = layer_of(project, "compound_programme")
    assert layer is not None
    node = project.layerTreeRoot()
    assert node.findLayer(layer.id()).isVisible()
    assert not node.findLayer(layer_of(project, "compound").id()).isVisible()
    with store.open_network(path) as network:
        items = read_items(network, "meter_to_household")
    wanted = dict(zip(items.texts("compound_id"), items.situations))
    value = QgsExpression(layer.renderer().classAttribute())
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    found: dict[str, Any] = {}
    for feature in layer.getFeatures():
        context.setFeature(feature)
        found[feature["compound_id"]] = value.evaluate(context) or None
    assert not value.hasEvalError()
    assert found == {**wanted, "BARE": None}
    assert set(wanted.values()) == {"done", "due", "late", "under_way", "later", "refused"}


def test_the_colours_are_those_of_the_programme(project: QgsProject) -> None:
    layer = layer_of(project, "compound_programme")
    colours = {
        category.value(): category.symbol()
        .symbolLayer(category.symbol().symbolLayerCount() - 1)
        .color()
        .name()
        for category in layer.renderer().categories()
        if category.value()
    }
    assert colours == {
        "done": "#6f9ac4", "due": "#f4c430", "late": "#99000d", "under_way": "#ef6c2f", "later": "#bdbdbd",
        "refused": "#5c4a00",
    }  # fmt: skip
    label = QgsExpression(layer.labeling().settings().fieldName)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    feature = next(feature for feature in layer.getFeatures() if feature["compound_id"] == "C0")
    context.setFeature(feature)
    assert label.evaluate(context) == "C0\n10 households"
    text = layer.labeling().settings().format().color().name()
    for category in layer.renderer().categories():
        if category.value() in colours and category.value() != "refused":
            fill = category.symbol().symbolLayer(0).fillColor()
            over_white = [round(255 + (part - 255) * fill.alphaF()) for part in fill.getRgb()[:3]]
            assert contrast(text, "#{:02x}{:02x}{:02x}".format(*over_white)) >= 4.5, category.value()
    switching.show_theme(project, "system")
    assert not project.layerTreeRoot().findLayer(layer.id()).isVisible()
