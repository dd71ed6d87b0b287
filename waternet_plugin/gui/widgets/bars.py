"""Lines with a bar each: a small chart drawn by Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from waternet_plugin.core.texts import listed
from waternet_plugin.gui.panel.section import text_flags
from waternet_plugin.gui.widgets.ink import ink_of

_ROW, _GAP = 24, 8
_BAR_SHARE = 0.7
# The accent of the plots; greys come from the palette.
_ACCENT = QColor(32, 147, 248)


@dataclass(frozen=True)
class Bar:
    """One line: its name, its value (bar), and the figures behind it, one a column."""

    label: str
    value: float
    figures: tuple[str, ...]
    is_quiet: bool = False


class Bars(QWidget):
    """Bars from zero to the largest value, the name at the left, the figures at the right."""

    def __init__(self, bars: Sequence[Bar], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = list(bars)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription("; ".join(f"{bar.label}: {listed(bar.figures)}" for bar in self._bars))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the height of all lines."""
        return QSize(440, _ROW * max(len(self._bars), 1))

    def _widths(self, metrics: Any) -> tuple[int, list[int]]:
        """Return the width of the names and of each column of figures."""
        labels = max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0)
        columns = zip(*(bar.figures for bar in self._bars))
        figures = [max(metrics.horizontalAdvance(text) for text in column) for column in columns]
        return min(labels, self.width() * 2 // 5), figures

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the lines."""
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        left, columns = self._widths(metrics)
        right = sum(columns) + 2 * _GAP * len(columns)
        room = max(self.width() - left - right - _GAP, 1)
        most = max((bar.value for bar in self._bars), default=0.0) or 1.0
        ink = ink_of(self)
        at_right = text_flags(Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight)
        for number, bar in enumerate(self._bars):
            top = number * _ROW
            painter.setPen(ink)
            label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, left)
            painter.drawText(0, top, left, _ROW, at_right, label)
            height = _ROW * _BAR_SHARE
            colour = self.palette().color(QPalette.ColorRole.Mid) if bar.is_quiet else _ACCENT
            length = max(room * bar.value / most, 1.0 if bar.value > 0 else 0.0)
            painter.fillRect(QRectF(left + _GAP, top + (_ROW - height) / 2, length, height), colour)
            edge = self.width() - right
            for text, width in zip(bar.figures, columns):
                edge += 2 * _GAP
                painter.drawText(edge, top, width, _ROW, at_right, text)
                edge += width
        painter.end()
