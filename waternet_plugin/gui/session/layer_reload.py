"""Layers read anew after a write, one by one: QGIS opens the file for each, and clicks come between."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer

_BETWEEN_MS = 20


class LayerReload(QObject):
    """The layers that wait to be read anew, those on the map first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, QgsVectorLayer] = {}
        self._clock = QTimer(self, interval=_BETWEEN_MS, timeout=self._reload_next)

    def add(self, layers: Iterable[QgsVectorLayer]) -> None:
        """Read layers anew soon; each once, however often it is added meanwhile."""
        nodes = QgsProject.instance().layerTreeRoot().findLayers()
        shown = {node.layerId() for node in nodes if node.isVisible()}
        added = {layer.id(): layer for layer in sorted(layers, key=lambda each: each.id() not in shown)}
        self._waiting = {**self._waiting, **added}
        self._clock.start()

    def _reload_next(self) -> None:
        if not self._waiting:
            self._clock.stop()
            return
        reload_layer(self._waiting.pop(next(iter(self._waiting))))


def reload_layer(layer: QgsVectorLayer) -> None:
    """Draw a layer anew, read anew where nobody edits it; one that is gone is left alone."""
    if sip.isdeleted(layer):
        return
    if not layer.isEditable():
        layer.reload()
    layer.triggerRepaint()
