"""Note edits as they are made, so that they outlive QGIS; forget them once they are saved or discarded."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from waternet_plugin.bridge.layers import row_values
from waternet_plugin.bridge.project.project_layers import ProjectLayers
from waternet_plugin.bridge.saving.buffers.layer_rows import rows_of
from waternet_plugin.bridge.saving.first_touched import FirstTouched, touched
from waternet_plugin.bridge.saving.homes import Home, home_of
from waternet_plugin.bridge.saving.layer_watch import LayerWatch
from waternet_plugin.bridge.saving.saves import Saves
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table

if TYPE_CHECKING:
    from waternet_plugin.store.unsaved_edits import UnsavedEdits


class _LayerEdits(LayerWatch):
    """What changed in one layer since the last look."""

    changed = pyqtSignal()
    # Its edits are saved, or were discarded.
    ended = pyqtSignal()

    def __init__(self, layer: QgsVectorLayer, home: Home, before: FirstTouched, parent: QObject) -> None:
        super().__init__(layer, parent)
        self.home = home
        # Keys of the rows that are in the journal.
        self.noted: set[int] = set()
        self._before = before
        self._columns = row_values.columns_of(layer, table(home.table))
        self._values: dict[int, dict[str, Any]] = {}
        self._dirty: dict[int, None] = {}
        self._gone: set[int] = set()
        self._connect(
            (layer.editingStarted, self._begin),
            (layer.featureAdded, self._added),
            (layer.featureDeleted, self._deleted),
            (layer.attributeValueChanged, self._value_changed),
            (layer.geometryChanged, self._geometry_changed),
            (layer.afterRollBack, self._saved_or_discarded),
            (layer.afterCommitChanges, self._saved_or_discarded),
        )
        self._begin()

    def _begin(self) -> None:
        """Take what was edited before we came."""
        self._columns = row_values.columns_of(self.layer, table(self.home.table))
        buffer = self.layer.editBuffer()
        if buffer is None:
            return
        for fid, values in buffer.changedAttributeValues().items():
            for field_index, value in values.items():
                self._value_changed(fid, field_index, value)
        for fid, geometry in buffer.changedGeometries().items():
            self._geometry_changed(fid, geometry)
        self._gone.update(buffer.deletedFeatureIds())
        self._mark(*touched(self.layer), *buffer.addedFeatures())

    def _mark(self, *fids: int) -> None:
        if fids:
            self._dirty.update(dict.fromkeys(fids))
            self.changed.emit()

    def _added(self, fid: int) -> None:
        self._gone.discard(fid)
        self._mark(fid)

    def _deleted(self, fid: int) -> None:
        self._gone.add(fid)
        self._mark(fid)

    def _value_changed(self, fid: int, field_index: int, value: Any) -> None:
        column = self._columns.get(field_index)
        if column is not None:
            self._values.setdefault(fid, {})[column.name] = row_values.stored(value, column.kind)
            self._mark(fid)

    def _geometry_changed(self, fid: int, geometry: QgsGeometry) -> None:
        self._values.setdefault(fid, {})[GEOMETRY_COLUMN] = QgsGeometry(geometry)
        self._mark(fid)

    def _saved_or_discarded(self) -> None:
        self._values, self._dirty, self._gone = {}, {}, set()
        self.ended.emit()

    def take(self) -> tuple[list[RowEdit], list[int]]:
        """Return the rows that changed since the last time, and the keys of those that are as they were."""
        fids, self._dirty = list(self._dirty), {}
        edits = [edit for edit in map(self._edit, fids) if edit is not None]
        edits += self._new([fid for fid in fids if fid < 0 and fid not in self._gone])
        edited = {edit.key for edit in edits}
        unedited = [fid for fid in fids if fid not in edited]
        for fid in unedited:
            self._values.pop(fid, None)
        return edits, unedited

    def _edit(self, fid: int) -> RowEdit | None:
        """Return the edit of a row of the file; None for one that is as it was."""
        before = self._before.row(fid) if fid >= 0 else None
        if before is None:
            return None
        if fid in self._gone:
            return RowEdit(self.home.table, fid, before, None)
        values = self._values.get(fid, {})
        if isinstance(values.get(GEOMETRY_COLUMN), QgsGeometry):
            values[GEOMETRY_COLUMN] = row_values.shape_of(values[GEOMETRY_COLUMN])
        edit = RowEdit(self.home.table, fid, before, {**before, **values})
        return edit if edit.changed_fields else None

    def _new(self, fids: list[int]) -> list[RowEdit]:
        if not fids:
            return []
        name = self.home.table
        rows = rows_of(self.layer, name, QgsFeatureRequest().setFilterFids(fids))
        return [RowEdit(name, fid, None, row) for fid, row in rows.items()]


class EditJournal(ProjectLayers):
    """The edits of all our layers, in files of the profile, as long as they wait for a Save.

    Parameters
    ----------
    saves
        Knows the rows as they were.
    folder
        Where the files are.
    """

    # Edits can't be kept: why. Editing goes on without.
    failed = pyqtSignal(str)

    def __init__(self, saves: Saves, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._saves = saves
        self.folder = folder
        self._layers: dict[str, _LayerEdits] = {}
        # None where a file could not be written.
        self._files: dict[str, UnsavedEdits | None] = {}
        # Networks whose position before the edits is noted.
        self._with_position: set[str] = set()
        # What is done in one turn of the event loop is written at once.
        self._timer = QTimer(self, singleShot=True, interval=0, timeout=self.flush)
        self._listen()

    def remove(self) -> None:
        """Stop; what is not saved is with QGIS, which asks about it."""
        self._stop_listening()
        self._layers_removed(list(self._layers))
        self._timer.stop()

    def _layers_added(self, layers: list[Any]) -> None:
        for layer in layers:
            home = home_of(layer)
            if home is not None and layer.id() not in self._layers:
                edits = _LayerEdits(layer, home, self._saves.first_touched(layer), self)
                self._layers[layer.id()] = edits
                edits.changed.connect(self._timer.start)
                edits.ended.connect(partial(self._forget, layer.id()))
                self._timer.start()

    def _layers_removed(self, layer_ids: list[str]) -> None:
        for layer_id in list(layer_ids):
            if layer_id in self._layers:
                self._forget(layer_id)
                edits = self._layers.pop(layer_id)
                edits.end()
                if not any(layer.home.path == edits.home.path for layer in self._layers.values()):
                    self._close(edits.home.path)

    def _close(self, path: str) -> None:
        file = self._files.pop(path, None)
        if file is not None:
            with suppress(sqlite3.Error):
                file.close()

    def flush(self) -> None:
        """Write what was edited since the last time."""
        for edits in self._layers.values():
            if not sip.isdeleted(edits.layer):
                rows, unedited = edits.take()
                self._note(edits, rows, [fid for fid in unedited if fid in edits.noted])

    def _forget(self, layer_id: str) -> None:
        """Forget the edits of a layer."""
        edits = self._layers[layer_id]
        self._note(edits, [], list(edits.noted))

    def _note(self, edits: _LayerEdits, rows: list[RowEdit], unedited: list[int]) -> None:
        path = edits.home.path
        if not rows and not unedited:
            return
        try:
            file = self._file(path)
            if file is not None:
                file.note(rows, [(edits.home.table, fid) for fid in unedited], self._new_position(path))
        except (OSError, sqlite3.Error) as error:
            self._close(path)
            self._files[path] = None
            self.failed.emit(str(error))
        edits.noted.difference_update(unedited)
        edits.noted.update(edit.key for edit in rows)

    def _file(self, path: str) -> UnsavedEdits | None:
        # Late: pandas comes with it.
        from waternet_plugin.store.unsaved_edits import UnsavedEdits

        if path not in self._files:
            self._files[path] = UnsavedEdits(self.folder, path)
        return self._files[path]

    def _has_noted(self, path: str) -> bool:
        return any(layer.noted for layer in self._layers.values() if layer.home.path == path)

    def _new_position(self, path: str) -> str:
        """Return where a network stood before its edits; '' where that is noted or can't be read."""
        if not self._has_noted(path):
            self._with_position.discard(path)
        if path in self._with_position:
            return ""
        try:
            seen = self._saves.position(path)
        except WaterNetError:
            # Others are in the way: the next edit asks again.
            return ""
        self._with_position.add(path)
        return seen
