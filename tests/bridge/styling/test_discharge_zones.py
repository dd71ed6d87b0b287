"""Zones for zero discharge on the map: a wide edge, filled where nothing blocks them, told in three lines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsFeature,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage
from shapely.geometry import MultiPolygon, box
from support.water_frames import CRS

from waternet_plugin import store
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project

pytestmark = pytest.mark.slow

X, Y, SIDE_M = 500_000.0, 3_000_000.0, 1500.0
VERDICTS = {"ZD-1": "valid", "ZD-2": "not_valid", "ZD-3": None}
EDGE = {"screen": "#6e3c96", "print": "#64328c"}


@pytest.fixture(scope="module", params=["screen", "print"])
def zones(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, qgis_app: object
) -> Iterator[tuple[str, QgsVectorLayer]]:
    """The palette, and the layer of three zones side by side: ready, blocked, not known."""
    path: Path = tmp_path_factory.mktemp("zones") / "town.gpkg"
    shapes = [MultiPolygon([box(X + SIDE_M * at, Y, X + SIDE_M * (at + 1), Y + SIDE_M)]) for at in range(3)]
    rows = {
        "zone_id": list(VERDICTS),
        "name": list(VERDICTS),
        "kind": "zero_discharge",
        "state": "draft",
        "verdict": list(VERDICTS.values()),
    }
    frame = gpd.GeoDataFrame({**rows, "geom": shapes}, geometry="geom", crs=CRS)
    with store.create_network(path, CRS) as network, network.write("drainage") as batch:
        batch.insert("zone", frame)
    made = QgsProject()
    assert made.read(str(build_project(path, language="en", palette=request.param).path))
    layer = layer_of(made, "zone")
    assert layer is not None
    yield request.param, layer
    made.clear()


def _of(layer: QgsVectorLayer, zone: str) -> QgsFeature:
    return next(one for one in layer.getFeatures() if one["zone_id"] == zone)


def test_labels_say_area_and_whether_something_blocks(zones: tuple[str, QgsVectorLayer]) -> None:
    _palette, layer = zones
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    said = []
    for zone in VERDICTS:
        context.setFeature(_of(layer, zone))
        said.append(QgsExpression(layer.labeling().settings().fieldName).evaluate(context))
    assert said == ["ZD-1\n2.25 km²\nready", "ZD-2\n2.25 km²\nblocked", "ZD-3\n2.25 km²"]


def test_ready_zones_have_a_legend_entry_of_their_own(zones: tuple[str, QgsVectorLayer]) -> None:
    _palette, layer = zones
    labels = [one.label() for one in layer.renderer().categories()]
    assert {"Zero-discharge zone", "Zero-discharge zone, ready"} <= set(labels)


def test_only_ready_zones_are_filled(zones: tuple[str, QgsVectorLayer]) -> None:
    palette, layer = zones
    picture = _drawn(layer)
    if folder := os.environ.get("WATERNET_PICTURES"):
        picture.save(str(Path(folder) / f"discharge_zones_{palette}.png"))
    step = picture.width() // 3
    # A spot of each beside its label, and the edge between the second and the third.
    ready, blocked, unknown = (picture.pixelColor(step * at + step // 5, step // 5) for at in range(3))
    assert blocked == unknown == QColor("white")
    colour = QColor(EDGE[palette])
    expected = [255 - 0.12 * (255 - one) for one in colour.getRgb()[:3]]
    assert list(ready.getRgb()[:3]) == pytest.approx(expected, abs=3)
    edge = picture.pixelColor(2 * step, step // 5)
    assert list(edge.getRgb()[:3]) == pytest.approx(list(colour.getRgb()[:3]), abs=3)


def _drawn(layer: QgsVectorLayer) -> QImage:
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(900, 300))
    settings.setOutputDpi(96)
    settings.setExtent(layer.extent())
    assert QgsRenderContext.fromMapSettings(settings).rendererScale() > 0
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()
