"""Write frames to Processing sinks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingException,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate

from waternet_plugin.compat import field
from waternet_plugin.core.files.formulas import guarded
from waternet_plugin.core.schema.tables import EDITING, table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pandas as pd

_WKB_TYPES = {
    "none": QgsWkbTypes.Type.NoGeometry,
    "Point": QgsWkbTypes.Type.Point,
    "PointZ": QgsWkbTypes.Type.PointZ,
    "LineString": QgsWkbTypes.Type.LineString,
    "LineStringZ": QgsWkbTypes.Type.LineStringZ,
    "MultiLineString": QgsWkbTypes.Type.MultiLineString,
    "Polygon": QgsWkbTypes.Type.Polygon,
    "MultiPolygon": QgsWkbTypes.Type.MultiPolygon,
    "Unknown": QgsWkbTypes.Type.Unknown,
}


def wkb_type(geometry: str) -> Any:
    """Return QGIS's type for a geometry type of the schema, or for any other by QGIS's own name."""
    return _WKB_TYPES[geometry] if geometry in _WKB_TYPES else QgsWkbTypes.parseType(geometry)


def qgis_crs(crs: Any) -> QgsCoordinateReferenceSystem:
    """Return QGIS's form of a CRS that pyproj understands; an invalid one for None."""
    if crs is None:
        return QgsCoordinateReferenceSystem()
    import pyproj

    known = pyproj.CRS.from_user_input(crs)
    authority = known.to_authority()
    if authority is not None:
        return QgsCoordinateReferenceSystem(":".join(authority))
    return QgsCoordinateReferenceSystem.fromWkt(known.to_wkt())


def columns_of(name: str) -> list[tuple[str, str]]:
    """Return name and type of the columns of a table of the schema, without those that the store fills."""
    fields = [one for one in table(name).fields if one.name not in EDITING]
    return [(one.name, one.type if one.type in ("real", "integer", "date") else "text") for one in fields]


def fields_of(columns: list[tuple[str, str]], *, is_text: bool = False) -> QgsFields:
    """Return QGIS's fields for columns of name and type.

    Parameters
    ----------
    is_text
        Whether they go into a file of text: GDAL writes days there as 2026/11/19, as text they are
        2026-11-19.
    """
    fields = QgsFields()
    for name, type_ in columns:
        fields.append(field(name, "text" if is_text and type_ == "date" else type_))
    return fields


def _values(column: pd.Series, type_: str, *, is_text: bool) -> list[Any]:
    """Return a column as values that QGIS takes, NULL for unknown."""
    known = column.notna().to_numpy()
    if type_ == "real":
        return [value if there else NULL for value, there in zip(column.tolist(), known)]
    if type_ == "integer":
        return [int(value) if there else NULL for value, there in zip(column.tolist(), known)]
    if type_ == "date" and is_text:
        return [
            f"{value.year:04d}-{value.month:02d}-{value.day:02d}" if there else NULL
            for value, there in zip(column, known)
        ]
    if type_ == "date":
        return [
            QDate(value.year, value.month, value.day) if there else NULL
            for value, there in zip(column, known)
        ]
    texts = [str(value) if there else NULL for value, there in zip(column.tolist(), known)]
    return [guarded(text) if isinstance(text, str) else text for text in texts] if is_text else texts


def write(
    sink: Any,
    frame: pd.DataFrame,
    columns: list[tuple[str, str]],
    fields: QgsFields,
    geometry: str,
    *,
    is_text: bool = False,
) -> None:
    """Write every row of a frame, in order; single shapes become multiple ones where the sink has these.

    Parameters
    ----------
    sink
        Where to: what QGIS calls a feature sink.
    frame
        The rows; geometry in column ``geom``.
    columns, fields
        Name and type of each column, and the same as QGIS's fields.
    geometry
        Geometry type of the sink, or none.
    is_text
        Whether it is a file of text, see `fields_of`. Texts get the mark then that keeps a spreadsheet from
        running them, since a cell does not say that it is one.

    Raises
    ------
    QgsProcessingException
        When the sink refuses a row, which a full disk or a type that the format lacks causes.
    """
    rows = zip(*(_values(frame[name], type_, is_text=is_text) for name, type_ in columns))
    has_shapes = geometry != "none" and len(frame)
    shapes = to_wkb(frame["geom"].to_numpy()) if has_shapes else [None] * len(frame)
    is_multiple = QgsWkbTypes.isMultiType(wkb_type(geometry))
    for attributes, wkb in zip(rows, shapes):
        feature = QgsFeature(fields)
        feature.setAttributes(list(attributes))
        if wkb is not None:
            shape = QgsGeometry()
            shape.fromWkb(wkb)
            if is_multiple:
                shape.convertToMultiType()
            feature.setGeometry(shape)
        if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            reason = sink.lastError() if hasattr(sink, "lastError") else ""
            raise QgsProcessingException(tr("The output can't be written: {reason}").format(reason=reason))
