"""Themes of users and meters: colours by trade or kind, and days as the schedule of meters has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsProject,
    QgsProperty,
    QgsRenderContext,
    QgsRuleBasedRenderer,
    QgsSymbolLayer,
)
from qgis.PyQt.QtCore import QVariant
from support.user_town import make_user_town

from waternet_plugin.bridge.project import layer_tree, switching
from waternet_plugin.bridge.styling import look, points
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains
from waternet_plugin.operations.users.schedule_meters import MeterRequest, schedule_network_meters
from waternet_plugin.store import open_network


@pytest.fixture(scope="module")
def town(qgis_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The town of users, its project open."""
    path = make_user_town(tmp_path_factory.mktemp("users"))
    project = QgsProject.instance()
    assert project.read(str(path.with_suffix(".qgz")))
    yield path
    project.clear()


def drawn(layer: Any) -> dict[str, str]:
    """Return the label of what each row is drawn as, by its id."""
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    labels = {}
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        if isinstance(renderer, QgsRuleBasedRenderer):
            rules = renderer.rootRule().rulesForFeature(feature, context)
            found = [rule.label() for rule in rules if rule.label()]
        else:
            keys = renderer.legendKeysForFeature(feature, context)
            found = [item.label() for item in renderer.legendSymbolItems() if item.ruleKey() in keys]
        if found:
            labels[feature[1]] = found[-1]
    renderer.stopRender(context)
    return labels


@pytest.mark.slow
def test_meters_are_drawn_by_the_days_of_their_schedule(town: Path) -> None:
    project = QgsProject.instance()
    switching.show_theme(project, "meters")
    layer = layer_tree.layer_of(project, "node")
    assert layer is not None
    with open_network(town) as network:
        meters = schedule_network_meters(network, MeterRequest()).schedule.frame
    labels = {code: one.label_en for code, one in domains.domain("due_state").items()}
    wanted = {row.node_id: labels[row.state] for row in meters.itertuples()}
    assert set(meters["state"]) == {"overdue", "due", "later", "unknown"}
    id_place = layer.fields().indexOf("node_id")
    assert id_place == 1
    assert drawn(layer) == wanted


@pytest.mark.slow
def test_users_are_drawn_by_trade_and_by_kind_without_one(town: Path) -> None:
    project = QgsProject.instance()
    switching.show_theme(project, "users")
    layer = layer_tree.layer_of(project, "customer")
    assert layer is not None
    found = drawn(layer)
    assert (found["C1"], found["S1"], found["U1"]) == ("Car wash", "School", "Domestic")
    # From farther out than on other maps.
    assert layer.minimumScale() == look.scale("dots") > look.scale("customers")
    switching.show_theme(project, "system")
    assert layer.minimumScale() == look.scale("customers")


def trades(renderer: Any) -> list[Any]:
    """Return the categories of trades and kinds; those after them only tell the sizes in the legend."""
    return [one for one in renderer.categories() if isinstance(one.value(), list)]


def sizes_drawn(demand_m3d: Any) -> list[float]:
    """Return the dots that a user is drawn with, mm."""
    fields = QgsFields()
    fields.append(QgsField("demand_m3d", QVariant.Double))
    feature = QgsFeature(fields)
    feature.setAttribute(0, demand_m3d)
    context = QgsExpressionContext()
    context.setFields(fields)
    context.setFeature(feature)
    renderer = points.trade_renderer(Look("screen", "en"))
    first = trades(renderer)[0]
    drawn = []
    for layer in first.symbol().symbolLayers():
        # A copy: the collection may go before its property.
        enabled = QgsProperty(
            layer.dataDefinedProperties().property(QgsSymbolLayer.Property.PropertyLayerEnabled)
        )
        if enabled.valueAsBool(context, True)[0]:
            drawn.append(layer.size())
    return drawn


def test_the_largest_dot_of_a_user_is_that_of_its_demand(qgis_app: Any) -> None:
    assert [max(sizes_drawn(m3d)) for m3d in (0.0, 0.99, 1.0, 9.99, 10.0, 99.9, 100.0, 5000.0)] == [
        1.7, 1.7, 2.2, 2.2, 3.0, 3.0, 3.8, 3.8,
    ]  # fmt: skip
    assert sizes_drawn(None) == sizes_drawn(-5.0) == [1.7]


def test_the_legend_tells_the_sizes_of_users(qgis_app: Any) -> None:
    renderer = points.trade_renderer(Look("screen", "zh_CN"))
    items = renderer.legendSymbolItems()[-4:]
    assert [(item.label(), item.symbol().size()) for item in items] == [
        ("1 m³/d 以下", 1.7), ("1～10 m³/d", 2.2), ("10～100 m³/d", 3.0), ("100 m³/d 及以上", 3.8),
    ]  # fmt: skip


def test_dots_of_users_are_pictures_that_qgis_keeps(qgis_app: Any) -> None:
    renderer = points.trade_renderer(Look("screen", "en"))
    for category in trades(renderer):
        for layer in category.symbol().symbolLayers():
            properties = layer.dataDefinedProperties()
            assert set(properties.propertyKeys()) <= {int(QgsSymbolLayer.Property.PropertyLayerEnabled)}


def test_every_trade_has_a_colour_of_its_own(qgis_app: Any) -> None:
    renderer = points.trade_renderer(Look("screen", "en"))
    colours = [category.symbol().color().name() for category in trades(renderer)]
    assert (
        len(set(colours))
        == len(colours)
        == len(domains.domain("trade")) + len(domains.domain("customer_kind"))
    )
