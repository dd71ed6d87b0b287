"""Drawings as PDF: true to scale, their texts searchable."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPen, QPolygonF

from waternet_plugin.bridge.printing.page_fonts import font, page_families
from waternet_plugin.bridge.printing.pdf import pdf_file
from waternet_plugin.core import texts
from waternet_plugin.core.colours import BAD, BLUE, DIM, GROUND, INK, NOTE, PALE, WHITE
from waternet_plugin.core.exchange.drawings import long_section
from waternet_plugin.core.exchange.drawings.dxf import CENTRE, RIGHT, Drawing, Text
from waternet_plugin.core.units import INCH_MM

_DPI = 300
# Width in mm and colour of the lines of each layer.
_PENS = {
    long_section.GROUND: (0.5, GROUND),
    long_section.INVERT: (0.5, BLUE),
    long_section.CROWN: (0.3, BLUE),
    long_section.WATER: (0.4, BLUE),
    long_section.CROSSING: (0.3, NOTE),
    long_section.CONFLICT: (0.5, BAD),
    long_section.NODE: (0.15, DIM),
    long_section.FRAME: (0.25, INK),
    long_section.GRID: (0.1, PALE),
}
# A letter is a little higher than its capital.
_CAPITAL_SHARE = 0.72


def print_drawing(path: Path, drawing: Drawing, *, title: str) -> None:
    """Print a drawing on one page of its own size.

    Raises
    ------
    WaterNetError
        When the file can't be written.
    """
    units = QPageSize.Unit.Millimeter
    size = QPageSize(QSizeF(drawing.width, drawing.height), units, "", QPageSize.SizeMatchPolicy.ExactMatch)
    layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    with pdf_file(path, title, layout, _DPI) as pdf:
        painter = QPainter(pdf.writer)
        try:
            _paint(painter, drawing)
        finally:
            painter.end()


def _paint(painter: QPainter, drawing: Drawing) -> None:
    dots = _DPI / INCH_MM

    def place(x: float, y: float) -> QPointF:
        return QPointF(x * dots, (drawing.height - y) * dots)

    for line in drawing.lines:
        width, colour = _PENS.get(line.layer, (0.2, INK))
        pen = QPen(QColor(colour), width * dots)
        if line.layer == long_section.WATER:
            # As in the window; the pipe is blue, too.
            pen.setStyle(Qt.PenStyle.DashLine)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(QColor(WHITE) if line.is_closed else QColor(0, 0, 0, 0))
        shape = QPolygonF([place(*point) for point in line.points])
        if line.is_closed:
            painter.drawPolygon(shape)
        else:
            painter.drawPolyline(shape)
    painter.setPen(QColor(INK))
    families = page_families(texts.language())
    for text in drawing.texts:
        _write(painter, families, text, place(text.x, text.y), dots)


def _write(painter: QPainter, families: tuple[str, ...], text: Text, place: QPointF, dots: float) -> None:
    painter.save()
    painter.setFont(font(families, text.height / _CAPITAL_SHARE * dots))
    painter.translate(place)
    painter.rotate(-text.angle)
    sides = {CENTRE: Qt.AlignmentFlag.AlignHCenter, RIGHT: Qt.AlignmentFlag.AlignRight}
    side = sides.get(text.align, Qt.AlignmentFlag.AlignLeft)
    wide, high = 500 * dots, 4 * text.height * dots
    start = {CENTRE: -wide / 2, RIGHT: -wide}.get(text.align, 0.0)
    painter.drawText(QRectF(start, -high / 2, wide, high), side | Qt.AlignmentFlag.AlignVCenter, text.text)
    painter.restore()
