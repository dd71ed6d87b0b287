"""What is known of the levels where a pipe begins or ends: the heights and the slope while it is drawn."""

from __future__ import annotations

import math
from typing import Any

from qgis.core import NULL, QgsFeatureRequest, QgsPointXY, QgsRectangle, QgsVectorLayer

# A pipe ends at a node within this, in metres.
_SAME_PLACE_M = 0.001
# Heights as near as this are one, in metres.
_SAME_HEIGHT_M = 0.001


def _known(value: Any) -> float | None:
    if value is None or value == NULL or not math.isfinite(float(value)):
        return None
    return float(value)


def _around(point: QgsPointXY) -> QgsFeatureRequest:
    return QgsFeatureRequest(QgsRectangle(point.x(), point.y(), point.x(), point.y()).buffered(_SAME_PLACE_M))


def _is_at(vertex: Any, point: QgsPointXY) -> bool:
    return math.hypot(vertex.x() - point.x(), vertex.y() - point.y()) <= _SAME_PLACE_M


def height_at(nodes: QgsVectorLayer, pipes: QgsVectorLayer, point: QgsPointXY) -> float:
    """Return the height of a pipe's end at a place, m, else that of the node there; NaN for unknown.

    A node in the height of the ground tells nothing of pipes.
    """
    for feature in pipes.getFeatures(_around(point)):
        vertices = list(feature.geometry().vertices())
        for vertex in vertices[:1] + vertices[-1:]:
            if _is_at(vertex, point) and vertex.is3D() and math.isfinite(vertex.z()):
                return float(vertex.z())
    for feature in nodes.getFeatures(_around(point)):
        vertex, ground = feature.geometry().vertexAt(0), _known(feature["ground_m"])
        if _is_at(vertex, point) and vertex.is3D() and math.isfinite(vertex.z()):
            if ground is None or abs(vertex.z() - ground) > _SAME_HEIGHT_M:
                return float(vertex.z())
    return math.nan


def invert_at(nodes: QgsVectorLayer, pipes: QgsVectorLayer, point: QgsPointXY) -> float:
    """Return the lowest invert level of the pipes that end at a place, else the bottom of the node there, m.

    NaN where neither is known.
    """
    levels = []
    for feature in pipes.getFeatures(_around(point)):
        geometry = feature.geometry()
        vertices = list(geometry.vertices())
        for vertex, name in zip((*vertices[:1], *vertices[-1:]), ("invert_start_m", "invert_end_m")):
            level = _known(feature[name])
            if level is not None and _is_at(vertex, point):
                levels.append(level)
    if levels:
        return min(levels)
    for feature in nodes.getFeatures(_around(point)):
        ground, depth = _known(feature["ground_m"]), _known(feature["depth_m"])
        if ground is not None and depth is not None:
            return ground - depth
    return math.nan


def slope_per_mille(start_m: float, end_m: float, length_m: float) -> float:
    """Return how much a pipe falls from its start to its end, per mille; below zero where it climbs.

    NaN where a level is unknown or the pipe has no length.
    """
    return math.nan if not length_m > 0 else 1000.0 * (start_m - end_m) / length_m
