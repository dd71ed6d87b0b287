"""Themes of users and meters: colours by trade or kind, and days as the schedule of meters has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsExpressionContextUtils,
    QgsProject,
    QgsRenderContext,
    QgsRuleBasedRenderer,
)
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


def test_every_trade_has_a_colour_of_its_own(qgis_app: Any) -> None:
    renderer = points.trade_renderer(Look("screen", "en"))
    colours = [category.symbol().color().name() for category in renderer.categories()]
    assert (
        len(set(colours))
        == len(colours)
        == len(domains.domain("trade")) + len(domains.domain("customer_kind"))
    )
