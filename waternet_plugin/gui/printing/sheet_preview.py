"""A small picture of the sheets over the pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF, QTransform
from qgis.PyQt.QtWidgets import QApplication, QLabel, QSizePolicy, QToolTip, QWidget

from waternet_plugin.compat import text_flags
from waternet_plugin.core.colours import WARNING
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.plain_text import plain

if TYPE_CHECKING:
    from waternet_plugin.atlas.sheets.outline import Bounds, Outline, Ring

_MARGIN = 8.0
# Room that a page's number needs, in pixels.
_NUMBER_WIDTH, _NUMBER_HEIGHT = 22.0, 14.0
_FILL = 40


def _faint(colour: QColor, alpha: int) -> QColor:
    result = QColor(colour)
    result.setAlpha(alpha)
    return result


def _rectangle(bounds: Bounds) -> QRectF:
    west, south, east, north = bounds
    return QRectF(west, south, east - west, north - south)


def _polygon(ring: Ring) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in ring])


class SheetPreview(QLabel):
    """Draw the sheets with the numbers of their pages, the places left out, and the pipes.

    A label, since QGIS's dark themes give ink that can be read to labels and not to plain widgets.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_print_preview")
        plain(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self._outline: Outline | None = None
        self._is_stale = False

    def show_outline(self, outline: Outline | None) -> None:
        """Show other sheets, None for none."""
        self._outline = outline
        self._is_stale = False
        self.setAccessibleName(tr("%n sheet(s)", "", outline.pages) if outline else "")
        self.update()

    def fade(self) -> None:
        """Show that the sheets are being computed anew."""
        self._is_stale = True
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return a size at which numbers can be read."""
        return QSize(520, 400)

    def _scale(self, outline: Outline) -> tuple[float, float, float]:
        """Return pixels a mm of the picture, and the left upper corner."""
        overview = outline.overview
        factor = min(
            (self.width() - 2 * _MARGIN) / max(overview.width, 1e-6),
            (self.height() - 2 * _MARGIN) / max(overview.height, 1e-6),
        )
        left = (self.width() - factor * overview.width) / 2.0
        top = (self.height() - factor * overview.height) / 2.0
        return factor, left, top

    def _to_widget(self, outline: Outline) -> QTransform:
        """Return what takes the network's coordinates into the widget."""
        overview = outline.overview
        factor, left, top = self._scale(outline)
        per_metre = factor / overview.metres_per_mm
        west, north = left - overview.west * per_metre, top + overview.north * per_metre
        return QTransform(per_metre, 0.0, 0.0, -per_metre, west, north)

    def box(self, outline: Outline, bounds: Bounds) -> QRectF:
        """Return where bounds, in the network's coordinates, lie in the widget."""
        return self._to_widget(outline).mapRect(_rectangle(bounds))

    @staticmethod
    def _ground() -> QColor:
        """Return the colour behind the sheets; a style sheet may make a widget's own one transparent."""
        return QApplication.palette().color(QPalette.ColorRole.Base)

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), self._ground())
        if self._outline is not None:
            painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(0.35 if self._is_stale else 1.0)
            self._draw(painter, self._outline, palette)
        painter.setOpacity(1.0)
        painter.setClipping(False)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, outline: Outline, palette: QPalette) -> None:
        from waternet_plugin.atlas.sheets.outline import DOTS

        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.0, Qt.PenStyle.DotLine))
        to_widget = self._to_widget(outline)
        painter.drawRects([to_widget.mapRect(_rectangle(bounds)) for bounds in outline.empty])
        accent = palette.color(QPalette.ColorRole.Highlight)
        boxes = [to_widget.mapRect(_rectangle(bounds)) for bounds in outline.bounds]
        sheets = [to_widget.map(_polygon(ring)) for ring in outline.corners]
        painter.setBrush(_faint(accent, _FILL))
        changed = QPen(QColor(WARNING), 2.0)
        others, numbers = QPen(accent, 1.0), set(outline.changed)
        for pen, is_changed in ((others, False), (changed, True)):
            painter.setPen(pen)
            for number, sheet in zip(outline.numbers, sheets):
                if (number in numbers) == is_changed:
                    painter.drawPolygon(sheet)
        factor, left, top = self._scale(outline)
        painter.save()
        painter.translate(left, top)
        painter.scale(factor / DOTS, factor / DOTS)
        pipes = QPen(_faint(palette.color(QPalette.ColorRole.WindowText), 170), 1.2)
        pipes.setCosmetic(True)
        painter.setPen(pipes)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline.overview.path)
        painter.restore()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.WindowText), 1.5, Qt.PenStyle.DashLine))
        for ring in outline.area:
            painter.drawPolygon(to_widget.map(_polygon(ring)))
        if boxes and boxes[0].width() >= _NUMBER_WIDTH and boxes[0].height() >= _NUMBER_HEIGHT:
            self._draw_numbers(painter, boxes, palette)

    def _draw_numbers(self, painter: QPainter, boxes: list[QRectF], palette: QPalette) -> None:
        """Write the page's number into each sheet, on a plate that the pipes do not cross."""
        metrics = painter.fontMetrics()
        for page, box in enumerate(boxes, start=1):
            text = str(page)
            plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
            plate.moveCenter(box.center())
            painter.fillRect(plate, _faint(self._ground(), 210))
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(plate, text_flags(Qt.AlignmentFlag.AlignCenter), text)

    def event(self, event: QEvent) -> bool:
        """Say which sheet is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and self._outline is not None:
            QToolTip.showText(event.globalPos(), self.text_at(QPointF(event.pos())), self)
            return True
        return bool(super().event(event))

    def text_at(self, place: Any) -> str:
        """Return what is at a point: page and sheet number, or that no pipe is there."""
        outline = self._outline
        if outline is None:
            return ""
        to_widget = self._to_widget(outline)
        for page, (number, ring) in enumerate(zip(outline.numbers, outline.corners), start=1):
            if to_widget.map(_polygon(ring)).containsPoint(place, Qt.FillRule.OddEvenFill):
                return tr("Page {page}: sheet {number}").format(page=page, number=number)
        if any(self.box(outline, bounds).contains(place) for bounds in outline.empty):
            return tr("No pipe here: this sheet is left out.")
        return ""
