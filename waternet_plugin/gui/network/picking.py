"""A map tool that picks a pipe, or a node, of the network by a click near it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QColor

from waternet_plugin.core.colours import ACCENT, WHITE
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.map.map_tool import NetworkTool
from waternet_plugin.gui.session.session import Session

# How near a click must be, in pixels, and how near whatever the scale, in metres.
_REACH_PX, _LEAST_M = 12.0, 0.5
# A node is meant where it lies nearer than this share of the reach.
_NODE_SHARE = 0.6
_HOVER_MS = 60
# Where more pipes lie under the pointer, none is meant yet.
_MOST_HOVERED = 200
_HOVER = ACCENT


@dataclass(frozen=True)
class Pick:
    """What was clicked: a pipe, or a node where ``node_id`` is not ''; the point is the network's, m."""

    x_m: float
    y_m: float
    pipe_id: str = ""
    node_id: str = ""

    @property
    def name(self) -> str:
        """What the algorithms take for it."""
        return f"node:{self.node_id}" if self.node_id else f"pipe:{self.pipe_id}"

    @property
    def label(self) -> str:
        """The id."""
        return self.node_id or self.pipe_id


@dataclass(frozen=True)
class _Near:
    """A feature near the pointer."""

    id: str
    distance: float
    is_meant: bool
    geometry: QgsGeometry


def _nearest(
    layer: QgsVectorLayer, point: QgsPointXY, reach: float, systems: frozenset[str], most: int = -1
) -> _Near | None:
    """Return the feature of a layer nearest to a point, one in use and of some systems before others."""
    id_field = layer.fields().at(layer.fields().lookupField(f"{_table(layer)}_id")).name()
    box = QgsRectangle(point.x() - reach, point.y() - reach, point.x() + reach, point.y() + reach)
    request = QgsFeatureRequest(box)
    request.setSubsetOfAttributes([id_field, "system", "status"], layer.fields())
    if most > 0:
        request.setLimit(most)
    here = QgsGeometry.fromPointXY(point)
    found: list[_Near] = []
    for feature in layer.getFeatures(request):
        shape = feature.geometry()
        distance = shape.distance(here) if not shape.isNull() else -1.0
        if 0 <= distance <= reach and feature[id_field]:
            meant = feature["status"] not in OUT_OF_USE and (not systems or feature["system"] in systems)
            found.append(_Near(str(feature[id_field]), distance, meant, shape))
    if most > 0 and len(found) >= most:
        return None
    return min(found, key=lambda one: (not one.is_meant, one.distance, one.id)) if found else None


def _table(layer: QgsVectorLayer) -> str:
    return "node" if layer.geometryType() == QgsWkbTypes.GeometryType.PointGeometry else "pipe"


class PickTool(NetworkTool):
    """Shows the pipe under the pointer and hands over the one that is clicked; Esc leaves.

    Parameters
    ----------
    on_pick
        Called with each `Pick`.
    systems
        Systems whose pipes are meant first; empty for all.
    takes_nodes
        Whether a node may be picked, too.
    topic
        Where the guide opens on F1.
    """

    def __init__(
        self,
        session: Session,
        on_pick: Callable[[Pick], Any],
        *,
        systems: frozenset[str] = frozenset(),
        takes_nodes: bool = False,
        topic: str = "",
    ) -> None:
        super().__init__(session, topic)
        self._on_pick = on_pick
        self._systems = systems
        self._takes_nodes = takes_nodes
        self._band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.LineGeometry)
        self._band.setColor(QColor(_HOVER))
        self._band.setSecondaryStrokeColor(QColor(WHITE))
        self._band.setWidth(4)
        self._place: QgsPointXY | None = None
        self._rest = QTimer(self, singleShot=True, interval=_HOVER_MS, timeout=self._hover)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def deactivate(self) -> None:
        """Take the mark off the map."""
        self._rest.stop()
        self._band.reset(QgsWkbTypes.GeometryType.LineGeometry)
        super().deactivate()

    def close(self) -> None:
        """Leave for good."""
        super().close()
        self._canvas.scene().removeItem(self._band)

    # Looking and clicking.

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Look what lies under the pointer once it rests."""
        self._place = event.mapPoint()
        self._rest.start()

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Pick what was clicked, or say that there is nothing; the right button leaves."""
        if event.button() == Qt.MouseButton.RightButton:
            self.leave()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.pick_at(event.mapPoint())

    def pick_at(self, point: QgsPointXY) -> None:
        """Pick what lies at a place of the map."""
        if self._session.layer("pipe") is None:
            self._session.say(
                tr("The layer of pipes is not in this project. Restore it from the panel."), "warning"
            )
            return
        found = self._find(point)
        if found is None:
            self._session.say(tr("There is no pipe there. Click nearer to a pipe, or zoom in."), "warning")
            return
        self._on_pick(found)

    def _point(self, place: QgsPointXY, layer: QgsVectorLayer) -> tuple[QgsPointXY, float] | None:
        """Return a place of the map in a layer's coordinates, and how far a click reaches there."""
        settings = self._canvas.mapSettings()
        try:
            change = QgsCoordinateTransform(
                settings.destinationCrs(), layer.crs(), QgsProject.instance().transformContext()
            )
            point = change.transform(place)
            step = settings.mapUnitsPerPixel() * _REACH_PX
            beside = change.transform(QgsPointXY(place.x() + step, place.y()))
        except QgsCsException:
            return None
        return point, max(math.hypot(beside.x() - point.x(), beside.y() - point.y()), _LEAST_M)

    def _find(self, place: QgsPointXY, most: int = -1) -> Pick | None:
        found = self._look(place, most)
        return found[0] if found else None

    def _look(self, place: QgsPointXY, most: int = -1) -> tuple[Pick, QgsGeometry] | None:
        layer = self._session.layer("pipe")
        where = self._point(place, layer) if layer is not None else None
        if layer is None or where is None:
            return None
        point, reach = where
        pipe = _nearest(layer, point, reach, self._systems, most)
        nodes = self._session.layer("node") if self._takes_nodes else None
        if nodes is not None:
            node = _nearest(nodes, point, _NODE_SHARE * reach, self._systems, most)
            if node is not None and node.is_meant:
                return Pick(point.x(), point.y(), pipe.id if pipe else "", node.id), node.geometry
        if pipe is None:
            return None
        return Pick(point.x(), point.y(), pipe.id), pipe.geometry

    def _hover(self) -> None:
        layer = self._session.layer("pipe")
        found = self._look(self._place, _MOST_HOVERED) if self._place is not None else None
        kinds = QgsWkbTypes.GeometryType
        if found is None or layer is None:
            self._band.reset(kinds.LineGeometry)
            return
        geometry = found[1]
        is_point = geometry.type() == kinds.PointGeometry
        self._band.reset(kinds.PointGeometry if is_point else kinds.LineGeometry)
        self._band.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
        self._band.setIconSize(14)
        self._band.setToGeometry(geometry, layer.crs())


class PlaceTool(PickTool):
    """Hands over places, whatever lies there."""

    def pick_at(self, point: QgsPointXY) -> None:
        """Hand over a place of the map in the network's coordinates."""
        layer = self._session.layer("pipe")
        found = self._point(point, layer) if layer is not None else None
        if found is not None:
            self._on_pick(Pick(found[0].x(), found[0].y()))

    def _hover(self) -> None:
        """Mark nothing: a place is not a pipe."""
