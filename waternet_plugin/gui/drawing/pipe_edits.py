"""What the editing tools do to the layers: each is one command, one step of undo."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from qgis.core import (
    NULL,
    QgsFeature,
    QgsGeometry,
    QgsLineString,
    QgsPoint,
    QgsPointXY,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate

from waternet_plugin.bridge.saving.buffers.new_features import new_feature
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN
from waternet_plugin.core.texts import tr

# What a new pipe in the place of an old one does not take over.
_NOT_REPEATED = frozenset(
    {
        *EDITING,
        FID_COLUMN,
        "pipe_id",
        "retired_on",
        "initial_status",
        "lining",
        "lined_year",
        "survey_batch",
        "verified_on",
        "verified_by",
        "note",
        "estimated",
        "source_id",
    }
)


@contextmanager
def command(layer: QgsVectorLayer, text: str) -> Iterator[None]:
    """Make what happens in the block one step of undo; what fails in it leaves nothing."""
    layer.beginEditCommand(text)
    try:
        yield
    except BaseException:
        layer.destroyEditCommand()
        raise
    layer.endEditCommand()
    layer.triggerRepaint()


def line_through(points: list[QgsPoint]) -> QgsGeometry:
    """Return a line through points; heights that are not known are NaN."""
    kind = QgsWkbTypes.Type.PointZ
    return QgsGeometry(QgsLineString([QgsPoint(p.x(), p.y(), p.z(), math.nan, kind) for p in points]))


def _by_index(layer: QgsVectorLayer, values: Mapping[str, Any]) -> dict[int, Any]:
    fields = layer.fields()
    found = {fields.lookupField(name): value for name, value in values.items()}
    return {index: NULL if value is None else value for index, value in found.items() if index >= 0}


def _added(layer: QgsVectorLayer, geometry: QgsGeometry, values: Mapping[str, Any]) -> QgsFeature:
    """Add a row with the defaults of its layer, and over them some values."""
    feature = new_feature(layer, geometry, _by_index(layer, values))
    layer.addFeature(feature)
    return feature


def add_pipe(layer: QgsVectorLayer, geometry: QgsGeometry, values: Mapping[str, Any]) -> QgsFeature:
    """Add a pipe.

    Parameters
    ----------
    layer
        The pipes, in editing.
    geometry
        Its line, in the coordinates of the layer.
    values
        By field; None for unknown.
    """
    with command(layer, tr("Draw pipe")):
        return _added(layer, geometry, values)


def point_on(pipe: QgsFeature, point: QgsPointXY) -> QgsPoint:
    """Return the place on a pipe that is nearest to a point; its height lies between those beside it."""
    geometry = pipe.geometry()
    _, nearest, after, _ = geometry.closestSegmentWithContext(point)
    first, second = geometry.vertexAt(after - 1), geometry.vertexAt(after)
    span = math.hypot(second.x() - first.x(), second.y() - first.y())
    share = math.hypot(nearest.x() - first.x(), nearest.y() - first.y()) / span if span > 0 else 0.0
    height = first.z() + share * (second.z() - first.z())
    return QgsPoint(nearest.x(), nearest.y(), height, math.nan, QgsWkbTypes.Type.PointZ)


def insert_node(nodes: QgsVectorLayer, pipe: QgsFeature, point: QgsPointXY, kind: str) -> QgsFeature:
    """Add a node of a kind on a pipe; that the pipe is split there follows from it.

    Parameters
    ----------
    nodes
        The nodes, in editing.
    point
        Near it, in the coordinates of the layer.
    kind
        Code of ``node_kind``.
    """
    with command(nodes, tr("Insert node")):
        # Without a system, so that it gets that of the pipe, and an id with its letters.
        return _added(nodes, QgsGeometry(point_on(pipe, point)), {"kind": kind, "system": None})


def replace_pipe(layer: QgsVectorLayer, old: QgsFeature, values: Mapping[str, Any]) -> QgsFeature:
    """Put a new pipe in the place of an old one, which is abandoned and keeps its failures.

    Parameters
    ----------
    layer
        The pipes, in editing.
    old
        The pipe that is replaced.
    values
        Of the new one, by field; the rest is as that of the old one.
    """
    names = [field.name() for field in layer.fields()]
    repeated = {name: old[name] for name in names if name not in _NOT_REPEATED}
    with command(layer, tr("Replace pipe")):
        retired = {"status": "abandoned", "retired_on": QDate.currentDate()}
        for index, value in _by_index(layer, retired).items():
            layer.changeAttributeValue(old.id(), index, value)
        wanted = {**repeated, "status": "in_use", "install_year": QDate.currentDate().year(), **values}
        return _added(layer, old.geometry(), wanted)


def reverse_pipe(layer: QgsVectorLayer, pipe: QgsFeature) -> None:
    """Turn a pipe round; that its ends, levels and depths are swapped follows from it."""
    line = pipe.geometry().constGet()
    with command(layer, tr("Reverse pipe")):
        layer.changeGeometry(pipe.id(), QgsGeometry(line.reversed()))
