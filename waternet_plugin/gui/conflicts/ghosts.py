"""Two versions of rows on the map: mine in one colour, theirs in another; nothing of it is in the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from waternet_plugin.core.colours import FAULT, OTHER, WHITE
from waternet_plugin.core.editing.row_conflicts import MINE, THEIRS

COLOURS = {MINE: FAULT, THEIRS: OTHER}
_WIDTH_PX, _CROSS_PX = 3, 12
_EDGE = WHITE


class Ghosts:
    """Dashed lines and crosses above all layers; `clear` takes all of them away."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._bands: list[QgsRubberBand] = []

    def show(self, shapes: Mapping[str, Iterable[bytes]], crs: QgsCoordinateReferenceSystem) -> None:
        """Draw the shapes of each side, as WKB; what was drawn before goes."""
        self.clear()
        for side, found in shapes.items():
            of_kind: dict[Any, QgsRubberBand] = {}
            for wkb in found:
                shape = QgsGeometry()
                shape.fromWkb(wkb)
                if shape.isNull():
                    continue
                if shape.type() not in of_kind:
                    of_kind[shape.type()] = self._band(shape.type(), COLOURS[side])
                of_kind[shape.type()].addGeometry(shape, crs)
            self._bands += of_kind.values()

    def _band(self, kind: Any, colour: str) -> QgsRubberBand:
        band = QgsRubberBand(self._canvas, kind)
        band.setStrokeColor(QColor(colour))
        band.setSecondaryStrokeColor(QColor(_EDGE))
        band.setFillColor(QColor(0, 0, 0, 0))
        band.setWidth(_WIDTH_PX)
        band.setLineStyle(Qt.PenStyle.DashLine)
        band.setIcon(QgsRubberBand.IconType.ICON_CROSS)
        band.setIconSize(_CROSS_PX)
        return band

    def clear(self) -> None:
        """Leave the map as it was."""
        scene = self._canvas.scene()
        for band in self._bands:
            scene.removeItem(band)
        self._bands = []
