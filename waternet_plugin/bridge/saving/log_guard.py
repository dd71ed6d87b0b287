"""Have the lock of a network's log as soon as QGIS edits one of its layers.

QGIS changes the file into write-ahead mode when editing begins, and what is drawn meanwhile in its threads
drops the lock that SQLite has taken. Another program that closes the file then deletes the log, and QGIS goes
on with one that has no name any more. No signal comes before that, so here is looked right afterwards, when
nothing has been edited yet: QGIS opens the file anew, or editing does not begin.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin import dependencies
from waternet_plugin.bridge.project.layer_marks import LAYER_MARK
from waternet_plugin.bridge.project.project_layers import ProjectLayers
from waternet_plugin.bridge.saving.homes import source_of

if TYPE_CHECKING:
    from collections.abc import Callable

# How often QGIS opens the file anew, and how long others are waited for each time.
_TRIES = 3
_PATIENCE_S = 1.0


class LogGuard(ProjectLayers):
    """Looks after the layers of networks in the open project.

    Parameters
    ----------
    stop_drawing
        Stops what is being drawn of the map: it reads by the log that is to be let go.
    parent
        Owner.
    """

    # Editing of a layer was ended at once, for its edits could not be kept.
    lost = pyqtSignal(object)

    def __init__(self, stop_drawing: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop_drawing = stop_drawing
        # Files of which the project has had layers of ours.
        self._networks: set[str] = set()
        self._watched: dict[str, tuple[QgsVectorLayer, Callable[[], None]]] = {}
        self._listen()

    def remove(self) -> None:
        """Look after nothing any more."""
        self._stop_listening()
        self._layers_removed(list(self._watched))

    def _layers_added(self, layers: list[Any]) -> None:
        ours = (source_of(layer) for layer in layers if layer.customProperty(LAYER_MARK))
        networks = {place.path for place in ours if place is not None}
        if networks - self._networks:
            # Strangers' layers of a network may have been there before ours.
            self._networks |= networks
            layers = list(self._project.mapLayers().values())
        for layer in layers:
            place = source_of(layer)
            if place is not None and place.path in self._networks and layer.id() not in self._watched:
                slot = partial(self._editing_begins, layer, Path(place.path))
                layer.beforeEditingStarted.connect(slot)
                self._watched[layer.id()] = (layer, slot)

    def _layers_removed(self, layer_ids: list[str]) -> None:
        for layer_id in list(layer_ids):
            layer, slot = self._watched.pop(layer_id, (None, None))
            if layer is not None and not sip.isdeleted(layer):
                layer.beforeEditingStarted.disconnect(slot)

    def _editing_begins(self, layer: QgsVectorLayer, path: Path) -> None:
        if dependencies.sentence():
            return
        # Needs packages that QGIS does not load at its start.
        from waternet_plugin.store.geopackage import file_locks

        for _time in range(_TRIES):
            if file_locks.keep(path, patience_s=_PATIENCE_S):
                return
            self._open_anew(layer, path)
        if not file_locks.keep(path, patience_s=_PATIENCE_S):
            QTimer.singleShot(0, partial(self._end, layer))

    def _open_anew(self, layer: QgsVectorLayer, path: Path) -> None:
        """Let QGIS close what it has open of a file, as far as nothing is edited there, and open it again."""
        self._stop_drawing()
        layer.dataProvider().leaveUpdateMode()
        for one, _slot in self._watched.values():
            place = None if sip.isdeleted(one) or one.isEditable() else source_of(one)
            if place is not None and place.path == str(path):
                one.dataProvider().reloadData()
        layer.dataProvider().enterUpdateMode()

    def _end(self, layer: QgsVectorLayer) -> None:
        """End editing before there is anything to lose."""
        if not sip.isdeleted(layer) and layer.isEditable():
            layer.rollBack()
            self.lost.emit(layer)
