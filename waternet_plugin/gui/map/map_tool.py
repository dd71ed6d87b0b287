"""What all our map tools share: taking the canvas, giving it back, Esc and F1."""

from __future__ import annotations

from qgis.gui import QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject

from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.pressing import leaves_by_key


class NetworkTool(QgsMapTool):
    """A map tool of ours: what it gives the canvas back to is always a tool of QGIS, never one of ours.

    Parameters
    ----------
    topic
        Where the guide opens on F1.
    """

    def __init__(self, session: Session, topic: str = "") -> None:
        canvas = session.iface.mapCanvas()
        super().__init__(canvas)
        self._session, self._canvas, self._topic = session, canvas, topic
        self._before: QgsMapTool | None = None

    def take(self) -> None:
        """Become the canvas's tool; the one of QGIS before comes back when it is left."""
        current = self._canvas.mapTool()
        if current is not self:
            # Whoever puts away this tool must not wake another of ours, which nobody pressed.
            self._before = current._before if isinstance(current, NetworkTool) else current
            self._canvas.setMapTool(self)
        self._canvas.setFocus()

    def leave(self) -> None:
        """Give the canvas back to the tool before."""
        if self._canvas.mapTool() is not self:
            return
        before, self._before = self._before, None
        self._canvas.unsetMapTool(self)
        if before is not None and not sip.isdeleted(before):
            self._canvas.setMapTool(before)

    def activate(self) -> None:
        """Listen to the keyboard."""
        super().activate()
        self._canvas.installEventFilter(self)

    def deactivate(self) -> None:
        """Listen no more."""
        self._canvas.removeEventFilter(self)
        super().deactivate()

    def close(self) -> None:
        """Leave for good."""
        self.leave()
        self._canvas.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Answer Esc and F1 before QGIS does."""
        return help_key.answers(event, lambda: self._session, self._topic) or leaves_by_key(event, self.leave)
