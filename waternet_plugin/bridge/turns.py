"""Pieces of work in turns of the event loop of their own: QGIS draws and hears clicks between two of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QObject, QTimer


class Turns(QObject):
    """The pieces that wait, the oldest first.

    What is posted with ``QTimer.singleShot(0, …)`` runs together with all else that was posted meanwhile.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], Any]] = deque()
        self._clock = QTimer(self, interval=0, timeout=self._next)

    def add(self, piece: Callable[[], Any]) -> None:
        """Do a piece once QGIS is through with what it does now and with the pieces before."""
        self._waiting.append(piece)
        self._clock.start()

    def _next(self) -> None:
        piece = self._waiting.popleft()
        if not self._waiting:
            self._clock.stop()
        piece()
