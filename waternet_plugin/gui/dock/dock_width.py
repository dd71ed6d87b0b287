"""The width of the panel as the user made it, kept between two starts of QGIS."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget

_KEY = "waternet/dock_width"
_SETTLE_MS = 500
# How far from the edge of the panel a press is on the handle between it and the map, px.
_HANDLE = 12


class DockWidth(QObject):
    """Notes the width of a dock that a person drags, and gives it back.

    QGIS restores its own docks; one of a plugin comes later, and gets what its contents ask for. Other panes
    press it together or widen it: nobody asked for that width, so it is not kept, and it goes again as
    soon as there is room.

    Parameters
    ----------
    dock
        The dock, which owns this.
    first, least
        The width with which it is there first, and the least one, px.
    """

    def __init__(self, dock: QDockWidget, first: int, least: int) -> None:
        super().__init__(dock)
        self._dock, self._first, self._least = dock, first, least
        self._window: Any = None
        # The width when a person took the handle; None while nobody drags.
        self._taken: int | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self._settled)
        # Qt moves the handle a moment after the mouse.
        self._released = QTimer(self, singleShot=True, timeout=self._let_go)

    def take(self, window: Any) -> None:
        """Give the dock its width in a window; from now on a person changes it, and nobody else."""
        if self._window is None:
            self._window = window
            self._dock.installEventFilter(self)
            window.installEventFilter(self)
        self._give()

    @property
    def wanted(self) -> int:
        """The width that a person gave the dock last, px."""
        return max(self._least, QgsSettings().value(_KEY, self._first, int))

    def _give(self) -> None:
        """Give the dock its width, as far as there is room."""
        if self._taken is None and not self._dock.isFloating():
            self._window.resizeDocks([self._dock], [self.wanted], Qt.Orientation.Horizontal)

    def _settled(self) -> None:
        if self._dock.width() != self.wanted:
            self._give()

    def _is_handle(self, place: QPoint) -> bool:
        """Return whether a place in the window is on the handle of the dock, or of what is tabbed with it."""
        dock = next(
            (
                each
                for each in (self._dock, *self._window.tabifiedDockWidgets(self._dock))
                if each.isVisible()
            ),
            None,
        )
        if dock is None or dock.isFloating() or self._window.childAt(place) is not None:
            return False
        left = dock.mapTo(self._window, QPoint(0, 0)).x()
        return min(abs(place.x() - left), abs(place.x() - left - dock.width())) <= _HANDLE

    def _let_go(self) -> None:
        """Keep the width that was dragged."""
        before, self._taken = self._taken, None
        if before is not None and self._dock.width() != before:
            QgsSettings().setValue(_KEY, self._dock.width())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow a person's hand on the handle; wait until any other width stays."""
        if watched is self._dock:
            if event.type() == QEvent.Type.Resize:
                self._settle.start()
        elif event.type() == QEvent.Type.MouseButtonPress and self._is_handle(event.pos()):
            self._taken = self._dock.width()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._released.start(0)
        return False
