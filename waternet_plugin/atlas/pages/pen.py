"""Draw text, lines and symbols on a page in mm, and keep note of where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsMarkerSymbol,
    QgsRenderContext,
    QgsSymbol,
)
from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.bridge.printing.page_fonts import font
from waternet_plugin.core.colours import INK, WHITE

# Nothing on a page is written smaller, in mm.
SMALLEST_TEXT_MM = 2.0

# Signs of Chinese may be parted anywhere, words only at blanks; a closing sign stays with what it closes.
_CLOSING = "，。；：、！？）》”"
_PIECES = re.compile(
    rf"[\u3000-\u9fff\uff00-\uffef][{_CLOSING}]*|\s+|[^\s\u3000-\u9fff\uff00-\uffef]+[{_CLOSING}]*"
)


@dataclass
class Pen:
    """A painter in mm.

    Parameters
    ----------
    painter
        Open painter, one unit a dot.
    dots
        Dots per mm.
    families
        Families of every text, first choice first.
    scale
        Denominator of the map, by which symbols decide what they show.
    """

    painter: QPainter
    dots: float
    families: tuple[str, ...]
    scale: float
    boxes: list[Box] = field(default_factory=list)

    def _note(self, box: Box) -> None:
        self.boxes.append(box)

    def _rect(self, box: Box) -> QRectF:
        dots = self.dots
        return QRectF(box.x * dots, box.y * dots, box.width * dots, box.height * dots)

    def _pen(self, color: str, width: float) -> QPen:
        pen = QPen(QColor(color))
        pen.setWidthF(width * self.dots)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        return pen

    def rectangle(self, box: Box, *, width: float = 0.15, color: str = INK, fill: str | None = None) -> None:
        """Draw a rectangle; ``width`` 0 leaves the outline out."""
        self._note(box)
        self.painter.setPen(self._pen(color, width) if width else QPen(Qt.PenStyle.NoPen))
        self.painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        self.painter.drawRect(self._rect(box))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, width: float = 0.15, color: str = INK
    ) -> None:
        """Draw a straight line."""
        self._note(Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)))
        self.painter.setPen(self._pen(color, width))
        dots = self.dots
        self.painter.drawLine(QPointF(x1 * dots, y1 * dots), QPointF(x2 * dots, y2 * dots))

    def polygon(self, points: Sequence[tuple[float, float]], *, fill: str) -> None:
        """Draw a filled polygon."""
        xs, ys = zip(*points)
        self._note(Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
        path = QPainterPath()
        path.moveTo(points[0][0] * self.dots, points[0][1] * self.dots)
        for x, y in points[1:]:
            path.lineTo(x * self.dots, y * self.dots)
        path.closeSubpath()
        self.painter.setPen(self._pen(INK, 0.1))
        self.painter.setBrush(QColor(fill))
        self.painter.drawPath(path)

    def circle(
        self, x: float, y: float, radius: float, *, fill: str, color: str = INK, width: float = 0.15
    ) -> None:
        """Draw a filled circle around a point."""
        box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
        self._note(box)
        self.painter.setPen(self._pen(color, width))
        self.painter.setBrush(QColor(fill))
        self.painter.drawEllipse(self._rect(box))

    def path(self, path: QPainterPath, *, color: str, width: float) -> None:
        """Draw a path that is already in dots."""
        self.painter.setPen(self._pen(color, width))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(path)

    def text_width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a text is at a size in mm."""
        metrics = QFontMetricsF(font(self.families, size * self.dots, bold=bold))
        return float(metrics.horizontalAdvance(text)) / self.dots

    def fit(self, text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, float]:
        """Return text and size that fit a width: smaller letters first, then an ellipsis."""
        needed = self.text_width(text, size, bold=bold)
        if needed <= width:
            return text, size
        smaller = max(SMALLEST_TEXT_MM, size * width / needed * 0.99)
        metrics = QFontMetricsF(font(self.families, smaller * self.dots, bold=bold))
        return str(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width * self.dots)), smaller

    def wrapped(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """Return a text as lines that fit a width; a word that is wider than a line is left as it is."""
        lines = [""]
        for piece in _PIECES.findall(text):
            if lines[-1] and self.text_width((lines[-1] + piece).rstrip(), size, bold=bold) > width:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
        return [line.rstrip() for line in lines]

    def text(
        self,
        box: Box,
        text: str,
        size: float,
        *,
        align: str = "left",
        bold: bool = False,
        color: str = INK,
        halo: bool = False,
    ) -> None:
        """Write one line, centred upright in its box; it is made to fit and never cut.

        Parameters
        ----------
        box
            Where.
        text
            What.
        size
            Height of the signs (em) in mm.
        align
            left, center or right.
        bold, color, halo
            How; a halo is a white plate behind the line.
        """
        if not text:
            return
        text, size = self.fit(text, box.width, max(size, SMALLEST_TEXT_MM), bold=bold)
        face = font(self.families, size * self.dots, bold=bold)
        metrics = QFontMetricsF(face)
        wide = float(metrics.horizontalAdvance(text)) / self.dots
        left = {"left": box.x, "center": box.x + (box.width - wide) / 2.0, "right": box.right - wide}[align]
        # The middle of capitals and Chinese signs lies 0.36 em above the base line.
        base = box.y + box.height / 2.0 + 0.36 * size
        drawn = Box(left, base - 0.88 * size, wide, 1.1 * size)
        self._note(drawn)
        if halo:
            self.rectangle(Box(drawn.x - 0.3, drawn.y, drawn.width + 0.6, drawn.height), width=0, fill=WHITE)
        self.painter.setFont(face)
        self.painter.setPen(QColor(color))
        self.painter.drawText(QPointF(left * self.dots, base * self.dots), text)

    def symbol(self, box: Box, symbol: QgsSymbol) -> None:
        """Draw a symbol of the map as its legend shows it, smaller where it would not fit."""
        self._note(box)
        if isinstance(symbol, QgsMarkerSymbol) and symbol.size() > box.height:
            symbol = symbol.clone()
            symbol.setSize(box.height)
        context = QgsRenderContext.fromQPainter(self.painter)
        context.setScaleFactor(self.dots)
        context.setRendererScale(self.scale)
        scope = QgsExpressionContextScope()
        scope.setVariable("map_scale", self.scale)
        expressions = QgsExpressionContext()
        expressions.appendScope(scope)
        context.setExpressionContext(expressions)
        context.setFlag(_render_flag("Antialiasing"), True)
        context.setFlag(_render_flag("ForceVectorOutput"), True)
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.translate(box.x * self.dots, box.y * self.dots)
        symbol.drawPreviewIcon(
            self.painter, QSize(round(box.width * self.dots), round(box.height * self.dots)), context
        )
        self.painter.restore()


def _render_flag(name: str) -> Any:
    """Return a flag of rendering; QGIS moved them from QgsRenderContext to Qgis."""
    from qgis.core import Qgis

    holder = getattr(Qgis, "RenderContextFlag", None)
    return getattr(holder, name) if holder is not None else getattr(QgsRenderContext.Flag, name)
