"""Read QGIS layers as foreign frames: from their file where they are as it is, else feature by feature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    NULL,
    QgsFeatureRequest,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pandas as pd

# Features between two looks at the progress, where cancelling is heard.
_STEP = 5000


def without_asking() -> QgsVectorLayer.LayerOptions:
    """Return options with which QGIS opens no dialog for a missing coordinate system: we give it next."""
    options = QgsVectorLayer.LayerOptions()
    options.skipCrsValidation = True
    return options


def file_of(layer: QgsVectorLayer) -> str | None:
    """Return ``path|layername=name`` of a layer that shows its file as it is, None for any other.

    Edits not yet saved, filters, joins and computed fields are in QGIS alone.
    """
    fields = layer.fields()
    provided = all(
        fields.fieldOrigin(number) == fields.FieldOrigin.OriginProvider for number in range(fields.count())
    )
    edited = layer.isEditable() and layer.isModified()
    if layer.providerType() != "ogr" or edited or layer.subsetString() or not provided:
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path, name = parts.get("path"), parts.get("layerName")
    if not path or path.startswith("/vsi"):
        return None
    return f"{path}|layername={name}" if name else path


def _plain(value: Any) -> Any:
    """Return a value of a feature as Python has it."""
    if value is None or value == NULL:
        return None
    if hasattr(value, "toPyDateTime"):
        return value.toPyDateTime().replace(tzinfo=None)
    if hasattr(value, "toPyDate"):
        return value.toPyDate()
    return value


def _column(values: list[Any]) -> Any:
    """Return values as a column of the type that reading a file gives."""
    import datetime

    import numpy as np
    import pandas as pd

    known = [value for value in values if value is not None]
    missing = len(known) < len(values)
    if known and all(isinstance(value, bool) for value in known):
        return pd.array(values, dtype="boolean") if missing else np.array(values, dtype=bool)
    if known and all(isinstance(value, int) for value in known):
        return pd.array(values, dtype="Int64") if missing else np.array(values, dtype=np.int64)
    if known and all(isinstance(value, (int, float)) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    if known and all(isinstance(value, datetime.date) for value in known):
        moments = ["NaT" if value is None else value.isoformat() for value in values]
        return np.array(moments, dtype="datetime64[s]")
    texts = [value if value is None or isinstance(value, str) else str(value) for value in values]
    return np.array([*texts, None], dtype=object)[:-1]


def _wkb(geometry: Any) -> bytes | None:
    """Return a feature's geometry as WKB of straight lines without measures."""
    if geometry.isNull():
        return None
    shape = geometry.constGet()
    if shape.hasCurvedSegments() or shape.isMeasure():
        shape = shape.segmentize() if shape.hasCurvedSegments() else shape.clone()
        shape.dropMValue()
    return bytes(shape.asWkb())


def _frame_by_iterator(layer: QgsVectorLayer, progress: Progress) -> pd.DataFrame:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyproj
    import shapely

    names = [field.name() for field in layer.fields()]
    columns: list[list[Any]] = [[] for _ in names]
    shapes: list[bytes | None] = []
    count = max(layer.featureCount(), 1)
    spatial = layer.wkbType() != QgsWkbTypes.Type.NoGeometry
    request = QgsFeatureRequest()
    if not spatial:
        request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    for number, feature in enumerate(layer.getFeatures(request)):
        if number % _STEP == 0:
            progress.at(number / count)
        for values, value in zip(columns, feature.attributes()):
            values.append(_plain(value))
        if spatial:
            shapes.append(_wkb(feature.geometry()))
    frame: pd.DataFrame = pd.DataFrame({name: _column(values) for name, values in zip(names, columns)})
    if not spatial:
        return frame
    crs = None
    if layer.crs().isValid():
        code = layer.crs().authid()
        known = code and not code.startswith("USER:")
        crs = pyproj.CRS.from_user_input(code if known else layer.crs().toWkt())
    name = "geom"
    while name in frame.columns:
        name = f"_{name}"
    wkb = np.array([*shapes, None], dtype=object)[:-1]
    frame[name] = gpd.GeoSeries(shapely.from_wkb(wkb, on_invalid="ignore"), crs=crs)
    placed: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=name)
    return placed


def layer_frame(
    layer: QgsVectorLayer, *, encoding: str | None = None, progress: Progress = SILENT
) -> pd.DataFrame:
    """Return a layer of the project as a foreign frame, unsaved edits included.

    Parameters
    ----------
    layer
        A vector layer.
    encoding
        Of the texts of its file; found out where it is None.

    Raises
    ------
    InputError
        When the layer's source is gone.
    """
    from waternet_plugin.core.errors import InputError
    from waternet_plugin.store.foreign.foreign import read_foreign

    if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
        name = layer.name() if layer is not None else "-"
        raise InputError(
            tr("The layer {name} can't be read. Repair its data source first.").format(name=name)
        )
    file = file_of(layer)
    if file is not None:
        return read_foreign(file, encoding=encoding)
    return _frame_by_iterator(layer, progress)
