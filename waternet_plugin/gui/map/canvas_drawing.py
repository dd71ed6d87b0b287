"""Drawings above all layers, which follow the map."""

from __future__ import annotations

from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QRectF


class CanvasDrawing(QgsMapCanvasItem):
    """A drawing that may be anywhere on the canvas; a subclass paints it.

    Parameters
    ----------
    z
        The higher, the further above others.
    """

    def __init__(self, canvas: QgsMapCanvas, z: int) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setZValue(z)

    def updatePosition(self) -> None:  # noqa: N802 (QGIS's name)
        """Follow the map."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """Return the whole canvas."""
        return QRectF(0, 0, self._canvas.width(), self._canvas.height())
