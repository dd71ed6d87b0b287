"""Candidates of a question on the map: points as crosses in the colour of their letter, lines dashed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QLineF, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap

from waternet_plugin.compat import text_flags
from waternet_plugin.core.colours import FAULT, NOTE, OTHER, PASSED, WHITE
from waternet_plugin.core.units import INCH_MM
from waternet_plugin.gui.map.canvas_drawing import CanvasDrawing
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayMark, paint_mark
from waternet_plugin.gui.survey.attempt import LETTERS

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.gui.survey.attempt import ShownCandidate

# Of A, B and C; those beyond are rare, and told apart by their letters.
COLOURS = (FAULT, OTHER, PASSED, *(NOTE,) * (len(LETTERS) - 3))
# Millimetres on the screen; numbers from this scale in.
_CROSS_MM, _LINE_MM, _NUMBERS_FROM = 2.4, 0.4, 1000.0
_TEXT_MM, _HIT_PX, _ICON_PX = 2.2, 12.0, 16
# More crosses than a map that is panned can draw at once: then every so many-th shows.
_MOST = 5_000


def letter_icon(index: int) -> QIcon:
    """Return the letter of a candidate on its colour."""
    scale = 4
    pixmap = QPixmap(_ICON_PX * scale, _ICON_PX * scale)
    pixmap.fill(QColor(COLOURS[index]))
    painter = QPainter(pixmap)
    font = QFont()
    font.setBold(True)
    font.setPixelSize(round(0.75 * _ICON_PX * scale))
    painter.setFont(font)
    painter.setPen(QColor(WHITE))
    painter.drawText(pixmap.rect(), text_flags(Qt.AlignmentFlag.AlignCenter), LETTERS[index])
    painter.end()
    return QIcon(pixmap)


class _Placed:
    """A candidate in the coordinates of the map."""

    def __init__(self, letter: int, candidate: ShownCandidate, change: QgsCoordinateTransform) -> None:
        ghost = candidate.ghost
        self.letter = letter
        self.numbers = ghost.numbers
        self.places = on_map(ghost.places, change)
        ends = np.zeros((0, 2, 2)) if ghost.lines is None else np.asarray(ghost.lines, float)
        self.lines = on_map(ends.reshape(-1, 2), change).reshape(-1, 2, 2)

    def frame(self) -> QgsRectangle:
        """Return where the points are, in the map's coordinates."""
        known_places = self.places[np.isfinite(self.places).all(axis=1)]
        if not len(known_places):
            return QgsRectangle()
        return QgsRectangle(*known_places.min(axis=0), *known_places.max(axis=0))


def on_map(xy: Array, change: QgsCoordinateTransform) -> Array:
    """Return places in the map's coordinates, NaN where it has none."""
    given = np.asarray(xy, float)
    if change.isShortCircuited():
        return given
    from qgis.core import QgsCsException, QgsPointXY

    coordinates = np.full(given.shape, np.nan)
    for line, (x, y) in enumerate(given):
        try:
            point = change.transform(QgsPointXY(x, y))
        except QgsCsException:
            continue
        coordinates[line] = point.x(), point.y()
    return coordinates


def on_canvas(canvas: QgsMapCanvas, xy: Array) -> tuple[Array, Array]:
    """Return places of the map on its canvas, in pixels: x and y of (..., 2) coordinates."""
    matrix = canvas.getCoordinateTransform().transform()
    x = matrix.m11() * xy[..., 0] + matrix.m21() * xy[..., 1] + matrix.dx()
    y = matrix.m12() * xy[..., 0] + matrix.m22() * xy[..., 1] + matrix.dy()
    return x, y


class CandidateGhosts(CanvasDrawing):
    """The candidates of one question, above all layers."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas, 210)
        self._placed: list[_Placed] = []

    def show_candidates(
        self, candidates: Sequence[ShownCandidate], crs: QgsCoordinateReferenceSystem
    ) -> None:
        """Show the candidates that have a place; what was shown before goes."""
        change = QgsCoordinateTransform(
            crs, self._canvas.mapSettings().destinationCrs(), QgsProject.instance().transformContext()
        )
        self._placed = [
            _Placed(letter, candidate, change)
            for letter, candidate in enumerate(candidates)
            if candidate.ghost is not None and len(candidate.ghost.places)
        ]
        self.updatePosition()

    @property
    def letters(self) -> list[int]:
        """The places of the candidates that show."""
        return [ghost.letter for ghost in self._placed]

    def frame(self, letter: int | None = None) -> QgsRectangle:
        """Return where a candidate is on the map, or all of them."""
        rectangle = QgsRectangle()
        for ghost in self._placed:
            if letter is None or ghost.letter == letter:
                rectangle.combineExtentWith(ghost.frame())
        return rectangle

    def hit(self, spot: QPointF) -> int | None:
        """Return the candidate with a point, line or letter near a place of the canvas, None for none."""
        best, nearest = None, _HIT_PX
        for ghost in self._placed:
            x, y = self._pixels(ghost.places)
            if not len(x):
                continue
            distance = float(np.nanmin(np.hypot(x - spot.x(), y - spot.y()), initial=np.inf))
            distance = min(distance, self._from_lines(ghost, spot))
            badge = self._badge(ghost)
            if badge is not None:
                distance = min(distance, float(np.hypot(badge.x() - spot.x(), badge.y() - spot.y())))
            if distance <= nearest:
                best, nearest = ghost.letter, distance
        return best

    def _from_lines(self, ghost: _Placed, spot: QPointF) -> float:
        """Return how far the nearest line of a candidate is from a place of the canvas, in pixels."""
        if not len(ghost.lines):
            return np.inf
        starts, ends = (np.column_stack(self._pixels(ghost.lines[:, side])) for side in (0, 1))
        along, to_place = ends - starts, np.array([spot.x(), spot.y()]) - starts
        squares = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
        share = np.clip((along * to_place).sum(axis=1) / squares, 0.0, 1.0)
        return float(np.nanmin(np.hypot(*(to_place - share[:, None] * along).T), initial=np.inf))

    def _pixels(self, xy: Array) -> tuple[Array, Array]:
        return on_canvas(self._canvas, xy)

    def _badge(self, ghost: _Placed) -> QPointF | None:
        """Return where the letter is drawn: above the middle of its points."""
        x, y = self._pixels(ghost.places)
        if not np.isfinite(x).any():
            return None
        return QPointF(float(np.nanmean(x)), float(np.nanmin(y)) - 20.0)

    def paint(self, painter: QPainter, *_more: Any) -> None:
        """Draw lines, crosses and letters."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        per_mm = self._canvas.logicalDpiX() / INCH_MM
        for ghost in self._placed:
            self._paint_one(painter, ghost, per_mm)
        for ghost in self._placed:
            badge = self._badge(ghost)
            if badge is not None and self.boundingRect().contains(badge):
                mark = OverlayMark(0, 0, COLOURS[ghost.letter], overlay.BADGE, LETTERS[ghost.letter])
                paint_mark(painter, badge, mark)
        painter.restore()

    def _paint_one(self, painter: QPainter, ghost: _Placed, per_mm: float) -> None:
        colour, room = QColor(COLOURS[ghost.letter]), self.boundingRect()
        painter.setPen(QPen(colour, _LINE_MM * per_mm, Qt.PenStyle.DashLine))
        (x1, y1), (x2, y2) = self._pixels(ghost.lines[:, 0]), self._pixels(ghost.lines[:, 1])
        for line in _thinned(
            _crosses(x1, x2, room.left(), room.right()) & _crosses(y1, y2, 0.0, room.bottom())
        ):
            painter.drawLine(QLineF(x1[line], y1[line], x2[line], y2[line]))
        x, y = self._pixels(ghost.places)
        half = _CROSS_MM * per_mm / 2
        shown = _thinned(_seen(x, y, room))
        # A white edge first, so that a cross shows on any map.
        for edge in (QPen(QColor(WHITE), 3 * _LINE_MM * per_mm), QPen(colour, _LINE_MM * per_mm)):
            painter.setPen(edge)
            for spot in shown:
                painter.drawLine(QLineF(x[spot] - half, y[spot], x[spot] + half, y[spot]))
                painter.drawLine(QLineF(x[spot], y[spot] - half, x[spot], y[spot] + half))
        if self._canvas.scale() > _NUMBERS_FROM * 1.05:
            return
        font = QFont(painter.font())
        font.setPixelSize(max(8, round(_TEXT_MM * per_mm)))
        painter.setFont(font)
        painter.setPen(colour)
        for spot in shown:
            painter.drawText(QPointF(x[spot] + half, y[spot] - half), ghost.numbers[spot])


def _seen(x: Array, y: Array, room: QRectF) -> Array:
    """Return which pixels lie on the canvas."""
    with np.errstate(invalid="ignore"):
        return (x >= room.left()) & (x <= room.right()) & (y >= room.top()) & (y <= room.bottom())


def _crosses(first: Array, other: Array, least: float, most: float) -> Array:
    """Return which lines reach into a span of pixels, also where neither end lies in it."""
    with np.errstate(invalid="ignore"):
        return (np.maximum(first, other) >= least) & (np.minimum(first, other) <= most)


def _thinned(shown: Array) -> Array:
    """Return the numbers of what is drawn."""
    rows = np.flatnonzero(shown)
    return rows[:: max(1, len(rows) // _MOST)]
