"""The map of one project: its scale and ground, its pipes lifted out of the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.styling import lines
from waternet_plugin.core.colours import CAUTION
from waternet_plugin.core.wkb import to_wkb

# Round scales, 1:500 and smaller, of which the largest is taken that shows the whole project.
_STEPS = (1, 1.5, 2, 2.5, 4, 5, 7.5)
SCALES = tuple(factor * power for power in (100, 1000, 10_000, 100_000, 1_000_000) for factor in _STEPS)[5:]
# The project takes at most this share of the frame: what is around it tells where it is.
_FILLED = 0.8
HALO, _HALO_MM = CAUTION, 3.2


@dataclass(frozen=True)
class MapView:
    """What a map shows and where.

    Attributes
    ----------
    scale
        Its denominator.
    bounds
        xmin, ymin, xmax, ymax in the network's coordinates, m.
    frame
        Its place on the page, mm.
    """

    scale: float
    bounds: tuple[float, float, float, float]
    frame: Box

    def on_paper(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies on the page, mm."""
        per_mm = self.scale / 1000.0
        return self.frame.x + (x - self.bounds[0]) / per_mm, self.frame.y + (self.bounds[3] - y) / per_mm

    def under(self, box: Box) -> tuple[float, float, float, float]:
        """Return xmin, ymin, xmax, ymax of what lies under a box of the page."""
        per_mm = self.scale / 1000.0
        west, north = self.bounds[0], self.bounds[3]
        return (
            west + (box.x - self.frame.x) * per_mm,
            north - (box.bottom - self.frame.y) * per_mm,
            west + (box.right - self.frame.x) * per_mm,
            north - (box.y - self.frame.y) * per_mm,
        )


def map_view_of(shapes: Sequence[Any], frame: Box) -> MapView | None:
    """Return the ground that shows shapes in the middle of a frame; None where none has a place."""
    drawn = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not drawn:
        return None
    west, south, east, north = shapely.total_bounds(drawn).tolist()
    needed = max((east - west) / frame.width, (north - south) / frame.height) * 1000.0 / _FILLED
    scale = next((each for each in SCALES if each >= needed), None)
    if scale is None:
        step = 10.0 ** math.floor(math.log10(needed))
        scale = math.ceil(needed / step) * step
    half_x, half_y = frame.width * scale / 2000.0, frame.height * scale / 2000.0
    x, y = (west + east) / 2.0, (south + north) / 2.0
    return MapView(float(scale), (x - half_x, y - half_y, x + half_x, y + half_y), frame)


def halo_layer(content: MapContent) -> QgsVectorLayer:
    """Return an empty layer for what is to stand out, in the CRS of the map."""
    source = f"MultiLineString?crs={content.project.crs().authid()}"
    layer = QgsVectorLayer(source, "halo", "memory", without_asking())
    # A CRS without a code has no name that a source could carry.
    layer.setCrs(content.project.crs())
    renderer = layer.renderer()
    renderer.setSymbol(lines.line([lines.stroke(HALO, _HALO_MM)]))
    return layer


def with_halo(content: MapContent, layer: QgsVectorLayer) -> MapContent:
    """Return the map with the halo right under the pipes, and without nodes: numbers stand there."""
    layers = [each for each in content.layers if each != content.nodes]
    ours = [index for index, each in enumerate(layers) if each in content.pipes]
    layers.insert(max(ours) + 1 if ours else len(layers), layer)
    return replace(content, layers=tuple(layers), nodes=None)


def lift(layer: QgsVectorLayer, shapes: Sequence[Any]) -> None:
    """Let other shapes stand out."""
    provider = layer.dataProvider()
    provider.truncate()
    features = []
    for shape in shapes:
        if shape is not None and not shape.is_empty:
            geometry = QgsGeometry()
            geometry.fromWkb(to_wkb(shapely.force_2d(shape)))
            geometry.convertToMultiType()
            feature = QgsFeature(layer.fields())
            feature.setGeometry(geometry)
            features.append(feature)
    provider.addFeatures(features)
    layer.updateExtents()
