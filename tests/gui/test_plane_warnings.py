"""QGIS's red warning that nothing leads away from a plane of nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import Qgis, QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject
from support.fake_iface import FakeIface

from waternet_plugin.core.exchange.model_files.local_plane import LOCAL_PLANE
from waternet_plugin.gui.session.plane_warnings import PlaneWarnings

WARNING = "No transform available between Local plane of a model file and EPSG:4326 - WGS 84"


@pytest.fixture
def bar(qgis_app: Any) -> Any:
    """A message bar whose false warnings are taken out, over a project with one layer in the local plane."""
    iface = FakeIface()
    parent = QObject()
    plane = QgsCoordinateReferenceSystem.fromWkt(LOCAL_PLANE)
    project = QgsProject.instance()
    project.clear()
    project.setCrs(plane)
    layer = QgsVectorLayer("LineString", "pipe", "memory")
    layer.setCrs(plane)
    project.addMapLayer(layer)
    bar = iface.messageBar()
    bar.warnings = PlaneWarnings(bar, parent)
    yield bar
    parent.deleteLater()
    project.clear()


def _texts(bar: Any, app: Any) -> list[str]:
    for _ in range(3):
        app.processEvents()
    return [item.text() for item in bar.items()]


def test_a_warning_about_the_plane_all_layers_lie_in_goes(bar: Any, qgis_app: Any) -> None:
    bar.pushMessage(WARNING, Qgis.MessageLevel.Critical)
    bar.pushMessage("Saved", Qgis.MessageLevel.Info)
    assert _texts(bar, qgis_app) == ["Saved"]


def test_the_warning_stays_where_a_layer_lies_elsewhere(bar: Any, qgis_app: Any) -> None:
    QgsProject.instance().addMapLayer(QgsVectorLayer("Point?crs=EPSG:4547", "survey", "memory"))
    bar.pushMessage(WARNING, Qgis.MessageLevel.Critical)
    assert _texts(bar, qgis_app) == [WARNING]
