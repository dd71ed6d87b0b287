"""Clicks on the map that give places in the network's coordinates: at a node or vertex where one is near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.gui import QgsMapCanvasSnappingUtils, QgsSnapIndicator
from qgis.PyQt.QtCore import Qt, pyqtSignal

from waternet_plugin.gui.drawing.draw_pipe import snapping_to
from waternet_plugin.gui.map.map_tool import NetworkTool

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session


class CoordinateTool(NetworkTool):
    """Tells each click as east and north of the network."""

    clicked = pyqtSignal(float, float)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "survey")
        self._snapping = QgsMapCanvasSnappingUtils(self._canvas, self)
        self._indicator = QgsSnapIndicator(self._canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def activate(self) -> None:
        """Snap to our layers, whatever the project does."""
        super().activate()
        pipes = self._session.layer("pipe")
        if pipes is not None:
            self._snapping.setConfig(snapping_to(pipes, self._session.layer("node")))

    def deactivate(self) -> None:
        """Hide what the pointer snaps to."""
        self._indicator.setVisible(False)
        super().deactivate()

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Show what a click would take."""
        self._indicator.setMatch(self._snapping.snapToMap(event.mapPoint()))

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Tell the place under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        match = self._snapping.snapToMap(event.mapPoint())
        spot = match.point() if match.isValid() else event.mapPoint()
        pipes = self._session.layer("pipe")
        if pipes is not None:
            change = QgsCoordinateTransform(
                self._canvas.mapSettings().destinationCrs(), pipes.crs(), QgsProject.instance()
            )
            try:
                spot = change.transform(spot)
            except QgsCsException:
                return
        self.clicked.emit(spot.x(), spot.y())
