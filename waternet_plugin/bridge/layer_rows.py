"""Features of our layers as rows of `core.editing.row_edits`, and values of rows as layers take them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qgis.core import NULL, QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import Row


def _moment(value: QDateTime) -> Any:
    import pandas as pd

    # The file has UTC; QGIS before 3.28 hands it over as if it were local time.
    moment = value if value.timeSpec() == Qt.TimeSpec.LocalTime else value.toUTC()
    return pd.Timestamp(moment.toString("yyyy-MM-ddTHH:mm:ss.zzz"), tz="UTC")


def _value(value: Any) -> Any:
    if value is None or value == NULL:
        return None
    if isinstance(value, QDateTime):
        return _moment(value) if value.isValid() else None
    if isinstance(value, QDate):
        return datetime.date(value.year(), value.month(), value.day()) if value.isValid() else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def shape_of(geometry: QgsGeometry) -> Any:
    """Return a geometry of QGIS as shapely has it, straight and without measures; None for none."""
    import shapely

    if geometry.isNull() or geometry.isEmpty():
        return None
    shape = geometry.constGet()
    if shape.hasCurvedSegments():
        shape = shape.segmentize()
    if shape.isMeasure():
        shape = shape.clone()
        shape.dropMValue()
    return shapely.from_wkb(bytes(shape.asWkb()), on_invalid="ignore")


def row_of(feature: QgsFeature, names: Iterable[str]) -> Row:
    """Return a feature as a row.

    Parameters
    ----------
    feature
        A feature with geometry and all fields.
    names
        Names of its fields, in their order.
    """
    result = {name: _value(value) for name, value in zip(names, feature.attributes()) if name != FID_COLUMN}
    result[GEOMETRY_COLUMN] = shape_of(feature.geometry())
    return result


def rows_of(layer: QgsVectorLayer, request: QgsFeatureRequest, *, saved: bool = False) -> dict[int, Row]:
    """Return the rows of a layer that a request finds, by ``fid``.

    Parameters
    ----------
    layer
        A layer of ours.
    request
        Asks for few rows: by box, number or indexed field.
    saved
        Whether to ask the file instead of the layer with its unsaved edits.
    """
    names = [field.name() for field in layer.fields()]
    source = layer.dataProvider() if saved else layer
    return {feature.id(): row_of(feature, names) for feature in source.getFeatures(request)}


def geometry_of(shape: Any, layer: QgsVectorLayer) -> QgsGeometry:
    """Return a shapely geometry as a layer of ours takes it: heights that nobody knows are NaN."""
    import shapely

    geometry = QgsGeometry()
    if shape is None:
        return geometry
    geometry.fromWkb(shapely.to_wkb(shape))
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
