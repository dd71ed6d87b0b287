"""New rows of a layer with its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import (
    NULL,
    QgsFeature,
    QgsFieldConstraints,
    QgsFields,
    QgsGeometry,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)


def new_feature(layer: QgsVectorLayer, geometry: QgsGeometry, values: Mapping[int, Any]) -> QgsFeature:
    """Return a feature for a layer, which does not have it yet.

    As QgsVectorLayerUtils.createFeature makes it, which reads the ids of all rows to find one that is free:
    a second for a million.

    Parameters
    ----------
    geometry
        In the coordinates of the layer.
    values
        By index of the field; fields that are not among them have their defaults.
    """
    fields, provider = layer.fields(), layer.dataProvider()
    feature = QgsFeature(fields)
    feature.setGeometry(geometry)
    for index, value in values.items():
        feature.setAttribute(index, value)
    context = layer.createExpressionContext()
    for index in range(fields.count()):
        if index in values:
            continue
        value = NULL
        if layer.defaultValueDefinition(index).isValid():
            value = layer.defaultValue(index, feature, context)
            if _is_unique(fields, index) and QgsVectorLayerUtils.valueExists(layer, index, value):
                value = QgsVectorLayerUtils.createUniqueValue(layer, index, value)
        if _is_null(value) and fields.fieldOrigin(index) == QgsFields.FieldOrigin.OriginProvider:
            stored = fields.fieldOriginIndex(index)
            value = provider.defaultValueClause(stored) or provider.defaultValue(stored)
        feature.setAttribute(index, value)
    return feature


def _is_null(value: Any) -> bool:
    return value is None or value == NULL


def _is_unique(fields: QgsFields, index: int) -> bool:
    constraints = fields.at(index).constraints().constraints()
    return bool(constraints & QgsFieldConstraints.Constraint.ConstraintUnique)
