"""Read the shapes of a layer that AREA names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeatureRequest, QgsProcessingUtils, QgsVectorLayer

if TYPE_CHECKING:
    from waternet_plugin.atlas.sheets.area import LayerReader


def layer_reader(context: Any) -> LayerReader:
    """Return the function that reads a layer by path or id, in the Processing context of a run."""

    def read(text: str) -> tuple[list[Any], Any] | None:
        import pyproj
        import shapely

        layer = QgsProcessingUtils.mapLayerFromString(text, context)
        if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
            return None
        crs = layer.crs()
        request = QgsFeatureRequest().setNoAttributes()
        wkb = []
        for feature in layer.getFeatures(request):
            if feature.hasGeometry():
                shape = feature.geometry()
                # GEOS may not know curves.
                shape.convertToStraightSegment()
                wkb.append(bytes(shape.asWkb().data()))
        return list(shapely.from_wkb(wkb, on_invalid="ignore")), pyproj.CRS.from_wkt(
            crs.toWkt()
        ) if crs.isValid() else None

    return read
