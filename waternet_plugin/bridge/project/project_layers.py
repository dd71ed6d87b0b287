"""Layers that come into the open project and leave it."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject


class ProjectLayers(QObject):
    """Hears of the layers of the open project, those that are there included."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = QgsProject.instance()

    def _listen(self) -> None:
        self._project.layersAdded.connect(self._layers_added)
        self._project.layersWillBeRemoved.connect(self._layers_removed)
        self._layers_added(list(self._project.mapLayers().values()))

    def _stop_listening(self) -> None:
        self._project.layersAdded.disconnect(self._layers_added)
        self._project.layersWillBeRemoved.disconnect(self._layers_removed)

    def _layers_added(self, layers: list[Any]) -> None:
        raise NotImplementedError

    def _layers_removed(self, layer_ids: list[str]) -> None:
        raise NotImplementedError
