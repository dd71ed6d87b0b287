"""One layer of ours while it is edited: which rows a gesture touched, what they were, what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qgis.core import QgsFeatureRequest, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QUndoCommand

from waternet_plugin.bridge.saving.buffers import layer_rows
from waternet_plugin.bridge.saving.layer_watch import LayerWatch
from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_same
from waternet_plugin.core.editing.row_shapes import is_located
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN


class LayerChanges(LayerWatch):
    """The edits of one layer, gesture by gesture.

    A gesture is a command of QGIS. A macro of ours around it stays open until what follows is in the buffer,
    so that all of it is one step of undo.

    Parameters
    ----------
    layer
        A layer of ours.
    name
        Its table.
    ended
        Called when a gesture in the layer ended.
    """

    def __init__(
        self, layer: QgsVectorLayer, name: str, ended: Callable[[], None], parent: QObject | None = None
    ) -> None:
        super().__init__(layer, parent)
        self.name = name
        self._ended = ended
        # Rows that were touched since the last Save as they were after the last gesture, None for deleted
        # ones, and those whose row must be read again.
        self._known: dict[int, Row | None] = {}
        # The same, with None for rows that are nowhere, too.
        self._placed: dict[int, Row | None] = {}
        self._stale: dict[int, None] = {}
        self._touched: dict[int, None] = {}
        self._text = ""
        # Commands of ours in the stack of undo, which keeps what C++ sees of them, and not the Python part.
        self._commands: list[QUndoCommand] = []
        self.has_macro = self.is_in_command = self.is_ours = False
        self._connect(
            (layer.editingStarted, self._begin),
            (layer.editCommandStarted, self._command_started),
            (layer.editCommandEnded, self._command_ended),
            (layer.editCommandDestroyed, self._command_destroyed),
            (layer.featureAdded, self._touch),
            (layer.featureDeleted, self._touch),
            (layer.geometryChanged, self._touch),
            (layer.attributeValueChanged, self._touch),
            (layer.afterCommitChanges, self._begin),
            (layer.editingStopped, self._begin),
        )
        if layer.isEditable():
            self._begin()

    def end(self) -> None:
        """Let go of the layer; a gesture under way is ended as it is."""
        if not sip.isdeleted(self.layer):
            self.close_macro()
        super().end()

    # What was touched.

    def _begin(self) -> None:
        """Forget what was; of edits made before we looked, all rows are read again."""
        self._known.clear()
        self._placed.clear()
        self._stale.clear()
        buffer = self.layer.editBuffer() if self.layer.isEditable() else None
        if buffer is not None:
            for fids in (
                buffer.addedFeatures(),
                buffer.changedGeometries(),
                buffer.changedAttributeValues(),
                buffer.deletedFeatureIds(),
            ):
                self._stale.update(dict.fromkeys(fids))

    def _touch(self, fid: int, *_more: Any) -> None:
        self._stale[fid] = None
        if self.has_macro and not self.is_ours:
            self._touched[fid] = None

    def placed_rows(self) -> Mapping[int, Row | None]:
        """Return the rows that were edited since the last Save, as they are now; None for those gone.

        Nothing is near a row that is nowhere: it counts as gone.
        """
        self._read_again()
        return self._placed

    def rows_now(self, fids: Iterable[int]) -> dict[int, Row]:
        """Return rows as the layer has them now, without those that it has not."""
        wanted = list(fids)
        if not wanted:
            return {}
        return layer_rows.rows_of(self.layer, self.name, QgsFeatureRequest().setFilterFids(wanted))

    def _saved_rows(self, fids: Sequence[int]) -> dict[int, Row]:
        if not fids:
            return {}
        request = QgsFeatureRequest().setFilterFids(list(fids))
        return layer_rows.rows_of(self.layer, self.name, request, saved=True)

    def _read_again(self) -> None:
        stale, self._stale = list(self._stale), {}
        rows = self.rows_now(stale)
        for fid in stale:
            row = self._known[fid] = rows.get(fid)
            is_placed = row is not None and is_located(self.name, row.get(GEOMETRY_COLUMN))
            self._placed[fid] = row if is_placed else None

    @property
    def touched(self) -> int:
        """How many rows the gesture touched."""
        return len(self._touched)

    def take_edits(self) -> list[RowEdit]:
        """Return what the gesture made of rows, and forget it."""
        touched, self._touched = list(self._touched), {}
        unread = [fid for fid in touched if fid not in self._known and fid >= 0]
        saved = layer_rows.complete(self.layer, unread, self._saved_rows)
        before = {fid: self._known.get(fid, saved.get(fid)) for fid in touched}
        self._read_again()
        edits = []
        for fid in touched:
            was, now = before[fid], self._known.get(fid)
            if was is None and now is None:
                continue
            if was is not None and now is not None and all(is_same(was.get(name), now[name]) for name in now):
                continue
            edits.append(RowEdit(self.name, fid, was, now))
        return edits

    # Commands of QGIS, and the macro of ours around them.

    def _command_started(self, text: str) -> None:
        if self.is_ours or self.layer.dataProvider().transaction() is not None:
            return
        self.is_in_command = True
        if self.has_macro:
            return
        self._read_again()
        self._touched = {}
        self._text = text
        self.layer.undoStack().beginMacro(text)
        self.has_macro = True

    def _command_ended(self) -> None:
        if self.is_ours or not self.is_in_command:
            return
        self.is_in_command = False
        self._ended()

    def _command_destroyed(self) -> None:
        if self.is_ours or not self.is_in_command:
            return
        self.is_in_command = False
        self._touched = {}
        self.drop()
        self._ended()

    @property
    def text(self) -> str:
        """What the gesture is called."""
        return self._text

    def open_macro(self, text: str) -> None:
        """Begin a step of ours, where the gesture was in other layers."""
        self.layer.undoStack().beginMacro(text)
        self._text = text
        self.has_macro = True

    def push(self, command: QUndoCommand) -> None:
        """Add a command to the step that is open."""
        self._commands = [pushed for pushed in self._commands if not sip.isdeleted(pushed)]
        self._commands.append(command)
        self.layer.undoStack().push(command)

    def close_macro(self) -> None:
        """End the step that is open."""
        if self.has_macro:
            self.has_macro = False
            self.layer.undoStack().endMacro()

    def drop(self) -> None:
        """Take back the step that is open and leave no way to redo it."""
        if not self.has_macro:
            return
        self.close_macro()
        self.is_ours = True
        try:
            self.layer.undoStack().undo()
            self.drop_redo()
        finally:
            self.is_ours = False
        self.layer.triggerRepaint()

    def drop_redo(self) -> None:
        """Leave nothing to redo in the layer."""
        # As QGIS does it: what is pushed deletes the steps to redo, and is itself deleted at once.
        nothing = QUndoCommand()
        nothing.setObsolete(True)
        self.layer.undoStack().push(nothing)
