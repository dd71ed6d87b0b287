"""Edits by native calls on layers of a small network, and what is left of them in buffers and file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer

from support.begun_editing import begin_editing
from support.built_network import EAST, NORTH
from support.store_helpers import is_on_server, rows
from waternet_plugin.bridge.layers.marks import LAYER_MARK, NETWORK_MARK
from waternet_plugin.store import create_network, open_network, parse


def make_network(path: Path | str) -> Path | str:
    """Make a network of three pipes, 100 m long and 20 m apart, and a valve."""

    def pipe(number: int, **more: Any) -> dict[str, Any]:
        ends = [(EAST, NORTH + 20 * number, 1), (EAST + 100, NORTH + 20 * number, 1)]
        row = {"pipe_id": f"P-{number}", "system": "potable", "status": "in_use", **more}
        return {**row, "geom": shapely.LineString(ends)}

    pipes = [pipe(1, material="cast_iron"), pipe(2, material="pvc"), pipe(3, system="sewage")]
    node = {"node_id": "N-1", "kind": "valve", "status": "in_use", "geom": shapely.Point(EAST, NORTH, 1)}
    with create_network(path, "EPSG:4547", by="Li") as network, network.write("adopt") as batch:
        batch.insert("pipe", gpd.GeoDataFrame(pipes, geometry="geom", crs=network.crs))
        batch.insert("node", gpd.GeoDataFrame([node], geometry="geom", crs=network.crs))
    return path


def layer_in_editing(path: Path | str, table: str) -> QgsVectorLayer:
    """Add our layer of a table to the project and begin to edit it."""
    if is_on_server(path):
        with open_network(path) as network:
            shown = network.layer_source(table)
        layer = QgsVectorLayer(shown.source, f"Our {table}s", shown.provider)
        layer.setCustomProperty(NETWORK_MARK, str(parse(path)))
    else:
        layer = QgsVectorLayer(f"{path}|layername={table}", f"Our {table}s", "ogr")
    assert layer.isValid()
    layer.setCustomProperty(LAYER_MARK, table)
    QgsProject.instance().addMapLayer(layer)
    begin_editing(layer)
    return layer


def _add(layer: QgsVectorLayer, geometry: QgsGeometry, values: dict[str, Any]) -> QgsFeature:
    feature = QgsFeature(layer.fields())
    feature.setGeometry(geometry)
    for name, value in values.items():
        feature[name] = value
    assert layer.addFeature(feature)
    return feature


def draw(layer: QgsVectorLayer, pipe_id: str, x: float = 0.0, y: float = 300.0, **values: Any) -> QgsFeature:
    """Draw a pipe of 50 m."""
    line = QgsGeometry.fromWkt(f"LineStringZ ({EAST + x} {NORTH + y} 1, {EAST + x + 50} {NORTH + y} 2)")
    given = {"pipe_id": pipe_id, "system": "potable", "status": "in_use", **values}
    return _add(layer, line, given)


def put(layer: QgsVectorLayer, node_id: str, x: float = 0.0, y: float = 300.0, **values: Any) -> QgsFeature:
    """Put a junction."""
    point = QgsGeometry.fromWkt(f"PointZ ({EAST + x} {NORTH + y} 1)")
    return _add(layer, point, {"node_id": node_id, "kind": "junction", "status": "in_use", **values})


def fid_of(layer: QgsVectorLayer, asset: str) -> int:
    """Return the number of a row."""
    name = "pipe_id" if layer.fields().lookupField("pipe_id") >= 0 else "node_id"
    return next(one.id() for one in layer.getFeatures() if one[name] == asset)


def change(layer: QgsVectorLayer, asset: str, **values: Any) -> None:
    """Change values of a row, one step each."""
    fid = fid_of(layer, asset)
    for name, value in values.items():
        assert layer.changeAttributeValue(fid, layer.fields().lookupField(name), value)


def split(layer: QgsVectorLayer, new_id: str) -> None:
    """Split P-1 as QGIS's tool does; the new half gets an id as forms give it."""
    layer.beginEditCommand("split")
    before = set(layer.editBuffer().addedFeatures())
    layer.splitFeatures([QgsPointXY(EAST + 25, NORTH + 15), QgsPointXY(EAST + 25, NORTH + 25)], False)
    for fid in set(layer.editBuffer().addedFeatures()) - before:
        layer.changeAttributeValue(fid, layer.fields().lookupField("pipe_id"), new_id)
    layer.endEditCommand()


def buffer_state(layer: QgsVectorLayer) -> tuple[Any, ...]:
    """Return what a refused Save must leave as it was."""
    buffer, stack = layer.editBuffer(), layer.undoStack()
    return (
        sorted(buffer.addedFeatures()),
        {fid: dict(values) for fid, values in buffer.changedAttributeValues().items()},
        {fid: line.asWkt() for fid, line in buffer.changedGeometries().items()},
        sorted(buffer.deletedFeatureIds()),
        (stack.count(), stack.index()),
        [stack.text(number) for number in range(stack.count())],
        sorted((one.id(), one.geometry().asWkt(3)) for one in layer.getFeatures()),
    )


def is_empty(layer: QgsVectorLayer) -> bool:
    """Return whether a buffer holds nothing, and no step to undo or redo."""
    return not layer.isModified() and layer.undoStack().count() == 0


def by_hand(path: Path, sql: str) -> None:
    """Change the file's schema as somebody does by hand."""
    with closing(sqlite3.connect(path, timeout=10)) as database:
        database.executescript(sql)


def last_batch(path: Path | str) -> tuple[Any, ...]:
    """Return id, kind and rows of the newest batch."""
    return rows(path, "SELECT batch_id, kind, rows FROM batch ORDER BY fid DESC LIMIT 1")[0]


def logged(path: Path | str) -> list[tuple[Any, ...]]:
    """Return asset and action of the entries of the newest batch, sorted."""
    return sorted(rows(path, "SELECT asset, action FROM change_log WHERE batch = ?", last_batch(path)[0]))
