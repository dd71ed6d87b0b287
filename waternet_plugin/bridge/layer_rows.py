"""Features of our layers as rows of `core.editing.row_edits`, and values of rows as layers take them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qgis.core import NULL, QgsFeatureRequest, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QDate, QDateTime

from waternet_plugin.bridge.saving import row_values
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import Row


def rows_of(
    layer: QgsVectorLayer, name: str, request: QgsFeatureRequest, *, saved: bool = False
) -> dict[int, Row]:
    """Return the rows of a layer that a request finds, by ``fid``.

    Parameters
    ----------
    layer
        A layer of ours.
    name
        Its table.
    request
        Asks for few rows: by box, number or indexed field.
    saved
        Whether to ask the file instead of the layer with its unsaved edits.
    """
    described = table(name)
    columns = row_values.columns_of(layer, described)
    source: Any = layer
    places = {place: place for place in columns}
    if saved:
        source, stored = layer.dataProvider(), layer.dataProvider().fields()
        places = {place: stored.lookupField(column.name) for place, column in columns.items()}
    found: dict[int, Row] = {}
    for feature in source.getFeatures(request):
        values = feature.attributes()
        row = {
            column.name: row_values.stored(values[places[place]], column.kind)
            for place, column in columns.items()
        }
        if described.has_geometry:
            row[GEOMETRY_COLUMN] = row_values.shape_of(feature.geometry())
        found[feature.id()] = row
    return found


def geometry_of(shape: Any, layer: QgsVectorLayer) -> QgsGeometry:
    """Return a shapely geometry as a layer of ours takes it: heights that nobody knows are NaN."""
    from waternet_plugin.core.wkb import to_wkb

    geometry = QgsGeometry()
    if shape is None:
        return geometry
    geometry.fromWkb(to_wkb(shape))
    if QgsWkbTypes.isMultiType(layer.wkbType()) and not geometry.isMultipart():
        geometry.convertToMultiType()
    inner = geometry.get()
    if QgsWkbTypes.hasZ(layer.wkbType()) and not inner.is3D():
        inner.addZValue(math.nan)
    return geometry


def _variant(value: Any, kind: str) -> Any:
    """Return a value of a row as a field of a type takes it."""
    if value is None or value != value:  # noqa: PLR0124
        return NULL
    if kind == "integer":
        return int(value)
    if kind == "date":
        return QDate(value.year, value.month, value.day)
    if kind == "datetime":
        return QDateTime.fromMSecsSinceEpoch(int(value.timestamp() * 1000)).toUTC()
    return value


def values_by_index(layer: QgsVectorLayer, name: str, values: Mapping[str, Any]) -> dict[int, Any]:
    """Return values of fields, without geometry, by the index of the field in a layer of a table."""
    kinds = {field.name: field.type for field in table(name).fields}
    result = {}
    for field, value in values.items():
        index = layer.fields().lookupField(field)
        if index >= 0 and field not in (GEOMETRY_COLUMN, FID_COLUMN):
            result[index] = _variant(value, kinds.get(field, ""))
    return result
