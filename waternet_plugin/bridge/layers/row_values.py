"""Values and geometries of QGIS as rows have them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from qgis.core import NULL, QgsFeature, QgsFields, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, Qt, QTime

from waternet_plugin import compat
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.editing.row_edits import is_unknown as is_unknown_value
from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table

YES_NO = "yes_no"
# What QGIS from 3.28 on gives for a value that the file is to fill.
_UNSET = "QgsUnsetAttributeValue"
# Values of these types are never unknown; to compare one with QGIS's NULL takes longer than all else.
_KNOWN = (str, float, int, bool)
# The type of what QGIS gives for unknown values.
_NULL_TYPE = type(NULL)


class FileColumn(NamedTuple):
    """A column of the file, or one that is to be added: its name and type, '' for one of no type of ours.

    The type ``yes_no`` is that of new columns of yes and no, which are kept as these words.
    """

    name: str
    kind: str


class _KnownColumns(NamedTuple):
    """Columns by their place in a layer and in its file, and the fields that they were made of."""

    fields: QgsFields
    stored: QgsFields
    of_layer: Mapping[int, FileColumn]
    of_file: Mapping[int, FileColumn]


# By layer and table.
_known_columns: dict[tuple[str, str], _KnownColumns] = {}


def columns_of(layer: QgsVectorLayer, table: Table, *, saved: bool = False) -> Mapping[int, FileColumn]:
    """Return the columns of the file by their place in the layer; joined and virtual ones are left out.

    Parameters
    ----------
    layer, table
        A layer of ours and its table.
    saved
        Whether the place is wanted that a column has in the features of the layer's provider.
    """
    fields, stored = layer.fields(), layer.dataProvider().fields()
    place = (layer.id(), table.name)
    known = _known_columns.get(place)
    if known is None or known.fields != fields or known.stored != stored:
        columns = _columns(layer, table)
        places = ((stored.lookupField(column.name), column) for column in columns.values())
        of_file = {place: column for place, column in places if place >= 0}
        known = _known_columns[place] = _KnownColumns(fields, stored, columns, of_file)
    return known.of_file if saved else known.of_layer


def forget_columns() -> None:
    """Let go of the columns of all layers: those of a closed network never come back."""
    _known_columns.clear()


def _columns(layer: QgsVectorLayer, table: Table) -> Mapping[int, FileColumn]:
    kinds = {field.name: field.type for field in table.fields}
    fields, stored = layer.fields(), layer.dataProvider().fields()
    found = {}
    for place in range(fields.count()):
        kind = compat.kind_of(fields.at(place))
        if fields.fieldOrigin(place) == QgsFields.FieldOrigin.OriginProvider:
            name = stored.at(fields.fieldOriginIndex(place)).name()
            if name != FID_COLUMN:
                # QGIS's yes and no are 1 and 0 in the file.
                found[place] = FileColumn(name, kinds.get(name, "integer" if kind == "boolean" else kind))
        elif fields.fieldOrigin(place) == QgsFields.FieldOrigin.OriginEdit:
            found[place] = FileColumn(fields.at(place).name(), YES_NO if kind == "boolean" else kind)
    return found


def is_unknown(value: Any) -> bool:
    """Return whether QGIS knows no value."""
    kind = type(value)
    if kind in _KNOWN:
        return False
    if value is None:
        return True
    if kind is _NULL_TYPE:
        # Quicker than to compare it with NULL: most values of a row are unknown.
        return bool(value.isNull())
    return value == NULL or kind.__name__ == _UNSET


def _moment(value: QDateTime) -> Any:
    import pandas as pd

    # The clock of the file is UTC. QGIS before 3.38 hands its figures on as those of the wall, and back.
    figures = value if value.timeSpec() == Qt.TimeSpec.LocalTime else value.toUTC()
    return pd.Timestamp(figures.toPyDateTime().replace(tzinfo=None), tz="UTC")


def stored(value: Any, kind: str) -> Any:
    """Return a value of QGIS as rows have it; what is none of its type stays, and the store refuses it.

    Parameters
    ----------
    value
        Of an attribute.
    kind
        As `Column` has it.
    """
    found = type(value)
    if (found is float and kind != YES_NO) or (found is str and kind == "text"):
        return value
    if is_unknown(value):
        return None
    if isinstance(value, QDateTime):
        moment = _moment(value)
        return moment.date() if kind == "date" else moment
    if isinstance(value, QDate):
        return value.toPyDate()
    if isinstance(value, QByteArray):
        return bytes(value)
    if kind == YES_NO:
        return own_fields.YES if value else own_fields.NO
    if kind in ("integer", "real"):
        try:
            return float(value)
        except (TypeError, ValueError):
            return value
    if kind == "date" and isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value[:10])
        except ValueError:
            return value
    return value


def shape_of(geometry: QgsGeometry) -> Any:
    """Return a geometry of straight lines without measures; a collection of one part becomes that part."""
    import shapely

    if geometry.isNull():
        return None
    shape = geometry.constGet()
    if shape.hasCurvedSegments():
        shape = shape.segmentize()
    if QgsWkbTypes.isMultiType(shape.wkbType()) and shape.numGeometries() == 1:
        shape = shape.geometryN(0)
    if shape.isMeasure():
        shape = shape.clone()
        shape.dropMValue()
    if QgsWkbTypes.flatType(shape.wkbType()) == QgsWkbTypes.Type.LineString and shape.numPoints() == 1:
        # What shapely can't hold; a line without length is refused like one of no points.
        return shapely.LineString()
    return shapely.from_wkb(bytes(shape.asWkb()))


def stored_shape_of(geometry: QgsGeometry) -> Any:
    """Return a geometry as the file has it."""
    import shapely

    if geometry.isNull():
        return None
    return shapely.from_wkb(bytes(geometry.asWkb()), on_invalid="ignore")


def values_of(attributes: Sequence[Any], columns: Mapping[int, FileColumn]) -> dict[str, Any]:
    """Return the attributes of a feature by the names of their columns, as rows have them."""
    found: dict[str, Any] = {}
    many = len(attributes)
    for place, (name, kind) in columns.items():
        if place < many:
            value = attributes[place]
            # Most values are unknown.
            is_null = value is None or (type(value) is _NULL_TYPE and value.isNull())
            found[name] = None if is_null else stored(value, kind)
    return found


def row_of(feature: QgsFeature, table: Table, columns: Mapping[int, FileColumn]) -> Row:
    """Return a feature of a layer as a row."""
    row = values_of(feature.attributes(), columns)
    if table.has_geometry:
        row[GEOMETRY_COLUMN] = shape_of(feature.geometry())
    return row


def attribute_of(value: Any, kind: str) -> Any:
    """Return a value of a row as QGIS takes it for an attribute.

    Parameters
    ----------
    value
        As `stored` gives it.
    kind
        As `Column` has it.
    """
    if is_unknown_value(value):
        return NULL
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo is None else value.astimezone(datetime.timezone.utc)
        clock = QTime(moment.hour, moment.minute, moment.second, moment.microsecond // 1000)
        return QDateTime(QDate(moment.year, moment.month, moment.day), clock, Qt.TimeSpec.UTC)
    if isinstance(value, datetime.date):
        return QDate(value.year, value.month, value.day)
    if isinstance(value, bytes):
        return QByteArray(value)
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def attributes_of(row: Row, columns: Mapping[int, FileColumn]) -> dict[int, Any]:
    """Return what a layer takes for the fields that a row says something of, by their place in the layer."""
    return {
        place: attribute_of(row[column.name], column.kind)
        for place, column in columns.items()
        if column.name in row
    }


def geometry_of(shape: Any, layer: QgsVectorLayer) -> QgsGeometry:
    """Return a geometry of a row as a layer of ours takes it: heights that nobody knows are NaN."""
    from waternet_plugin.core.shapes.wkb import to_wkb

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
