"""Hearing what a layer says until it is let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject


class LayerWatch(QObject):
    """A layer under watch."""

    def __init__(self, layer: QgsVectorLayer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer = layer
        self._connections: list[tuple[Any, Callable[..., Any]]] = []

    def _connect(self, *connections: tuple[Any, Callable[..., Any]]) -> None:
        """Connect signals of the layer, each to a slot."""
        self._connections += connections
        for signal, slot in connections:
            signal.connect(slot)

    def end(self) -> None:
        """Let go of the layer."""
        if not sip.isdeleted(self.layer):
            for signal, slot in self._connections:
                signal.disconnect(slot)
        self._connections = []
        self.deleteLater()
