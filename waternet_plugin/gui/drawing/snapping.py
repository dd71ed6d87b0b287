"""Snapping of a map tool to our layers, whatever the project does: nodes, and vertices and lines of pipes."""

from __future__ import annotations

from qgis.core import (
    QgsPointLocator,
    QgsPointXY,
    QgsSnappingConfig,
    QgsSnappingUtils,
    QgsTolerance,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasSnappingUtils, QgsSnapIndicator

_SNAP_PX = 12
# Up to here the rows that the map shows are few enough to be indexed whenever it was moved.
_NEAR_SCALE = 10_000.0


class NetworkSnapping:
    """Finds what a place of the map means, and marks it; rows are indexed only between begin and end.

    QGIS puts each edited row into every index of its layer, one of a tool that was left too: a Save of some
    rows took twice as long.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._indicator = QgsSnapIndicator(canvas)
        self._utilities: QgsMapCanvasSnappingUtils | None = None

    @property
    def has_index(self) -> bool:
        """Whether rows are indexed, or will be."""
        return self._utilities is not None

    def begin(self, pipes: QgsVectorLayer, nodes: QgsVectorLayer | None) -> None:
        """Index rows beside the window, before the pointer comes."""
        self.end()
        self._utilities = QgsMapCanvasSnappingUtils(self._canvas, self._canvas)
        self._utilities.setConfig(_config(pipes, nodes))
        self.match(self._canvas.center(), is_waiting=False)

    def end(self) -> None:
        """Forget the rows and hide the mark."""
        self._indicator.setVisible(False)
        if self._utilities is not None:
            # Later: it may be waiting for rows just now, while QGIS hears keys.
            self._utilities.deleteLater()
            self._utilities = None

    def match(self, place: QgsPointXY, *, is_waiting: bool) -> QgsPointLocator.Match:
        """Return what a place of the map snaps to.

        With ``is_waiting`` all rows around it are known by then, as what is drawn rests on it; without, rows
        that are still read are left out until the pointer's next move.
        """
        if self._utilities is None:
            return QgsPointLocator.Match()
        # To find out how much of a layer to index, QGIS counts its rows: on a server the window stands still.
        ways, is_near = QgsSnappingUtils.IndexingStrategy, self._canvas.scale() <= _NEAR_SCALE
        self._utilities.setIndexingStrategy(ways.IndexExtent if is_near else ways.IndexHybrid)
        return self._utilities.snapToMap(place, None, not is_waiting)

    def mark(self, match: QgsPointLocator.Match) -> None:
        """Show what the pointer snaps to."""
        self._indicator.setMatch(match)


def _config(pipes: QgsVectorLayer, nodes: QgsVectorLayer | None) -> QgsSnappingConfig:
    flags = QgsSnappingConfig.SnappingTypes
    config = QgsSnappingConfig()
    config.setEnabled(True)
    config.setMode(QgsSnappingConfig.SnappingMode.AdvancedConfiguration)
    both = [(pipes, flags.VertexFlag | flags.SegmentFlag)]
    if nodes is not None:
        both.append((nodes, flags.VertexFlag))
    for layer, kinds in both:
        settings = QgsSnappingConfig.IndividualLayerSettings(
            True, kinds, _SNAP_PX, QgsTolerance.UnitType.Pixels, 0, 0
        )
        config.setIndividualLayerSettings(layer, settings)
    return config
