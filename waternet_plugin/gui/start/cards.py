"""A card: icon, title, two lines; the whole of it is a button, and it shows the progress of what it began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QIcon, QPainter, QPalette, QPen
from qgis.PyQt.QtWidgets import QAbstractButton, QWidget

from waternet_plugin.compat import text_flags
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.section import TITLE_PT, sized
from waternet_plugin.gui.widgets.ink import ink_of
from waternet_plugin.paths import icon_path

WIDTH, HEIGHT = 232, 200
_ICON, _PAD, _RADIUS = 48, 16, 6
_HEAD_PT = 11


class Card(QAbstractButton):
    """One way in.

    Parameters
    ----------
    key
        Part of the object name ``wn_card_<key>``.
    icon
        Name of an icon of ours.
    title, text
        What it does, and two lines on it.
    on_click
        Called by a click, Enter or Space.
    """

    def __init__(
        self, key: str, icon: str, title: str, text: str, on_click: Callable[[], Any], parent: QWidget
    ) -> None:
        super().__init__(parent, objectName=f"wn_card_{key}", accessibleName=title)
        self.setText(title)
        self.setAccessibleDescription(text)
        self._lines = text
        self._icon = QIcon(icon_path(icon))
        self.setFixedSize(WIDTH, HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda _checked=False: on_click())
        # How far the work is that the card began.
        self.working = Working(f"wn_card_{key}", self)
        self.working.setGeometry(_PAD, HEIGHT - 32, WIDTH - 2 * _PAD, 24)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the card's one size."""
        return QSize(WIDTH, HEIGHT)

    def hitButton(self, _position: Any) -> bool:  # noqa: N802 (Qt's name)
        """Take clicks everywhere on the card, unless it is at work."""
        return not self.is_busy

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Enter does as Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.is_busy:
            self.click()
            return
        super().keyPressEvent(event)

    @property
    def is_busy(self) -> bool:
        """Whether the work the card began is under way."""
        return not self.working.isHidden()

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw frame, icon, title and text in the palette's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        roles = QPalette.ColorRole
        active = self.underMouse() or self.hasFocus()
        frame = self.palette().color(roles.Highlight if active else roles.Mid)
        painter.setPen(QPen(frame, 2 if self.hasFocus() else 1))
        painter.setBrush(self.palette().color(roles.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        self._icon.paint(painter, _PAD, _PAD, _ICON, _ICON, Qt.AlignmentFlag.AlignCenter)
        painter.setPen(ink_of(self))
        painter.setFont(sized(self.font(), _HEAD_PT, semibold=True))
        top = _PAD + _ICON + 12
        width = self.width() - 2 * _PAD
        head = painter.fontMetrics().height() + 4
        flags = text_flags(Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignTop)
        title = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)
        painter.drawText(_PAD, top, width, head, flags, title)
        painter.setFont(sized(self.font(), TITLE_PT))
        rest = self.height() - top - head - _PAD
        painter.drawText(
            _PAD, top + head + 4, width, rest, flags | text_flags(Qt.TextFlag.TextWordWrap), self._lines
        )
        painter.end()
