"""A dot of 10 pixels with a letter: a state that is read without its colour too."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QPainter
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.colours import GREY, WHITE
from waternet_plugin.gui.widgets.plain_text import literal

_DOT_PX, _ROOM_PX, _LETTER_PX = 10, 14, 9


class StatusDot(QWidget):
    """A state as a coloured dot with a letter in it.

    Parameters
    ----------
    name
        Object name.
    """

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, objectName=name)
        self._colour, self.letter = GREY, ""
        self.setFixedSize(_ROOM_PX, _ROOM_PX)

    def show_state(self, colour: str, letter: str, words: str) -> None:
        """Show another state; its words are the tooltip, and what a screen reader says."""
        self._colour, self.letter = colour, letter
        self.setToolTip(literal(words))
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the room of the dot."""
        return QSize(_ROOM_PX, _ROOM_PX)

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = (_ROOM_PX - _DOT_PX) / 2
        box = QRectF(inset, inset, _DOT_PX, _DOT_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        painter.drawEllipse(box)
        font = QFont(self.font())
        font.setPixelSize(_LETTER_PX)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(WHITE))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.letter)
        painter.end()
