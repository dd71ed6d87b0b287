"""Drawings as PDF: true to scale, their texts searchable."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QFile, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QPolygonF

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.exchange import long_section
from waternet_plugin.core.exchange.dxf import CENTRE, RIGHT, Drawing, Text
from waternet_plugin.core.texts import tr
from waternet_plugin.store.outputs import refuse_network_as_output

_DPI = 300
_MM_PER_INCH = 25.4
_FAMILIES = ("Noto Sans CJK SC", "Noto Sans", "Microsoft YaHei", "PingFang SC", "SimHei", "DejaVu Sans")
# Width in mm and colour of the lines of each layer.
_PENS = {
    long_section.GROUND: (0.5, "#7a5c2e"),
    long_section.INVERT: (0.5, "#1d6fb8"),
    long_section.CROWN: (0.3, "#1d6fb8"),
    long_section.CROSSING: (0.3, "#555555"),
    long_section.CONFLICT: (0.5, "#c1121f"),
    long_section.NODE: (0.15, "#888888"),
    long_section.FRAME: (0.25, "#222222"),
    long_section.GRID: (0.1, "#c4c4c4"),
}
# A letter is a little higher than its capital.
_CAPITAL_SHARE = 0.72


def print_drawing(path: Path, drawing: Drawing, *, title: str) -> None:
    """Print a drawing on one page of its own size.

    Raises
    ------
    StoreError
        When the file can't be written.
    """
    refuse_network_as_output(path)
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise StoreError(tr("The file {path} can't be written. Choose another place.").format(path=path))
    try:
        writer = QPdfWriter(file)
        writer.setResolution(_DPI)
        units = QPageSize.Unit.Millimeter
        size = QPageSize(
            QSizeF(drawing.width, drawing.height), units, "", QPageSize.SizeMatchPolicy.ExactMatch
        )
        portrait = QPageLayout.Orientation.Portrait
        writer.setPageLayout(QPageLayout(size, portrait, QMarginsF(0, 0, 0, 0)))
        writer.setTitle(title)
        writer.setCreator("WaterNet")
        painter = QPainter(writer)
        _paint(painter, drawing)
        painter.end()
        del writer
    finally:
        file.close()
    if file.error() != QFile.FileError.NoError:
        message = tr("{path} could not be written to its end: {reason}. Make room and try again.")
        raise StoreError(message.format(path=path, reason=file.errorString()))


def _paint(painter: QPainter, drawing: Drawing) -> None:
    dots = _DPI / _MM_PER_INCH

    def place(x: float, y: float) -> QPointF:
        return QPointF(x * dots, (drawing.height - y) * dots)

    for line in drawing.lines:
        width, colour = _PENS.get(line.layer, (0.2, "#222222"))
        pen = QPen(QColor(colour), width * dots)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(QColor("#ffffff") if line.is_closed else QColor(0, 0, 0, 0))
        shape = QPolygonF([place(*point) for point in line.points])
        if line.is_closed:
            painter.drawPolygon(shape)
        else:
            painter.drawPolyline(shape)
    painter.setPen(QColor("#1a1a1a"))
    for text in drawing.texts:
        _write(painter, text, place(text.x, text.y), dots)


def _write(painter: QPainter, text: Text, place: QPointF, dots: float) -> None:
    font = QFont()
    font.setFamilies(list(_FAMILIES))
    font.setPixelSize(max(1, round(text.height / _CAPITAL_SHARE * dots)))
    painter.save()
    painter.setFont(font)
    painter.translate(place)
    painter.rotate(-text.angle)
    sides = {CENTRE: Qt.AlignmentFlag.AlignHCenter, RIGHT: Qt.AlignmentFlag.AlignRight}
    side = sides.get(text.align, Qt.AlignmentFlag.AlignLeft)
    wide, high = 500 * dots, 4 * text.height * dots
    start = {CENTRE: -wide / 2, RIGHT: -wide}.get(text.align, 0.0)
    painter.drawText(QRectF(start, -high / 2, wide, high), side | Qt.AlignmentFlag.AlignVCenter, text.text)
    painter.restore()
