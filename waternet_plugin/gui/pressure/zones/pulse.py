"""A ring that grows and fades around a place of the map, again and again."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QPainter, QPen

from waternet_plugin.core.colours import SEVERE

_STEP_MS, _STEPS = 80, 16
_LEAST_PX, _MOST_PX = 10.0, 26.0
_LINE_PX = 3.0


class Pulse(QgsMapCanvasItem):
    """The ring; it rests while it is nowhere or not on the map.

    Parameters
    ----------
    canvas
        The map.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._place: QgsPointXY | None = None
        self._crs = QgsCoordinateReferenceSystem()
        self._step = 0
        self._timer = QTimer(canvas, interval=_STEP_MS, timeout=self._go_on)
        self.setZValue(190)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether it moves."""
        return bool(self._timer.isActive())

    def show_at(self, xy: tuple[float, float] | None, crs: QgsCoordinateReferenceSystem) -> None:
        """Pulse at a place of a network's coordinates, m; None for one that is not known."""
        self._place = None if xy is None else QgsPointXY(*xy)
        self._crs = crs
        self.set_running(xy is not None)

    def set_running(self, runs: bool) -> None:
        """Pulse where there is a place, or rest unseen."""
        runs = runs and self._place is not None
        self.setVisible(runs)
        if runs:
            self.updatePosition()
            self._timer.start()
        else:
            self._timer.stop()

    def remove(self) -> None:
        """Go for good."""
        self._timer.stop()
        self._timer.deleteLater()
        self._canvas.scene().removeItem(self)

    def _go_on(self) -> None:
        self._step = (self._step + 1) % _STEPS
        self.update()

    def updatePosition(self) -> None:  # noqa: N802 (QGIS's name)
        """Follow the map."""
        if self._place is None:
            return
        change = QgsCoordinateTransform(
            self._crs, self._canvas.mapSettings().destinationCrs(), QgsProject.instance().transformContext()
        )
        try:
            self.setPos(self.toCanvasCoordinates(change.transform(self._place)))
        except QgsCsException:
            self.hide()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """Return the largest ring."""
        half = _MOST_PX + _LINE_PX
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(self, painter: QPainter, *_more: Any) -> None:
        """Draw the ring as large as it is now."""
        share = self._step / _STEPS
        colour = QColor(SEVERE)
        colour.setAlphaF(1.0 - share)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, _LINE_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = _LEAST_PX + share * (_MOST_PX - _LEAST_PX)
        painter.drawEllipse(QPointF(0, 0), radius, radius)
        painter.restore()
