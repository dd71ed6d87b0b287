"""Connections that QGIS keeps for its next drawing are closed in a thread of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from osgeo import ogr
from qgis.core import QgsApplication, QgsVectorLayer
from qgis.PyQt.QtTest import QSignalSpy

from waternet_plugin.bridge.layers.idle_connections import IdleConnections

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks in /proc what is open")


@pytest.fixture
def layer(qgis_app: QgsApplication, tmp_path: Path) -> QgsVectorLayer:
    """A layer of a file that was read, so that QGIS keeps a connection to it."""
    path = str(tmp_path / "管网 1.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    pipes = source.CreateLayer("pipe")
    pipes.CreateFeature(ogr.Feature(pipes.GetLayerDefn()))
    del pipes, source
    layer = QgsVectorLayer(f"{path}|layername=pipe", "pipe", "ogr")
    assert len(list(layer.getFeatures())) == 1
    return layer


@pytest.fixture
def idle(qgis_app: QgsApplication) -> Iterator[IdleConnections]:
    made = IdleConnections()
    yield made
    made.end()


def open_times(path: str) -> int:
    """Return how often this process has a file open."""
    folder = Path("/proc/self/fd")
    return sum(os.path.realpath(one) == os.path.realpath(path) for one in folder.iterdir())


def test_those_of_a_file_are_closed_and_the_layer_is_read_on(
    layer: QgsVectorLayer, idle: IdleConnections
) -> None:
    path = layer.source().partition("|")[0]
    ended = QSignalSpy(idle.closed)
    # One of the layer, and one that was kept.
    assert open_times(path) == 2
    idle.close_of(path)
    idle.close_of(path)
    assert ended.wait(60_000)
    assert open_times(path) == 1
    assert len(list(layer.getFeatures())) == 1
    idle.close_of(path)
    assert ended.wait(60_000)
    assert open_times(path) == 1


def test_the_end_waits_for_what_is_being_closed(layer: QgsVectorLayer, idle: IdleConnections) -> None:
    path = layer.source().partition("|")[0]
    idle.close_of(path)
    idle.end()
    assert idle._thread is None and open_times(path) == 1
    idle.end()


def test_another_file_is_let_alone(layer: QgsVectorLayer, idle: IdleConnections, tmp_path: Path) -> None:
    ended = QSignalSpy(idle.closed)
    idle.close_of(str(tmp_path / "other.gpkg"))
    assert ended.wait(60_000)
    assert open_times(layer.source().partition("|")[0]) == 2
