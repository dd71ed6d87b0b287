"""What an answer shows on the map: lines and marks above it, in no layer and in nobody's project."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from waternet_plugin.core.colours import WHITE
from waternet_plugin.gui.map.canvas_drawing import CanvasDrawing

BADGE, RING, DOT, SQUARE = "badge", "ring", "dot", "square"
BOW_TIE, DIAMOND, ARROW, LABEL = "bow_tie", "diamond", "arrow", "label"
# Sizes in pixels at 100 %.
_BADGE_PX, _DOT_PX, _SQUARE_PX, _BOW_TIE_PX = 20.0, 7.0, 15.0, 16.0
# 3.6 mm.
_DIAMOND_PX = 13.6
_LABEL_PX = 13.0
# An arrow on a line: its length and half its width; the edge around it.
_SENSE_PX, _SENSE_HALF_PX, _HALO_PX = 15.0, 5.5, 5.0
# The arrow of a meter: how far beyond its circle it reaches, and half its width.
_ARROW_PX, _ARROW_HALF_PX = 9.0, 5.0
_TEXT_SHARE = 0.55
# How far apart badges stand, and how many steps of that they may move.
_APART_PX, _RINGS = 24.0, 2


@dataclass(frozen=True)
class OverlayLine:
    """Pipes drawn in one way: ``wkb`` of their lines, a colour, a width in pixels, dashed or not.

    What lies below one that is not opaque (``opacity`` below 1) is seen, so it has no white edge.
    """

    wkb: bytes
    colour: str
    width: int = 4
    is_dashed: bool = False
    opacity: float = 1.0


@dataclass(frozen=True)
class OverlayArea:
    """An area: ``wkb``, a colour, how opaque its fill is (0 to 1), the width of its edge in pixels.

    It may be hatched instead of filled.
    """

    wkb: bytes
    colour: str
    opacity: float = 0.14
    width: int = 2
    is_hatched: bool = False


@dataclass(frozen=True)
class OverlayMark:
    """A sign at a place: a badge or ring with a text in it, a dot, a square with a letter, a valve.

    ``angle_deg`` is where an arrow beside it points, counted from east to north; None for no arrow. A
    diamond may be hollow; an arrow has a halo.
    """

    x: float
    y: float
    colour: str
    shape: str = DOT
    text: str = ""
    scale: float = 1.0
    angle_deg: float | None = None
    is_hollow: bool = False
    halo: str = WHITE


class _Marks(CanvasDrawing):
    """Paints marks; they keep their size on the screen."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas, 200)
        self._marks: tuple[tuple[QgsPointXY, OverlayMark], ...] = ()

    def show_marks(self, marks: Sequence[tuple[QgsPointXY, OverlayMark]]) -> None:
        """Show other marks, at places of the map."""
        self._marks = tuple(marks)
        self.updatePosition()

    def paint(self, painter: QPainter, *_more: Any) -> None:
        """Draw the marks, those that carry a text last."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.boundingRect().adjusted(-_BADGE_PX, -_BADGE_PX, _BADGE_PX, _BADGE_PX)
        placed = [(self.toCanvasCoordinates(point), mark) for point, mark in self._marks]
        shown = [(place, mark) for place, mark in placed if room.contains(place)]
        badges = [(place, mark) for place, mark in shown if mark.shape in (BADGE, RING)]
        for place, mark in shown:
            if mark.shape not in (BADGE, RING):
                paint_mark(painter, place, mark)
        free = list(zip(apart([place for place, _mark in badges]), badges))
        for moved, (place, mark) in free:
            if moved != place:
                painter.setPen(QPen(QColor(mark.colour), 1.5))
                painter.drawLine(place, moved)
        for moved, (_place, mark) in free:
            paint_mark(painter, moved, mark)
        painter.restore()


def apart(points: Sequence[QPointF]) -> list[QPointF]:
    """Return places moved a little where badges would hide each other; the last of the list stay."""
    taken: list[QPointF] = []
    for place in reversed(points):
        steps = [QPointF(0.0, 0.0)]
        for ring in range(1, _RINGS + 1):
            turns = 8 * ring
            steps += [
                QPointF(
                    ring * _APART_PX * math.sin(2 * math.pi * turn / turns),
                    -ring * _APART_PX * math.cos(2 * math.pi * turn / turns),
                )
                for turn in range(turns)
            ]
        spots = (place + step for step in steps)
        free = (spot for spot in spots if all(_distance(spot, other) >= _APART_PX - 1 for other in taken))
        taken.append(next(free, place))
    return taken[::-1]


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


def paint_mark(painter: QPainter, point: QPointF, mark: OverlayMark) -> None:
    """Draw a mark around a place."""
    colour, white = QColor(mark.colour), QColor(WHITE)
    if mark.shape == DOT:
        painter.setPen(QPen(white, 1.0))
        painter.setBrush(colour)
        half = _DOT_PX * mark.scale / 2
        painter.drawEllipse(point, half, half)
        return
    if mark.shape == BOW_TIE:
        _paint_bow_tie(painter, point, mark)
        return
    if mark.shape == LABEL:
        _paint_label(painter, point, mark)
        return
    if mark.shape in (DIAMOND, ARROW):
        (_paint_diamond if mark.shape == DIAMOND else _paint_sense)(painter, point, mark)
        return
    size = (_SQUARE_PX if mark.shape == SQUARE else _BADGE_PX) * mark.scale
    if mark.angle_deg is not None:
        _paint_arrow(painter, point, size / 2, mark)
    box = QRectF(point.x() - size / 2, point.y() - size / 2, size, size)
    filled = mark.shape != RING
    # A white edge around all: on an aerial image a dark one would be lost.
    painter.setPen(QPen(white, 4.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _outline(painter, box, mark.shape)
    painter.setPen(QPen(colour, 2.0))
    painter.setBrush(colour if filled else white)
    _outline(painter, box, mark.shape)
    if mark.text:
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(max(8, round(size * _TEXT_SHARE * (0.8 if len(mark.text) > 2 else 1.0))))
        painter.setFont(font)
        painter.setPen(white if filled else colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.text)


def _paint_arrow(painter: QPainter, point: QPointF, radius: float, mark: OverlayMark) -> None:
    """Draw an arrow that leaves a round mark."""
    painter.save()
    painter.translate(point)
    painter.rotate(-(mark.angle_deg or 0.0))
    tip = radius + _ARROW_PX
    head = QPolygonF(
        [QPointF(tip, 0), QPointF(radius - 1, -_ARROW_HALF_PX), QPointF(radius - 1, _ARROW_HALF_PX)]
    )
    painter.setPen(QPen(QColor(WHITE), 1.5))
    painter.setBrush(QColor(mark.colour))
    painter.drawPolygon(head)
    painter.restore()


def _paint_sense(painter: QPainter, point: QPointF, mark: OverlayMark) -> None:
    """Draw an arrow that lies on a line, with its halo; a text stands beside it."""
    painter.save()
    painter.translate(point)
    painter.rotate(-(mark.angle_deg or 0.0))
    half, high = _SENSE_PX * mark.scale / 2, _SENSE_HALF_PX * mark.scale
    head = QPolygonF([QPointF(half, 0), QPointF(-half, -high), QPointF(-half / 2, 0), QPointF(-half, high)])
    for pen in (QPen(QColor(mark.halo), _HALO_PX), QPen(QColor(mark.colour), 1.0)):
        painter.setPen(pen)
        painter.setBrush(QColor(mark.colour))
        painter.drawPolygon(head)
    painter.restore()
    if mark.text:
        _paint_text_beside(painter, point + QPointF(_SENSE_PX, -_SENSE_PX), mark)


def _paint_bow_tie(painter: QPainter, point: QPointF, mark: OverlayMark) -> None:
    """Draw a closed valve, with a text above it where there is one."""
    half, high = _BOW_TIE_PX * mark.scale / 2, _BOW_TIE_PX * mark.scale / 3.5
    colour = QColor(mark.colour)
    for pen in (QPen(QColor(WHITE), 4.0), QPen(colour, 1.0)):
        painter.setPen(pen)
        painter.setBrush(colour)
        for side in (-half, half):
            corners = [QPointF(side, -high), QPointF(side, high), QPointF(0, 0)]
            painter.drawPolygon(QPolygonF([point + corner for corner in corners]))
    if mark.text:
        _paint_text_beside(painter, point + QPointF(half, -high), mark)


def _paint_diamond(painter: QPainter, point: QPointF, mark: OverlayMark) -> None:
    """Draw a diamond, filled or hollow, with a white edge and a dark one around it."""
    half = _DIAMOND_PX * mark.scale / 2
    corners = (QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0))
    shape = QPolygonF([point + corner for corner in corners])
    colour = QColor(mark.colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(WHITE), 4.0))
    painter.drawPolygon(shape)
    # A light colour alone is lost on a light map.
    painter.setPen(QPen(colour if mark.is_hollow else colour.darker(160), 2.4 if mark.is_hollow else 1.2))
    painter.setBrush(QColor(WHITE) if mark.is_hollow else colour)
    painter.drawPolygon(shape)


def _paint_label(painter: QPainter, point: QPointF, mark: OverlayMark) -> None:
    """Draw lines of text around a place, with a white halo."""
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(round(_LABEL_PX * mark.scale))
    metrics = QFontMetricsF(font)
    lines = mark.text.split("\n")
    path = QPainterPath()
    top = point.y() - metrics.height() * len(lines) / 2 + metrics.ascent()
    for number, line in enumerate(lines):
        left = point.x() - metrics.horizontalAdvance(line) / 2
        path.addText(left, top + number * metrics.height(), font, line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(path, QPen(QColor(WHITE), _HALO_PX))
    painter.fillPath(path, QColor(mark.colour))


def _paint_text_beside(painter: QPainter, point: QPointF, mark: OverlayMark) -> None:
    path, font = QPainterPath(), QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(round(_BADGE_PX * 0.7))
    path.addText(point, font, mark.text)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(path, QPen(QColor(WHITE), 3.0))
    painter.fillPath(path, QColor(mark.colour))


def _outline(painter: QPainter, box: QRectF, shape: str) -> None:
    if shape == SQUARE:
        painter.drawRoundedRect(box, 3, 3)
    else:
        painter.drawEllipse(box)


class Overlay:
    """Lines and marks of one answer; nothing of it is in the project, and `clear` leaves nothing."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._bands: list[QgsRubberBand] = []
        self._marks: _Marks | None = None
        self._crs = QgsCoordinateReferenceSystem()
        self._lines: tuple[OverlayLine, ...] = ()
        self._signs: tuple[OverlayMark, ...] = ()
        self._areas: tuple[OverlayArea, ...] = ()
        self._is_visible = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing shows."""
        return not self._lines and not self._signs and not self._areas

    @property
    def lines(self) -> tuple[OverlayLine, ...]:
        """The lines that show."""
        return self._lines

    @property
    def areas(self) -> tuple[OverlayArea, ...]:
        """The areas that show."""
        return self._areas

    @property
    def marks(self) -> tuple[OverlayMark, ...]:
        """The marks that show."""
        return self._signs

    def show(
        self,
        lines: Iterable[OverlayLine],
        marks: Iterable[OverlayMark],
        crs: QgsCoordinateReferenceSystem,
        areas: Iterable[OverlayArea] = (),
    ) -> None:
        """Show an answer in place of the one before: areas, lines over them (the first lowest), marks."""
        self.clear()
        self._lines, self._signs, self._areas, self._crs = tuple(lines), tuple(marks), tuple(areas), crs
        if not self.is_empty:
            # Only while something shows: so nothing is left connected when it goes.
            self._canvas.destinationCrsChanged.connect(self._redraw)
            self._redraw()

    def clear(self) -> None:
        """Take everything off the map."""
        if self.is_empty:
            return
        self._canvas.destinationCrsChanged.disconnect(self._redraw)
        self._lines, self._signs, self._areas = (), (), ()
        self._redraw()

    def set_visible(self, is_visible: bool) -> None:
        """Show the answer on the map, or hide it without forgetting it."""
        if is_visible != self._is_visible:
            self._is_visible = is_visible
            self._redraw()

    @property
    def is_visible(self) -> bool:
        """Whether what there is to show is drawn."""
        return self._is_visible

    @property
    def is_on_map(self) -> bool:
        """Whether something of it is drawn."""
        return self._is_visible and not self.is_empty

    def _redraw(self) -> None:
        scene = self._canvas.scene()
        for band in self._bands:
            scene.removeItem(band)
        self._bands = []
        if self._marks is not None:
            scene.removeItem(self._marks)
            self._marks = None
        if not self._is_visible:
            return
        self._bands += [self._field(area) for area in self._areas]
        for line in self._lines:
            self._bands.append(self._band(line))
        placed = list(self._placed())
        if placed:
            self._marks = _Marks(self._canvas)
            self._marks.show_marks(placed)

    def _field(self, area: OverlayArea) -> QgsRubberBand:
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        shape = QgsGeometry()
        shape.fromWkb(area.wkb)
        fill = QColor(area.colour)
        if area.is_hatched:
            band.setBrushStyle(Qt.BrushStyle.BDiagPattern)
        else:
            fill.setAlphaF(area.opacity)
        band.setFillColor(fill)
        band.setStrokeColor(QColor(area.colour))
        band.setWidth(area.width)
        band.setToGeometry(shape, self._crs)
        return band

    def _band(self, line: OverlayLine) -> QgsRubberBand:
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.LineGeometry)
        shape = QgsGeometry()
        shape.fromWkb(line.wkb)
        colour = QColor(line.colour)
        colour.setAlphaF(line.opacity)
        band.setColor(colour)
        band.setWidth(line.width)
        if line.is_dashed:
            band.setLineStyle(Qt.PenStyle.DashLine)
        if line.opacity >= 1.0:
            band.setSecondaryStrokeColor(QColor(WHITE))
        band.setToGeometry(shape, self._crs)
        return band

    def _placed(self) -> Iterable[tuple[QgsPointXY, OverlayMark]]:
        """Yield the marks with their places on the map; those beyond its coordinates are left out."""
        change = QgsCoordinateTransform(
            self._crs, self._canvas.mapSettings().destinationCrs(), QgsProject.instance().transformContext()
        )
        for mark in self._signs:
            try:
                yield change.transform(QgsPointXY(mark.x, mark.y)), mark
            except QgsCsException:
                continue
