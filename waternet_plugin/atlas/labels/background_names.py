"""Names of streets, waters and parks on a sheet: each once, at the largest part of it there.

Files of a background part a street at each crossing, and QGIS writes a name at every part.
"""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsPalLayerSettings,
    QgsProperty,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)

from waternet_plugin.atlas.labels.drawn_features import request_of, shape_of
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.bridge.layers.marks import BASE_MARK
from waternet_plugin.bridge.variables import set_layer_variable

_NAME, _VARIABLE = "name", "wn_named_parts"


class BackgroundNames:
    """The names on the background's areas.

    Parameters
    ----------
    layers
        Those of the map; only areas of a background with labels are looked at. QGIS joins lines itself.
    crs
        QGIS's CRS of the map.
    """

    def __init__(self, layers: Iterable[QgsVectorLayer], crs: QgsCoordinateReferenceSystem) -> None:
        self._crs = crs
        self._layers = [layer for layer in layers if _has_named_areas(layer)]
        for layer in self._layers:
            settings = layer.labeling().settings()
            properties = settings.dataDefinedProperties()
            is_named = f"array_contains(string_to_array(@{_VARIABLE}), to_string($id))"
            properties.setProperty(QgsPalLayerSettings.Property.Show, QgsProperty.fromExpression(is_named))
            settings.setDataDefinedProperties(properties)
            layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))

    def show(self, frame: PaperFrame) -> None:
        """Write the names of a sheet."""
        for layer in self._layers:
            set_layer_variable(layer, _VARIABLE, ",".join(map(str, self._largest(layer, frame))))

    def _largest(self, layer: QgsVectorLayer, frame: PaperFrame) -> list[int]:
        """Return the feature of each name with most of its area on a sheet."""
        largest: dict[str, tuple[float, int]] = {}
        for feature in layer.getFeatures(request_of(frame, self._crs)):
            shape = shape_of(feature)
            if shape is None or not feature[_NAME]:
                continue
            size = float(shapely.area(shapely.intersection(shapely.make_valid(shape), frame.polygon)))
            name = str(feature[_NAME])
            if size > largest.get(name, (0.0, 0))[0]:
                largest[name] = size, int(feature.id())
        return sorted(identifier for _, identifier in largest.values())


def _has_named_areas(layer: QgsVectorLayer) -> bool:
    return bool(
        layer.customProperty(BASE_MARK)
        and layer.labelsEnabled()
        and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
        and layer.fields().lookupField(_NAME) >= 0
    )
