"""The map tool that draws a pipe from node to node."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPoint,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QColor

from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drawing import node_levels, pipe_edits
from waternet_plugin.gui.drawing.snapping import NetworkSnapping
from waternet_plugin.gui.drawing.tool_bars import PipeBar
from waternet_plugin.gui.map.map_tool import NetworkTool
from waternet_plugin.gui.session.session import Session

TOPIC = "forms"
_COLOUR = ACCENT
# Two clicks of one double click, in map units of a pixel.
_SAME_PX = 1.0
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BACK = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class DrawPipeTool(NetworkTool):
    """Click along the course; Enter or the right button ends, Backspace takes a vertex back, Esc leaves.

    Parameters
    ----------
    template
        Returns what the last pipe of a system had, by field.
    remember
        Keeps what a new pipe had.
    system
        The system of the last new pipe.
    """

    def __init__(
        self,
        session: Session,
        template: Callable[[str], dict[str, Any]],
        remember: Callable[[Any], Any],
        system: str,
    ) -> None:
        super().__init__(session, TOPIC)
        self._remember = remember
        self.bar = PipeBar(self._canvas, template, system, session.layer("pipe"))
        self.points: list[QgsPoint] = []
        self._snapping = NetworkSnapping(self._canvas)
        self._band = self._new_band(Qt.PenStyle.SolidLine)
        self._next = self._new_band(Qt.PenStyle.DashLine)
        self._start_level_m = math.nan
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _new_band(self, style: Any) -> QgsRubberBand:
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.LineGeometry)
        band.setColor(QColor(_COLOUR))
        band.setWidth(2)
        band.setLineStyle(style)
        return band

    # Taking and leaving.

    def activate(self) -> None:
        """Snap to our layers and show the bar."""
        super().activate()
        pipes = self._session.layer("pipe")
        if pipes is not None:
            self._snapping.begin(pipes, self._session.layer("node"))
        self.bar.show_above()

    def deactivate(self) -> None:
        """Drop what was drawn and not ended."""
        self._clear()
        self._snapping.end()
        self.bar.hide()
        super().deactivate()

    def close(self) -> None:
        """Leave for good."""
        super().close()
        for band in (self._band, self._next):
            self._canvas.scene().removeItem(band)
        self._snapping.end()
        self.bar.close_for_good()

    def _clear(self) -> None:
        self.points = []
        self._start_level_m = math.nan
        for band in (self._band, self._next):
            band.reset(QgsWkbTypes.GeometryType.LineGeometry)
        self.bar.show_slope(math.nan)

    # The mouse and the keyboard.

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Show where the next vertex would be, and the slope to there."""
        place = self._snapped(event, is_waiting=False)
        self._show_next(place)
        self._show_slope(place)

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Add a vertex; the right button ends."""
        if event.button() == Qt.MouseButton.RightButton:
            self.finish()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.add_point(self._snapped(event))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Answer Enter and Backspace before QGIS does."""
        if super().eventFilter(watched, event):
            return True
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if event.key() not in (*_ENTER, *_BACK):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.finish() if event.key() in _ENTER else self.take_back()
        return True

    def _snapped(self, event: Any, *, is_waiting: bool = True) -> QgsPointXY:
        """Return the place that is meant by the mouse, in coordinates of the map."""
        match = self._snapping.match(event.mapPoint(), is_waiting=is_waiting)
        self._snapping.mark(match)
        return match.point() if match.isValid() else event.mapPoint()

    # Drawing.

    def add_point(self, place: QgsPointXY) -> None:
        """Add a vertex at a place of the map."""
        step = self._canvas.mapSettings().mapUnitsPerPixel() * _SAME_PX
        if self.points and QgsPointXY(self.points[-1]).distance(place) < step:
            return
        self.points.append(QgsPoint(place.x(), place.y()))
        if len(self.points) == 1:
            self._start_level_m = self._level_at(place)
        self._show_points()

    def take_back(self) -> None:
        """Take the last vertex back."""
        if self.points:
            self.points.pop()
            self._show_points()

    def _show_points(self) -> None:
        self._band.setToGeometry(
            QgsGeometry.fromPolyline(self.points), self._canvas.mapSettings().destinationCrs()
        )
        self._next.reset(QgsWkbTypes.GeometryType.LineGeometry)

    def _show_next(self, place: QgsPointXY) -> None:
        self._next.reset(QgsWkbTypes.GeometryType.LineGeometry)
        if self.points:
            self._next.addPoint(QgsPointXY(self.points[-1]), False)
            self._next.addPoint(place)

    def _show_slope(self, place: QgsPointXY) -> None:
        layer = self._session.layer("pipe")
        if not self.points or layer is None or not math.isfinite(self._start_level_m):
            self.bar.show_slope(math.nan)
            return
        line = self._in_layer([*self.points, QgsPoint(place.x(), place.y())], layer)
        length_m = 0.0 if line is None else QgsGeometry.fromPolyline(line).length()
        self.bar.show_slope(node_levels.slope_per_mille(self._start_level_m, self._level_at(place), length_m))

    def _level_at(self, place: QgsPointXY) -> float:
        """Return the invert at a place of the map, m, else the height there; NaN for unknown."""
        pipes, nodes = self._session.layer("pipe"), self._session.layer("node")
        there = None if pipes is None else self._in_layer([QgsPoint(place.x(), place.y())], pipes)
        if pipes is None or nodes is None or there is None:
            return math.nan
        point = QgsPointXY(there[0])
        level_m = node_levels.invert_at(nodes, pipes, point)
        return level_m if math.isfinite(level_m) else node_levels.height_at(nodes, pipes, point)

    def _in_layer(self, points: list[QgsPoint], layer: QgsVectorLayer) -> list[QgsPoint] | None:
        """Return places of the map in a layer's coordinates, None where they have none there."""
        crs = self._canvas.mapSettings().destinationCrs()
        change = QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance().transformContext())
        try:
            moved = [change.transform(point.x(), point.y()) for point in points]
        except QgsCsException:
            return None
        return [QgsPoint(point.x(), point.y()) for point in moved]

    def finish(self) -> None:
        """Make a pipe of what was drawn; without a vertex the tool is left."""
        if not self.points:
            self.leave()
            return
        layer, nodes = self._session.layer("pipe"), self._session.layer("node")
        points = None if layer is None else self._in_layer(self.points, layer)
        if layer is None or points is None or len(points) < 2:
            self._session.say(tr("A pipe needs two points at least. Click where it goes on."), "warning")
            return
        if not layer.isEditable() and not layer.startEditing():
            self._session.say(
                tr("The pipes can't be edited now: another program may be using the file."), "warning"
            )
            return
        heights = [math.nan] * len(points)
        if self.bar.takes_heights and nodes is not None:
            for index in (0, -1):
                heights[index] = node_levels.height_at(nodes, layer, QgsPointXY(points[index]))
        for point, height in zip(points, heights):
            point.addZValue(height)
        self._clear()
        self._remember(pipe_edits.add_pipe(layer, pipe_edits.line_through(points), self.bar.values()))
