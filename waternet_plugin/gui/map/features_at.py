"""What lies under a place of the map."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

_SPOT_M = 0.01


def features_at(layer: QgsVectorLayer, canvas: Any, point: Any) -> list[QgsFeature]:
    """Return the areas of a layer in which a point of the map lies."""
    change = QgsCoordinateTransform(canvas.mapSettings().destinationCrs(), layer.crs(), QgsProject.instance())
    try:
        place = change.transform(point)
    except QgsCsException:
        return []
    # A rectangle without a size would not be a filter.
    spot = QgsRectangle(place, place)
    spot.grow(_SPOT_M)
    inside = QgsGeometry.fromPointXY(place)
    features = layer.getFeatures(QgsFeatureRequest().setFilterRect(spot))
    return [feature for feature in features if feature.geometry().contains(inside)]
