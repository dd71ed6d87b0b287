"""A grey line under a field that says what to know, as high as its text needs."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QEvent, QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from waternet_plugin.compat import text_flags
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.plain_text import plain

_ENDLESS = 10_000


class Hint(QLabel):
    """Small wrapped text in the palette's grey; hidden while it has nothing to say.

    Parameters
    ----------
    name
        Object name.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, objectName=name, wordWrap=True)
        plain(self)
        self.setFont(sized(self.font(), NOTE_PT))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._paint_grey()

    def _paint_grey(self) -> None:
        # The grey of placeholders is a colour without a brush, which a label would not draw.
        palette = QPalette(self.palette())
        grey = QColor(palette.color(QPalette.ColorRole.PlaceholderText))
        if palette.color(QPalette.ColorRole.WindowText) != grey:
            palette.setColor(QPalette.ColorRole.WindowText, grey)
            self.setPalette(palette)

    def say(self, text: str) -> None:
        """Show a text; '' hides the line."""
        self.setText(text)
        self.setVisible(bool(text))
        self._make_room()

    def _make_room(self) -> None:
        # A label counts its own minimum into the height for a width, and so would never shrink.
        room = QRect(0, 0, self.width(), _ENDLESS)
        flags = text_flags(Qt.TextFlag.TextWordWrap)
        height = self.fontMetrics().boundingRect(room, flags, self.text()).height() if self.text() else 0
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
            self.updateGeometry()

    def heightForWidth(self, _width: int) -> int:  # noqa: N802 (Qt's name)
        """Return the height that the text needs now."""
        return max(self.minimumHeight(), self.fontMetrics().height())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Ask for no width of its own."""
        return QSize(100, max(self.minimumHeight(), self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Ask for the height alone."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Ask for the height that the text needs at this width."""
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Follow the application's palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self.setPalette(QPalette())
            self._paint_grey()
