"""The issue in hand on the map: its assets, its place, and what they become, above all layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from waternet_plugin.core.colours import GOOD, WHITE

_LINE_PX, _POINT_PX, _AFTER_PX = 6, 14, 3
_RING_PX = 26
_AFTER = GOOD
_EDGE = WHITE


def geometry(wkb: bytes) -> QgsGeometry:
    """Return a shape that a frame holds."""
    made = QgsGeometry()
    made.fromWkb(wkb)
    return made


class Marking:
    """Bands and a ring on the canvas; ``clear`` takes all of them away."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._before: list[Any] = []
        self._after: list[Any] = []

    def show(
        self,
        shapes: Iterable[bytes],
        xy: tuple[float, float] | None,
        colour: str,
        crs: QgsCoordinateReferenceSystem,
    ) -> None:
        """Mark assets and the place of an issue; what was marked before goes."""
        self.clear()
        for wkb in shapes:
            self._before += self._bands(geometry(wkb), colour, crs, is_after=False)
        if xy is not None:
            self._before.append(self._ring(QgsGeometry.fromPointXY(QgsPointXY(*xy)), colour, crs))

    def show_after(self, shapes: Iterable[bytes], crs: QgsCoordinateReferenceSystem) -> None:
        """Draw assets as they would become."""
        self._drop(self._after)
        for wkb in shapes:
            self._after += self._bands(geometry(wkb), _AFTER, crs, is_after=True)

    def flash(self, shapes: Iterable[bytes], crs: QgsCoordinateReferenceSystem) -> None:
        """Let assets flash once."""
        found = [geometry(wkb) for wkb in shapes]
        if found and hasattr(self._canvas, "flashGeometries"):
            self._canvas.flashGeometries(found, crs)

    def _bands(
        self, shape: QgsGeometry, colour: str, crs: QgsCoordinateReferenceSystem, *, is_after: bool
    ) -> list[QgsRubberBand]:
        if shape.isNull():
            return []
        kind = shape.type()
        band = QgsRubberBand(self._canvas, kind)
        ink = QColor(colour)
        if is_after:
            band.setLineStyle(Qt.PenStyle.DashLine)
            band.setWidth(_AFTER_PX)
        else:
            ink.setAlpha(150)
            band.setWidth(_LINE_PX)
        if kind == QgsWkbTypes.GeometryType.PointGeometry:
            band.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
            band.setIconSize(_POINT_PX)
            band.setWidth(3)
            # Qt's default would fill the node.
            band.setFillColor(QColor(0, 0, 0, 0))
        if kind == QgsWkbTypes.GeometryType.PolygonGeometry:
            inside = QColor(ink)
            inside.setAlpha(40)
            band.setFillColor(inside)
        band.setStrokeColor(ink)
        band.setSecondaryStrokeColor(QColor(_EDGE) if not is_after else QColor(255, 255, 255, 160))
        band.setToGeometry(shape, crs)
        return [band]

    def _ring(self, point: QgsGeometry, colour: str, crs: QgsCoordinateReferenceSystem) -> QgsVertexMarker:
        ring = QgsVertexMarker(self._canvas)
        ring.setIconType(QgsVertexMarker.IconType.ICON_CIRCLE)
        ring.setIconSize(_RING_PX)
        ring.setPenWidth(2)
        ring.setColor(QColor(colour))
        ring.setFillColor(QColor(0, 0, 0, 0))
        ring.setCenter(self._on_canvas(point, crs))
        return ring

    def _on_canvas(self, point: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> QgsPointXY:
        from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProject

        target = self._canvas.mapSettings().destinationCrs()
        if crs.isValid() and target.isValid() and crs != target:
            try:
                point.transform(QgsCoordinateTransform(crs, target, QgsProject.instance()))
            except QgsCsException:
                return QgsPointXY()
        return point.asPoint()

    def _drop(self, items: list[Any]) -> None:
        scene = self._canvas.scene()
        for item in items:
            scene.removeItem(item)
        items.clear()

    def clear(self) -> None:
        """Leave the map as it was."""
        self._drop(self._before)
        self._drop(self._after)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is marked."""
        return not self._before and not self._after
