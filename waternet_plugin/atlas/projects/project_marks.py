"""What stands out on the map of projects: their pipes, failures, and numbers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)

from waternet_plugin.atlas.labels.label_layers import (
    fill_points,
    fixed_labeling,
    in_circle,
    point_layer,
)
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.printing.page_fonts import printed_format
from waternet_plugin.bridge.styling import lines
from waternet_plugin.core.colours import CAUTION, INK, SEVERE, WHITE
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.shapes.wkb import to_wkb

_HALO_MM, _SIGN_MM, _FAILURE_MM, _CROSS_MM = 3.2, 2.2, 2.5, 1.3
_DIGITS_MM, _CIRCLE_MM = 2.3, 3.8
# Of a number from the pipe, so that it covers neither that nor its label.
_AWAY_MM = _CIRCLE_MM / 2 + 1.7


@dataclass(frozen=True)
class MapNumber:
    """A number on a map: where its middle is, in mm of paper from the frame's lower left corner."""

    text: str
    x: float
    y: float


def failure_symbol() -> QgsMarkerSymbol:
    """Return the sign of a failure: a cross on a white dot."""
    symbol = QgsMarkerSymbol.createSimple(
        {
            "name": "circle",
            "color": WHITE,
            "outline_color": SEVERE,
            "outline_width": "0.3",
            "size": str(_FAILURE_MM),
        }
    )
    cross = {"name": "cross2", "outline_color": SEVERE, "outline_width": "0.35", "size": str(_CROSS_MM)}
    symbol.appendSymbolLayer(QgsSimpleMarkerSymbolLayer.create(cross))
    return symbol


def halo_sign() -> Any:
    """Return what stands for the pipes of a project in a legend."""
    return lines.line([lines.stroke(CAUTION, _SIGN_MM), lines.stroke(INK, 0.7)])


class ProjectMarks:
    """Layers on the map of a project, filled for one after the other.

    Parameters
    ----------
    content
        What the map draws.
    families
        Fonts of the page.
    """

    def __init__(self, content: MapContent, families: tuple[str, ...]) -> None:
        crs = content.project.crs()
        self._content = content
        self._halo = _memory("MultiLineString", "halo", crs)
        self._halo.setRenderer(QgsSingleSymbolRenderer(lines.line([lines.stroke(CAUTION, _HALO_MM)])))
        self._failures = _memory("Point", "failures", crs)
        self._failures.setRenderer(QgsSingleSymbolRenderer(failure_symbol()))
        # No label is written over a failure.
        settings = QgsPalLayerSettings()
        settings.drawLabels = False
        settings.obstacleSettings().setIsObstacle(True)
        self._failures.setLabeling(QgsVectorLayerSimpleLabeling(settings))
        self._failures.setLabelsEnabled(True)
        self._numbers = point_layer(crs, "numbers")
        circle = printed_format(in_circle(_DIGITS_MM, _CIRCLE_MM), families)
        self._numbers.setLabeling(fixed_labeling(circle, z_index=2.0))
        for layer in (self._halo, self._failures, self._numbers):
            content.project.addMapLayer(layer, False)

    @property
    def content(self) -> MapContent:
        """The map with these layers, the halo right under the pipes; without nodes, where numbers stand."""
        layers = [each for each in self._content.layers if each != self._content.nodes]
        ours = [position for position, each in enumerate(layers) if each in self._content.pipes]
        layers.insert(max(ours) + 1 if ours else len(layers), self._halo)
        return replace(self._content, layers=(self._numbers, self._failures, *layers), nodes=None)

    def show(
        self, shapes: Sequence[Any], failures: Sequence[Any], numbers: Sequence[MapNumber], frame: PaperFrame
    ) -> None:
        """Let pipes, failures and numbers stand out; those without a place are passed over."""
        _fill(self._halo, shapes)
        _fill(self._failures, failures)
        fill_points(self._numbers, [(each.text, each.x, each.y, 0.0, INK, False) for each in numbers], frame)


def _memory(kind: str, name: str, crs: Any) -> QgsVectorLayer:
    layer = QgsVectorLayer(kind, name, "memory", without_asking())
    layer.setCrs(crs)
    return layer


def _fill(layer: QgsVectorLayer, shapes: Sequence[Any]) -> None:
    provider = layer.dataProvider()
    provider.truncate()
    features = []
    for shape in shapes:
        if is_located(shape):
            geometry = QgsGeometry()
            geometry.fromWkb(to_wkb(shapely.force_2d(shape)))
            if QgsWkbTypes.isMultiType(layer.wkbType()):
                geometry.convertToMultiType()
            feature = QgsFeature(layer.fields())
            feature.setGeometry(geometry)
            features.append(feature)
    provider.addFeatures(features)
    layer.updateExtents()


def is_located(shape: Any) -> bool:
    """Return whether a shape is anywhere."""
    return shape is not None and not shape.is_empty


def pipe_numbers(dossier: Dossier, frame: PaperFrame) -> list[MapNumber]:
    """Return the number of each pipe beside its middle, of the longest first; the table names every pipe."""
    longest = dossier.pipes.sort_values(["length_m", "number"], ascending=[False, True])
    wanted = [
        MapNumber(str(number), *_beside(frame.to_paper(geom)))
        for number, geom in zip(longest["number"], longest["geom"])
        if is_located(geom)
    ]
    return apart(wanted)


def project_numbers(dossiers: Sequence[Dossier], frame: PaperFrame) -> list[MapNumber]:
    """Return the place of each project in the list on the map, of the longest first, where there is room."""
    order = sorted(range(len(dossiers)), key=lambda index: -float(dossiers[index].project["length_m"]))
    wanted = []
    for index in order:
        if is_located(dossiers[index].geom):
            point = frame.to_paper(dossiers[index].geom.representative_point())
            wanted.append(MapNumber(str(index + 1), point.x, point.y))
    return apart(wanted)


def apart(wanted: Sequence[MapNumber]) -> list[MapNumber]:
    """Return the numbers that cover none before them: on one another nobody can read them."""
    placed: list[MapNumber] = []
    for number in wanted:
        if all(max(abs(number.x - other.x), abs(number.y - other.y)) >= _CIRCLE_MM for other in placed):
            placed.append(number)
    return placed


def _beside(line: Any) -> tuple[float, float]:
    """Return a place beside the middle of a line on paper, below it: labels stand above."""
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    (x1, y1), (x2, y2) = shapely.get_coordinates(line)[[0, -1]]
    across = np.array([y2 - y1, x1 - x2])
    across = across / max(float(np.hypot(*across)), 1e-9)
    if across[1] > 0:
        across = -across
    return float(middle.x + across[0] * _AWAY_MM), float(middle.y + across[1] * _AWAY_MM)
