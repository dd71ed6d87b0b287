"""Planned lines on the map, and how far from them the points were surveyed, in mm."""

from __future__ import annotations

import math
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QLineF, QPointF
from qgis.PyQt.QtGui import QColor, QFont, QPainter, QPen

from waternet_plugin.core.colours import DIM, SEVERE
from waternet_plugin.core.units import INCH_MM
from waternet_plugin.gui.map.canvas_drawing import CanvasDrawing
from waternet_plugin.gui.survey.attempt import Deviations
from waternet_plugin.gui.survey.map.candidate_ghosts import on_canvas, on_map

PLANNED, OFF = DIM, SEVERE
_PLANNED_MM, _OFF_MM, _TEXT_MM = 0.3, 0.5, 2.4
# A deviation is millimetres in the field: its line is drawn this long at least, and says the figure.
_LEAST_PX = 14.0


class DeviationMarks(CanvasDrawing):
    """Draws planned lines and deviations above all layers.

    Parameters
    ----------
    deviations
        What is drawn.
    crs
        Of their coordinates.
    """

    def __init__(
        self, canvas: QgsMapCanvas, deviations: Deviations, crs: QgsCoordinateReferenceSystem
    ) -> None:
        super().__init__(canvas, 205)
        change = QgsCoordinateTransform(
            crs, canvas.mapSettings().destinationCrs(), QgsProject.instance().transformContext()
        )
        self._lines = [on_map(line, change) for line in deviations.planned]
        self._feet, self._points = on_map(deviations.feet, change), on_map(deviations.points, change)
        self._texts = [f"{1000 * away:.0f} mm" for away in deviations.away_m]
        self.updatePosition()

    @property
    def count(self) -> int:
        """How many deviations are drawn."""
        return len(self._texts)

    def paint(self, painter: QPainter, *_more: Any) -> None:
        """Draw the lines, then the deviations with their figures."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        per_mm = self._canvas.logicalDpiX() / INCH_MM
        painter.setPen(QPen(QColor(PLANNED), _PLANNED_MM * per_mm))
        for line in self._lines:
            x, y = on_canvas(self._canvas, line)
            for index in range(len(x) - 1):
                painter.drawLine(QLineF(x[index], y[index], x[index + 1], y[index + 1]))
        font = QFont(painter.font())
        font.setPixelSize(max(9, round(_TEXT_MM * per_mm)))
        painter.setFont(font)
        painter.setPen(QPen(QColor(OFF), _OFF_MM * per_mm))
        ends = zip(*on_canvas(self._canvas, self._feet), *on_canvas(self._canvas, self._points), self._texts)
        for x, y, to_x, to_y, text in ends:
            length = math.hypot(to_x - x, to_y - y)
            if not math.isfinite(length):
                continue
            longer = max(1.0, _LEAST_PX / length) if length > 0 else 0.0
            tip = QPointF(x + (to_x - x) * longer, y + (to_y - y) * longer)
            painter.drawLine(QPointF(x, y), tip)
            painter.drawText(tip + QPointF(3, -3), text)
        painter.restore()
