"""A small map of where the files' rows will lie, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsFontMarkerSymbolLayer,
    QgsGeometry,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapToolPan
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.bridge.extents import network_extent
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.core.colours import DISTINCT, GREY, WHITE
from waternet_plugin.core.network.model.strays import bulk_box
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.gui.survey.attempt import LETTERS
from waternet_plugin.gui.survey.map.candidate_ghosts import COLOURS
from waternet_plugin.store import open_network

_MARGIN = 1.1
# From so many points on they are drawn small.
_MANY = 300
# A network that is farther from candidates than so many times their size is not looked at with them.
_TOGETHER = 5.0
# A click may miss a point by so much, and move by so little, in pixels.
_HIT_PX, _STILL_PX = 14.0, 3
# Of the letter of a candidate on its square, as its button has it: readable over any rows.
_LETTER_MM, _SQUARE_MM = 3.6, 4.6


def colour(number: int) -> QColor:
    """Return the colour of a source by its place."""
    return QColor(DISTINCT[number % len(DISTINCT)])


def swatch(number: int) -> QIcon:
    """Return a square in the colour of a source."""
    pixmap = QPixmap(10, 10)
    pixmap.fill(colour(number))
    return QIcon(pixmap)


def qgis_crs(text: str) -> QgsCoordinateReferenceSystem:
    """Return QGIS's form of a CRS given as code or WKT; an invalid one for ''."""
    if not text:
        return QgsCoordinateReferenceSystem()
    if text.upper().startswith(("EPSG:", "ESRI:", "OGC:", "IAU", "IGNF:")):
        return QgsCoordinateReferenceSystem(text)
    return QgsCoordinateReferenceSystem.fromWkt(text)


def crs_text(crs: QgsCoordinateReferenceSystem) -> str:
    """Return a CRS of QGIS by its code, else as WKT; '' for an invalid one."""
    if not crs.isValid():
        return ""
    code = str(crs.authid())
    if code and not code.startswith("USER:"):
        return code
    return str(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))


class MapPreview(QgsMapCanvas):
    """Draw rows of the sources over the network; its layers belong to no project."""

    # The place of the letter of a candidate that was clicked.
    chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_wizard_map")
        self.setCanvasColor(self.palette().color(QPalette.ColorRole.Base))
        self.enableAntiAliasing(True)
        self._pan = QgsMapToolPan(self)
        self.setMapTool(self._pan)
        self._held: list[QgsVectorLayer] = []
        self._ghosts: list[tuple[int, Any]] = []
        self._pressed: Any = None

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Note where the button went down."""
        self._pressed = event.pos()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Choose a candidate that was clicked; what was dragged is a pan."""
        super().mouseReleaseEvent(event)
        if self._pressed is not None and (event.pos() - self._pressed).manhattanLength() <= _STILL_PX:
            place = self.getCoordinateTransform().toMapCoordinates(event.pos())
            self.click(place.x(), place.y())
        self._pressed = None

    def click(self, x: float, y: float) -> None:
        """Choose the candidate one of whose points lies at a place of the map."""
        best, chosen = _HIT_PX * self.mapUnitsPerPixel(), None
        for place, xy in self._ghosts:
            away = float(np.hypot(*(xy - np.array([x, y])).T).min()) if len(xy) else np.inf
            if away <= best:
                best, chosen = away, place
        if chosen is not None:
            self.chosen.emit(chosen)

    def show_shapes(
        self,
        crs_name: str,
        shapes: Sequence[tuple[int, Any]],
        network_path: str = "",
        ghosts: Sequence[tuple[int, Any]] = (),
    ) -> None:
        """Draw geometries (place of the source, array of shapely geometries) that are in the network's CRS.

        Parameters
        ----------
        crs_name
            The network's CRS.
        shapes
            What is drawn, the last on top.
        network_path
            The network below them, '' for none.
        ghosts
            Places of candidates, (n, 2) each, with the place of its letter: they are looked at instead.
        """
        crs = qgis_crs(crs_name)
        layers = []
        drawn = []
        for number, geometries in shapes:
            layer = _layer(number, geometries, crs)
            if layer is None:
                continue
            layers.append(layer)
            drawn.append(shapely.bounds(geometries))
        self._ghosts = list(ghosts)
        for place, xy in ghosts:
            layers += _lettered(place, xy, crs)
        if ghosts:
            drawn = [np.column_stack([xy, xy]) for _place, xy in ghosts]
        bulk = bulk_box(np.vstack(drawn)) if drawn else None
        if ghosts and drawn:
            together = np.vstack(drawn)
            bulk = (*together[:, :2].min(axis=0).tolist(), *together[:, 2:].max(axis=0).tolist())
        box = QgsRectangle(*bulk) if bulk is not None else QgsRectangle()
        if network_path:
            with open_network(network_path) as network:
                shown = network.layer_source("pipe")
            pipes = QgsVectorLayer(shown.source, "pipe", shown.provider)
            if pipes.isValid() and pipes.featureCount() > 0:
                symbol = QgsLineSymbol.createSimple({"color": GREY, "width": "0.3"})
                pipes.setRenderer(QgsSingleSymbolRenderer(symbol))
                layers.insert(0, pipes)
                together = QgsRectangle(box)
                together.combineExtentWith(network_extent([pipes]))
                near = max(together.width(), together.height()) < _TOGETHER * max(box.width(), box.height())
                if box.isNull() or (ghosts and near):
                    box = together
        self.let_go()
        for layer in layers:
            # They end with the map, whoever else is left.
            layer.setParent(self)
        self._held = layers
        self.setDestinationCrs(crs)
        self.setLayers(list(reversed(layers)))
        if layers and box.width() + box.height() > 0:
            box.scale(_MARGIN)
            self.setExtent(box)
        self.refresh()

    def let_go(self) -> None:
        """Drop the layers, before the dialog closes."""
        self.stopRendering()
        self.setLayers([])
        for layer in self._held:
            layer.deleteLater()
        self._held = []


def _lettered(place: int, xy: Any, crs: QgsCoordinateReferenceSystem) -> list[QgsVectorLayer]:
    """Return the places of a candidate in its colour, and its letter in their middle."""
    if not len(xy) or place >= len(LETTERS):
        return []
    points = QgsMarkerSymbol.createSimple({"name": "cross2", "color": COLOURS[place], "size": "2.4"})
    points.symbolLayer(0).setStrokeColor(QColor(COLOURS[place]))
    square = {"name": "square", "color": COLOURS[place], "outline_style": "no", "size": str(_SQUARE_MM)}
    letter = QgsMarkerSymbol.createSimple(square)
    # The symbol owns what is added to it.
    letter.appendSymbolLayer(QgsFontMarkerSymbolLayer("Sans", LETTERS[place], _LETTER_MM, QColor(WHITE)))
    found = []
    for places, symbol in ((xy, points), (np.median(xy, axis=0)[None], letter)):
        layer = QgsVectorLayer("Point", "", "memory", without_asking())
        layer.setCrs(crs)
        features = []
        for x, y in places:
            feature = QgsFeature()
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        found.append(layer)
    return found


def _layer(number: int, geometries: Any, crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer | None:
    """Return a layer in memory with some geometries, None without any."""
    if not len(geometries):
        return None
    features = []
    for raw in to_wkb(shapely.force_2d(geometries)):
        geometry = QgsGeometry()
        geometry.fromWkb(raw)
        geometry.convertToMultiType()
        feature = QgsFeature()
        feature.setGeometry(geometry)
        features.append(feature)
    kind = features[0].geometry().type()
    name = {
        QgsWkbTypes.GeometryType.PointGeometry: "MultiPoint",
        QgsWkbTypes.GeometryType.LineGeometry: "MultiLineString",
    }.get(kind, "MultiPolygon")
    layer = QgsVectorLayer(name, "", "memory", without_asking())
    layer.setCrs(crs)
    layer.dataProvider().addFeatures([one for one in features if one.geometry().type() == kind])
    layer.updateExtents()
    paint = colour(number)
    size = "1.6" if len(features) < _MANY else "1.0"
    if name == "MultiPoint":
        symbol: Any = QgsMarkerSymbol.createSimple(
            {
                "name": "circle",
                "color": paint.name(),
                "size": size,
                "outline_color": WHITE,
                "outline_width": "0.1",
            }
        )
    elif name == "MultiLineString":
        symbol = QgsLineSymbol.createSimple({"color": paint.name(), "width": "0.4"})
    else:
        fill = QColor(paint)
        fill.setAlpha(40)
        symbol = QgsFillSymbol.createSimple(
            {"color": f"{fill.red()},{fill.green()},{fill.blue()},40", "outline_color": paint.name()}
        )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    return layer
