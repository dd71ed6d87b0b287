"""Rows as they were in the file when a person first touched them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qgis.core import QgsFeatureRequest, QgsVectorLayer
from qgis.PyQt.QtCore import QObject

from waternet_plugin.bridge.layers import row_values
from waternet_plugin.bridge.saving.buffers import layer_rows
from waternet_plugin.bridge.saving.layer_watch import LayerWatch
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table


def touched(layer: QgsVectorLayer) -> set[int]:
    """Return the numbers of the rows of the file that a layer's buffer changes or deletes."""
    buffer = layer.editBuffer()
    if buffer is None:
        return set()
    fids = {*buffer.changedAttributeValues(), *buffer.changedGeometries(), *buffer.deletedFeatureIds()}
    return {fid for fid in fids if fid >= 0}


class FirstTouched(LayerWatch):
    """The rows of one layer that is being edited.

    They are read as QGIS reads them, as the person saw them: opening the file anew takes much longer.

    Parameters
    ----------
    begun
        Called before rows are read.
    """

    def __init__(
        self, layer: QgsVectorLayer, table: Table, begun: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(layer, parent)
        self._table = table
        self._begun = begun
        self._rows: dict[int, Row] = {}
        self._waiting: dict[int, None] = {}
        self._step = 0
        self._connect(
            (layer.editingStarted, self._begin),
            (layer.attributeValueChanged, self._note),
            (layer.geometryChanged, self._note),
            (layer.featureDeleted, self._note),
            (layer.editCommandEnded, self._look),
            (layer.editCommandDestroyed, self._prune),
            (layer.afterRollBack, self.forget),
            (layer.afterCommitChanges, self.forget),
            (layer.undoStack().indexChanged, self._stepped),
        )
        self._begin()

    def rows(self) -> Mapping[int, Row]:
        """Return the rows by their numbers; empty ones for those that were gone already."""
        self._waiting.update(dict.fromkeys(touched(self.layer) - self._rows.keys()))
        self._look()
        return self._rows

    def row(self, fid: int) -> Row | None:
        """Return one row as it was, None for one that is not edited."""
        return self._rows.get(fid)

    def unread(self) -> list[int]:
        """Return the numbers of touched rows of which nothing is known: gone, or not to be reached then."""
        return [fid for fid, row in self.rows().items() if not row]

    def read_late(self, fids: Sequence[int]) -> None:
        """Read rows that could not be reached when they were touched, and that nobody has changed since."""
        self._rows |= self._read(fids)

    @property
    def is_empty(self) -> bool:
        """Whether no row was touched."""
        return not self._rows and not self._waiting

    def forget(self) -> None:
        """Start again: nothing is edited."""
        self._rows, self._waiting, self._step = {}, {}, 0

    def _begin(self) -> None:
        """Take what was edited before we came."""
        self.forget()
        self._waiting = dict.fromkeys(touched(self.layer))
        self._look()

    def _note(self, fid: int, *_now: Any) -> None:
        if fid < 0 or fid in self._rows:
            return
        self._waiting[fid] = None
        # A command may touch thousands of rows; they are read when it ends.
        if not self.layer.isEditCommandActive():
            self._look()

    def _look(self) -> None:
        waiting = [fid for fid in self._waiting if fid not in self._rows]
        self._waiting = {}
        if waiting:
            self._begun()
            rows = layer_rows.complete(self.layer, waiting, self._read)
            self._rows.update((fid, rows.get(fid, {})) for fid in waiting)

    def _read(self, fids: Sequence[int]) -> dict[int, Row]:
        """Return rows of the file, as the store reads them."""
        provider = self.layer.dataProvider()
        columns = row_values.columns_of(self.layer, self._table, saved=True)
        rows: dict[int, Row] = {}
        for feature in provider.getFeatures(QgsFeatureRequest(list(fids))):
            row = row_values.values_of(feature.attributes(), columns)
            if self._table.has_geometry:
                row[GEOMETRY_COLUMN] = row_values.stored_shape_of(feature.geometry())
            rows[feature.id()] = row
        return rows

    def _stepped(self, step: int) -> None:
        """Forget rows whose edits were undone: touched again, they are read again."""
        was, self._step = self._step, step
        if step < was and not self.layer.isEditCommandActive():
            self._prune()

    def _prune(self) -> None:
        touched_fids = touched(self.layer)
        self._rows = {fid: row for fid, row in self._rows.items() if fid in touched_fids}
        self._waiting = {fid: None for fid in self._waiting if fid in touched_fids}
        self._look()
