"""Have the lock of a network's log as soon as QGIS edits one of its layers.

QGIS changes the file into write-ahead mode when editing begins, and what is drawn meanwhile in its threads
drops the lock that SQLite has taken. Another program that closes the file then deletes the log, and QGIS goes
on with one that has no name any more. No signal comes before that, so here is looked right afterwards, when
nothing has been edited yet: QGIS opens the file anew, or editing does not begin.

A connection that a thread of QGIS opens just before the change, to draw, finds no rows from then on, and QGIS
lends it to whoever reads next: all layers of the file would stay empty. So QGIS drops its connections once
editing has begun, and some time after, when what was drawn has given its own back.

QGIS takes each Save for the end of editing, a refused one too, and opens the file for reading again, though
the layer is edited on: the next Save would find no connection by which it could be refused. So the layer is
put back into writing, before its next Save at the latest.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeatureRequest, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin import dependencies
from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.project.project_layers import ProjectLayers
from waternet_plugin.bridge.saving.homes import source_of
from waternet_plugin.bridge.turns import Turns
from waternet_plugin.core.errors import WaterNetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# How often QGIS opens the file anew, and how long others are waited for each time.
_TRIES = 3
_PATIENCE_S = 1.0
# How long after the time before connections are dropped again, ms: opening one takes some tens. The first
# wait is always, the others are as long as a layer answers without rows.
_WAITS_MS = (500, 500, 1000, 2000, 4000)
# How a layer's provider says by which mode it has its file open.
_OPEN_MODE, _READING = "_debug_open_mode", "read-only"


def _drop_connections(layer: QgsVectorLayer) -> None:
    """Let QGIS read by connections that it opens from now on."""
    # QGIS names them by the file, those of a layer with a data source of its own by all of it.
    for name in {layer.source(), layer.source().partition("|")[0]}:
        layer.dataProvider().invalidateConnections(name)


def _answers(layer: QgsVectorLayer) -> bool:
    """Return whether a layer answers with a row."""
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry).setLimit(1)
    return any(layer.dataProvider().getFeatures(request))


def _has_rows(layer: QgsVectorLayer) -> bool:
    """Return whether a layer answers with rows, where its file has any."""
    return _answers(layer) or not _are_in_file(layer)


def _are_in_file(layer: QgsVectorLayer) -> bool:
    """Return whether the file has rows of a layer's table; QGIS would open it for a tenth of a second."""
    from waternet_plugin.store.geopackage import connection
    from waternet_plugin.store.geopackage.sql import quoted

    source = source_of(layer)
    if source is None:
        return False
    try:
        with connection.reading(Path(source.path)) as database:
            sql = f"SELECT 1 FROM {quoted(source.table)} LIMIT 1"  # noqa: S608
            return database.execute(sql).fetchone() is not None
    except WaterNetError:
        # Whoever reads the rows by a fresh connection finds out.
        return True


def _is_edited(layer: QgsVectorLayer) -> bool:
    return not sip.isdeleted(layer) and layer.isEditable()


class LogGuard(ProjectLayers):
    """Looks after the layers of networks in the open project.

    Parameters
    ----------
    stop_drawing
        Stops what is being drawn of the map: it reads by the log that is to be let go.
    """

    # Editing of a layer was ended at once, for its edits could not be kept.
    lost = pyqtSignal(object)

    def __init__(self, stop_drawing: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop_drawing = stop_drawing
        # What follows a beginning of editing and a Save; others may follow in it.
        self.turns = Turns(self)
        # Files of which the project has had layers of ours.
        self._networks: set[str] = set()
        # Views that have no rows, as a fresh connection said since editing of their file began.
        self._without_rows: set[str] = set()
        self._watched: dict[str, tuple[QgsVectorLayer, Path, Callable[[], None], Callable[..., None]]] = {}
        self._listen()

    def remove(self) -> None:
        """Look after nothing any more."""
        self._stop_listening()
        self._layers_removed(list(self._watched))

    def _layers_added(self, layers: list[Any]) -> None:
        ours = (source_of(layer) for layer in layers if layer.customProperty(LAYER_MARK))
        networks = {source.path for source in ours if source is not None}
        if networks - self._networks:
            # Strangers' layers of a network may have been there before ours.
            self._networks |= networks
            layers = list(self._project.mapLayers().values())
        for layer in layers:
            source = source_of(layer)
            if source is not None and source.path in self._networks and layer.id() not in self._watched:
                path = Path(source.path)
                begins = partial(self._editing_begins, layer, path)
                saves = partial(self._saving_begins, layer, path)
                layer.beforeEditingStarted.connect(begins)
                layer.beforeCommitChanges.connect(saves)
                self._watched[layer.id()] = (layer, path, begins, saves)

    def _layers_removed(self, layer_ids: list[str]) -> None:
        for layer_id in list(layer_ids):
            layer, _path, begins, saves = self._watched.pop(layer_id, (None, None, None, None))
            if layer is not None and not sip.isdeleted(layer):
                layer.beforeEditingStarted.disconnect(begins)
                layer.beforeCommitChanges.disconnect(saves)

    def _editing_begins(self, layer: QgsVectorLayer, path: Path) -> None:
        if dependencies.sentence():
            return
        # Needs packages that QGIS does not load at its start.
        from waternet_plugin.store.geopackage.sharing import file_locks

        if not any(open_layer.isEditable() for open_layer in self._layers_of(path)):
            self._without_rows.clear()
        for tries_left in range(_TRIES, -1, -1):
            if file_locks.keep(path, patience_s=_PATIENCE_S):
                self._read_anew(layer, path)
                return
            if tries_left:
                self._open_anew(layer, path)
        QTimer.singleShot(0, partial(self._end, layer))

    def _saving_begins(self, layer: QgsVectorLayer, path: Path, *_stop_editing: Any) -> None:
        """Have the layer writing before its Save, and once QGIS is through with that."""
        self._write_on(layer, path)
        self.turns.add(partial(self._write_on, layer, path))

    def _write_on(self, layer: QgsVectorLayer, path: Path) -> None:
        """Put a layer that is edited on back into writing, where QGIS took it out."""
        if not _is_edited(layer):
            return
        provider = layer.dataProvider()
        if provider.property(_OPEN_MODE) == _READING and provider.enterUpdateMode():
            self._editing_begins(layer, path)

    def _read_anew(self, layer: QgsVectorLayer, path: Path) -> None:
        """Let all layers of a file find their rows, whatever was being drawn as its mode changed."""
        self._stop_drawing()
        _drop_connections(layer)
        self.turns.add(partial(self._drop_late_connections, layer, path, _WAITS_MS))

    def _drop_late_connections(self, layer: QgsVectorLayer, path: Path, waits_ms: tuple[int, ...]) -> None:
        """Drop the connections of a file, and again after waits as long as a layer of it has no rows.

        Only layers that show are looked at: to draw others no thread has opened a connection.
        """
        self._go_on(self._late_drop(layer, path, waits_ms))

    def _go_on(self, work: Iterator[None]) -> None:
        """Do a piece of some work now, and the others each in a turn of its own."""
        for _piece in work:
            self.turns.add(partial(self._go_on, work))
            return

    def _late_drop(self, layer: QgsVectorLayer, path: Path, waits_ms: tuple[int, ...]) -> Iterator[None]:
        """Look at one layer a turn: QGIS opens the file for each."""
        if not _is_edited(layer):
            return
        empty = []
        for open_layer in self._shown_layers_of(path):
            if not sip.isdeleted(open_layer) and not _has_rows(open_layer):
                empty.append(open_layer)
            yield
        if not _is_edited(layer):
            return
        _drop_connections(layer)
        is_without_rows = False
        for empty_layer in empty:
            yield
            if sip.isdeleted(empty_layer):
                continue
            provider = empty_layer.dataProvider()
            if not empty_layer.isEditable():
                provider.reloadData()
            if provider.featureCount() < 1 and not _answers(empty_layer):
                # A view, which may not be counted now, has none by a fresh connection either.
                self._without_rows.add(empty_layer.id())
                continue
            is_without_rows = True
            empty_layer.triggerRepaint()
        # A wait begins when all layers were looked at: what was found now is known then.
        if waits_ms and (is_without_rows or waits_ms == _WAITS_MS):
            again = partial(self._drop_late_connections, layer, path, waits_ms[1:])
            QTimer.singleShot(waits_ms[0], again)

    def _shown_layers_of(self, path: Path) -> list[QgsVectorLayer]:
        """Return the layers of a file that are on the map and may have rows."""
        tree = self._project.layerTreeRoot()
        shown = {node.layerId() for node in tree.findLayers() if node.isVisible()} - self._without_rows
        return [layer for layer in self._layers_of(path) if layer.isSpatial() and layer.id() in shown]

    def _layers_of(self, path: Path) -> list[QgsVectorLayer]:
        """Return the layers of a file that are looked after.

        Their folders are not looked at again: with each look another thread of Python may get its turn.
        """
        watched = self._watched.values()
        return [layer for layer, place, *_slots in watched if place == path and not sip.isdeleted(layer)]

    def _open_anew(self, layer: QgsVectorLayer, path: Path) -> None:
        """Let QGIS close what it has open of a file, as far as nothing is edited there, and open it again."""
        self._stop_drawing()
        layer.dataProvider().leaveUpdateMode()
        for open_layer in self._layers_of(path):
            if not open_layer.isEditable():
                open_layer.dataProvider().reloadData()
        layer.dataProvider().enterUpdateMode()

    def _end(self, layer: QgsVectorLayer) -> None:
        """End editing before there is anything to lose."""
        if _is_edited(layer):
            layer.rollBack()
            self.lost.emit(layer)
