"""The theme Verified: pipes that were verified before backfilling in the colour of their newest verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsProject
from support.store_helpers import CRS, pipe_frame

from waternet_plugin import store
from waternet_plugin.bridge.project import switching
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project

COLOURS = {"pass": "#22a397", "open": "#f4c430", "fail": "#99000d"}
# Pipe and verdict, in the order in which they were given: the newest counts.
VERDICTS = [("P00000", "open"), ("P00001", "fail"), ("P00000", "pass"), ("P00002", "open")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, qgis_app: object) -> Iterator[QgsProject]:
    """A project of four pipes, three of them verified."""
    path: Path = tmp_path_factory.mktemp("verified") / "town.gpkg"
    rows = pd.DataFrame(VERDICTS, columns=["pipe_id", "verdict"])
    rows["verification_id"] = [f"VF-{number}" for number in range(len(rows))]
    rows["reasons"] = "no photo"
    with store.create_network(path, CRS) as network, network.write("survey") as batch:
        batch.insert("pipe", pipe_frame(4))
        batch.insert("verification", rows)
    made = QgsProject()
    assert made.read(str(build_project(path, language="en").path))
    switching.show_theme(made, "verified")
    yield made
    made.clear()


@pytest.mark.slow
def test_the_newest_verdict_of_each_pipe_has_its_colour(project: QgsProject) -> None:
    layer = layer_of(project, "pipe_verified")
    found = {feature["pipe_id"]: feature["verdict"] for feature in layer.getFeatures()}
    assert found == {"P00000": "pass", "P00001": "fail", "P00002": "open"}
    categories = layer.renderer().categories()
    assert {each.value(): each.symbol().color().name() for each in categories} == COLOURS
    assert {round(each.symbol().width(), 2) for each in categories} == {0.9}


@pytest.mark.slow
def test_the_theme_shows_verdicts_under_the_issues(project: QgsProject) -> None:
    root = project.layerTreeRoot()
    shown = {
        key: root.findLayer(layer_of(project, key).id()).isVisible() for key in ("pipe_verified", "pipe")
    }
    assert shown == {"pipe_verified": True, "pipe": True}
    order = [layer.id() for layer in root.layerOrder()]
    places = [order.index(layer_of(project, key).id()) for key in ("issue", "pipe_verified", "pipe")]
    assert places == sorted(places)
    switching.show_theme(project, "system")
    assert not root.findLayer(layer_of(project, "pipe_verified").id()).isVisible()
    switching.show_theme(project, "verified")


@pytest.mark.slow
def test_the_tip_tells_the_verdict_and_its_reasons(project: QgsProject) -> None:
    layer = layer_of(project, "pipe_verified")
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    context.setFeature(next(layer.getFeatures("\"pipe_id\" = 'P00002'")))
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert all(part in tip for part in ("P00002", "Open", "no photo"))
