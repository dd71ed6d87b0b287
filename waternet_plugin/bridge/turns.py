"""Pieces of work in turns of the event loop of their own: QGIS draws and hears clicks between two of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QObject, QTimer


class _Queue(QTimer):
    """All pieces that wait, whoever added them: timers that are due at the same time run together."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance(), interval=0, singleShot=True, timeout=self._next)
        self._waiting: deque[tuple[Turns, Callable[[], Any]]] = deque()

    def add(self, turns: Turns, piece: Callable[[], Any]) -> None:
        self._waiting.append((turns, piece))
        self.start()

    def _next(self) -> None:
        turns, piece = self._waiting.popleft()
        try:
            if not sip.isdeleted(turns):
                piece()
        finally:
            # Due from now on: a timer that repeats itself would be ahead of all that waits meanwhile.
            if self._waiting:
                self.start()


_shared: list[_Queue] = []


class Turns(QObject):
    """Adds pieces, the oldest of which is done first; what waits is dropped when this is deleted.

    What is posted with ``QTimer.singleShot(0, …)`` runs together with all else that was posted meanwhile.
    """

    def add(self, piece: Callable[[], Any]) -> None:
        """Do a piece once QGIS is through with what it does now and with the pieces before."""
        if not _shared or sip.isdeleted(_shared[0]):
            _shared[:] = [_Queue()]
        _shared[0].add(self, piece)
