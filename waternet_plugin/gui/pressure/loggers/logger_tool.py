"""The map tool that takes a logger along: pressed near one, it follows the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import Qt

from waternet_plugin.gui.map.map_tool import NetworkTool
from waternet_plugin.gui.session.session import Session

_REACH_PX = 14.0
_NONE = -1


class LoggerTool(NetworkTool):
    """Moves one of several loggers while the left button is down; Esc and the right button leave.

    Parameters
    ----------
    places
        Says where the loggers are, in the network's coordinates, m.
    on_move
        Called with the number of a logger and where the pointer is, m.
    topic
        Where the guide opens on F1.
    """

    def __init__(
        self,
        session: Session,
        places: Callable[[], Sequence[tuple[float, float]]],
        on_move: Callable[[int, float, float], Any],
        topic: str,
    ) -> None:
        super().__init__(session, topic)
        self._places, self._on_move = places, on_move
        self._taken = _NONE
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def deactivate(self) -> None:
        """Let go."""
        self._taken = _NONE
        super().deactivate()

    def canvasPressEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Take the logger under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.take_at(event.mapPoint())

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Take it along."""
        self.move_to(event.mapPoint())

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Leave it there; the right button leaves the tool."""
        if event.button() == Qt.MouseButton.RightButton:
            self.leave()
        self._taken = _NONE
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def take_at(self, place: QgsPointXY) -> bool:
        """Take the logger near a place of the map; return whether there is one."""
        reach = _REACH_PX * self._canvas.mapUnitsPerPixel()
        found = self._in_network(place), self._in_network(QgsPointXY(place.x() + reach, place.y()))
        if found[0] is None or found[1] is None:
            return False
        (x_m, y_m), beside = found
        away = [math.hypot(x - x_m, y - y_m) for x, y in self._places()]
        nearest = min(range(len(away)), key=away.__getitem__, default=_NONE)
        if nearest == _NONE or away[nearest] > math.hypot(beside[0] - x_m, beside[1] - y_m):
            return False
        self._taken = nearest
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        return True

    def move_to(self, place: QgsPointXY) -> None:
        """Move the logger that is taken to a place of the map."""
        found = self._in_network(place) if self._taken != _NONE else None
        if found is not None:
            self._on_move(self._taken, *found)

    def _in_network(self, place: QgsPointXY) -> tuple[float, float] | None:
        layer = self._session.layer("pipe")
        if layer is None:
            return None
        try:
            point = QgsCoordinateTransform(
                self._canvas.mapSettings().destinationCrs(),
                layer.crs(),
                QgsProject.instance().transformContext(),
            ).transform(place)
        except QgsCsException:
            return None
        return point.x(), point.y()
