"""Make QGIS's own commit fail, and let it pass again.

No buffer is touched: the connection through which QGIS writes refuses instead, so that temporary numbers,
open forms, undo and redo stay as they are, and closing the project does not throw the edits away.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

from qgis.core import QgsProject, QgsTransaction, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.bridge.saving.homes import Home, place_of
from waternet_plugin.core.errors import WaterNetError

# Begins a batch that is never finished.
Hold = Callable[[], AbstractContextManager[Any]]


class _LetGoError(Exception):
    """Ends a batch without writing it."""


def _is_alone(layer: QgsVectorLayer) -> bool:
    """Return whether no other layer of the same table is being edited, by a connection of its own."""
    home = place_of(layer)
    layers = QgsProject.instance().mapLayers().values()
    return sum(place_of(one) == home and one.isEditable() for one in layers) < 2


def _set_query_only(path: str, value: int) -> bool:
    """Let the connection that QGIS writes a file by refuse writes (1) or take them (0)."""
    transaction = QgsTransaction.create(path, "ogr")
    if transaction is None or not transaction.begin()[0]:
        return False
    is_set = bool(transaction.executeSql(f"PRAGMA query_only = {value}")[0])
    transaction.rollback()
    return is_set


class NativeCommit:
    """The native commits of all layers."""

    def __init__(self) -> None:
        self._closed: set[str] = set()
        self._held: AbstractContextManager[Any] | None = None

    def refuse(self, layer: QgsVectorLayer, home: Home, hold: Hold) -> None:
        """Make the commit that is beginning say that it failed.

        Parameters
        ----------
        layer, home
            The layer and where its rows are.
        hold
            Keeps everybody from writing the file, for where QGIS can't be told so.
        """
        if _is_alone(layer) and _set_query_only(home.path, 1):
            self._closed.add(home.path)
        else:
            # Whoever holds the file already is in the way of the commit as well.
            with suppress(WaterNetError):
                held = hold()
                held.__enter__()
                self._held = held
        QTimer.singleShot(0, self.allow)

    def allow(self) -> None:
        """Let commits pass again."""
        for path in self._closed:
            _set_query_only(path, 0)
        self._closed = set()
        held, self._held = self._held, None
        if held is not None:
            with suppress(_LetGoError):
                held.__exit__(_LetGoError, _LetGoError(), None)
