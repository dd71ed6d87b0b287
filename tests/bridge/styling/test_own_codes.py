"""Forms, signs, labels and tips of a project know the codes that a network's users added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsPalLayerSettings,
    QgsProject,
)
from support.store_helpers import CRS, ORIGIN, pipe_frame

from waternet_plugin import store
from waternet_plugin.bridge.forms import tips
from waternet_plugin.bridge.forms.layer_tables import table_of_layer
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.bridge.styling import labels
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema.own_codes import CodeRequest

BALL = CodeRequest("node_kind", "ball_valve", "Ball valve", "球阀", "valve")
K9 = CodeRequest("material", "k9_iron", "K9 iron", "K9球墨铸铁", "ductile_iron")
LEAD = CodeRequest("function", "house_lead", "House lead", "户线", "service")


@pytest.fixture(scope="module")
def path(qgis_app, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("codes") / "town.gpkg"
    with store.create_network(made, CRS) as network:
        with network.write("own") as batch:
            for one in (BALL, K9, LEAD):
                batch.add_code(one)
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(3, material="k9_iron", function="house_lead"))
            nodes = {"node_id": ["V1"], "kind": ["ball_valve"], "status": "in_use", "valve_state": "closed"}
            places = gpd.GeoSeries([shapely.Point(ORIGIN)], crs=CRS)
            batch.insert("node", gpd.GeoDataFrame(nodes, geometry=places).rename_geometry("geom"))
    return made


@pytest.fixture(scope="module", params=["en", "zh_CN"])
def project(request: pytest.FixtureRequest, path: Path) -> Iterator[QgsProject]:
    built = build_project(path, path.with_name(f"{request.param}.qgz"), language=request.param).path
    project = QgsProject.instance()
    assert project.read(str(built))
    yield project
    project.clear()


def in_context(layer, expression: str) -> object:
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures(QgsFeatureRequest().setLimit(1))))
    return QgsExpression(expression).evaluate(context)


@pytest.mark.slow
def test_nodes_are_drawn_and_named_as_their_base(project: QgsProject) -> None:
    layer = layer_of(project, "node")
    rules = [rule for rule in layer.renderer().rootRule().children() if rule.ruleKey().startswith("valve")]
    drawn = [rule for rule in rules if in_context(layer, rule.filterExpression())]
    assert len(drawn) == 1
    legend = [rule.label() for rule in layer.renderer().rootRule().children()]
    assert any("Ball valve" in label or "球阀" in label for label in legend)
    assert in_context(layer, layer.displayExpression()) in ("Ball valve V1", "球阀 V1")


def test_the_form_of_a_node_shows_the_pages_of_its_base(project: QgsProject) -> None:
    layer = layer_of(project, "node")
    pages = [page for page in layer.editFormConfig().tabs() if page.visibilityExpression().enabled()]
    shown = [page for page in pages if in_context(layer, page.visibilityExpression().data().expression())]
    assert len(shown) == 1
    offered = layer.editorWidgetSetup(layer.fields().lookupField("kind")).config()["map"]
    assert any("ball_valve" in pair.values() for pair in offered)


def test_a_layer_knows_what_its_codes_count_as(project: QgsProject) -> None:
    field = table_of_layer(layer_of(project, "node"), "node").field("kind")
    assert (field.counted("ball_valve"), field.codes["ball_valve"].family) == ("valve", "valve")
    assert field.codes["ball_valve"].label_zh == "球阀"


def test_the_legend_of_materials_names_them(project: QgsProject) -> None:
    layer = layer_of(project, "pipe")
    styles = [layer.styleManager().style(name).xmlData() for name in layer.styleManager().styles()]
    assert any("K9 iron" in style or "K9球墨铸铁" in style for style in styles)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_labels_and_tips_read_the_base(language: str, path: Path) -> None:
    with store.open_network(path) as network:
        chosen = Look("screen", language, network.own_codes())
    labeling = labels.pipe_labeling(chosen)
    settings = labeling.settings()
    shown = settings.dataDefinedProperties().property(QgsPalLayerSettings.Property.Show)
    assert "house_lead" in shown.expressionString()
    assert "'valve', 'ball_valve'" in tips.node(chosen)
