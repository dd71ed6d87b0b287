"""When a gesture of native editing ends, what follows from it joins it, in one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import shapely
from qgis.core import QgsGeometry, QgsPointXY, QgsVectorLayer
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.edits.layer_surroundings import LayerSurroundings
from waternet_plugin.bridge.forms.layer_tables import table_of_layer
from waternet_plugin.bridge.project.project_layers import ProjectLayers
from waternet_plugin.bridge.saving.buffers import buffer_edits, taking_up
from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.editing.row_edits import RowEdit, is_unknown
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.core.texts import joined
from waternet_plugin.gui.gestures.companions import Companions
from waternet_plugin.gui.gestures.dialog_merges import DialogMerge, find_dialog_merge
from waternet_plugin.gui.gestures.layer_changes import LayerChanges
from waternet_plugin.gui.gestures.linked_steps import LinkedGesture
from waternet_plugin.gui.gestures.pipe_deletion import ask_about

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import RowEdit
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.gui.session.session import Session

COLOUR = ACCENT
DURATION_MS = 400
_END_OF = {"from_node": 0, "to_node": -1}

# What pastes and tools of other plugins change at once beyond this many rows is settled when it is saved.
MOST_ROWS = 500


class Gestures(ProjectLayers):
    """Keep the network of the open project connected while it is edited.

    Parameters
    ----------
    session
        Knows the layers of the project, tells what was taken back.
    was_offered
        Tells whether the id of a new row of a layer was offered, and not typed.
    """

    def __init__(
        self,
        session: Session,
        was_offered: Callable[[QgsVectorLayer, str], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._was_offered = was_offered
        self._changes: dict[str, LayerChanges] = {}
        self._connections: dict[str, list[tuple[Any, Any]]] = {}
        self._companions = Companions(self)
        self._settings: Settings | None = None
        # Highest numbers of saved ids, by table and letters.
        self._numbers: dict[tuple[str, str], int] = {}
        # Numbers of the new pipes that a person drew; copies bring along the batch of their source.
        self.drawn_pipes: set[int] = set()
        # Layers by table, as long as a gesture is followed.
        self._layers: Mapping[str, QgsVectorLayer] | None = None
        self._project.writeMapLayer.connect(self._companions.written)
        session.network_changed.connect(self._forget)
        session.data_changed.connect(self._forget)
        self._listen()

    def remove(self) -> None:
        """Leave native editing as it is without us."""
        self._stop_listening()
        self._project.writeMapLayer.disconnect(self._companions.written)
        self._session.network_changed.disconnect(self._forget)
        self._session.data_changed.disconnect(self._forget)
        LinkedGesture.let_all_go()
        self._companions.close()
        for layer_id in list(self._changes):
            self._let_go(layer_id)
        self.deleteLater()

    # Our layers.

    def _layers_added(self, layers: list[Any]) -> None:
        if not layers:
            return
        # Late, as all of styling comes with it.
        from waternet_plugin.bridge.forms.forms import ID_LETTERS
        from waternet_plugin.bridge.layers.marks import LAYER_MARK

        for layer in layers:
            key = layer.customProperty(LAYER_MARK)
            if key in ID_LETTERS and isinstance(layer, QgsVectorLayer) and layer.id() not in self._changes:
                self._watch(layer, str(key))

    def _watch(self, layer: QgsVectorLayer, name: str) -> None:
        self._changes[layer.id()] = LayerChanges(layer, name, self._gesture_ended, self)
        connections = [
            (layer.editingStarted, partial(self._editing_began, layer, name)),
            (layer.editingStopped, partial(self._companions.ended, layer)),
            (layer.afterCommitChanges, self._forget),
        ]
        self._connections[layer.id()] = connections
        for signal, slot in connections:
            signal.connect(slot)
        if layer.isEditable():
            self._editing_began(layer, name)

    def _editing_began(self, layer: QgsVectorLayer, name: str) -> None:
        self._companions.began(layer, name, self._session.layer("node"))

    def _layers_removed(self, layer_ids: list[str]) -> None:
        for layer_id in list(layer_ids):
            if layer_id in self._changes:
                self._companions.gone(layer_id)
                self._let_go(layer_id)

    def _let_go(self, layer_id: str) -> None:
        for signal, slot in self._connections.pop(layer_id):
            signal.disconnect(slot)
        self._changes.pop(layer_id).end()

    def _of(self, name: str) -> LayerChanges | None:
        """Return the changes of the layer of a table."""
        layer = self._layer(name)
        return None if layer is None else self._changes.get(layer.id())

    def _layer(self, name: str) -> QgsVectorLayer | None:
        if self._layers is None:
            # Late, as all of styling comes with it.
            from waternet_plugin.bridge.project.layer_tree import our_layers

            self._layers = our_layers(self._project)
        return self._layers.get(name)

    # A gesture.

    def _gesture_ended(self) -> None:
        edited = [changes for changes in self._changes.values() if changes.has_macro]
        self._layers = None
        if any(changes.is_in_command for changes in edited):
            return
        merge: DialogMerge | None = None
        try:
            # A second layer of the same table has rows of its own until it is saved.
            merge = self._follow([changes for changes in edited if self._of(changes.name) is changes])
        except WaterNetError as error:
            self._session.say_error(error)
        finally:
            # A step left open would stop all undo.
            for changes in self._changes.values():
                changes.close_macro()
            LinkedGesture.drop_broken_redo()
        if merge is not None:
            merge.repeat()

    def _described(self, name: str) -> Table:
        """Return a table with the codes that the network's users added, as far as its layer knows them."""
        layer = self._layer(name)
        return table(name) if layer is None else table_of_layer(layer, name)

    def _follow(self, edited: list[LayerChanges]) -> DialogMerge | None:
        """Let follow what must; return a merge that was taken back, to be repeated in another way."""
        if any(taking_up.is_being_filled(changes.layer) for changes in edited):
            # The rows are finished; those of several layers go and come together, whichever is taken back.
            LinkedGesture.link({changes: changes.take_edits() for changes in edited}, main=set())
            return None
        if sum(changes.touched for changes in edited) > MOST_ROWS:
            return None
        given: tuple[RowEdit, ...] = ()
        for changes in edited:
            edits = changes.take_edits()
            merge = find_dialog_merge(changes, edits)
            if merge is not None:
                changes.drop()
                return merge
            given += tuple(edits)
            self.drawn_pipes.update(edit.key for edit in edits if _is_drawn(edit))
        if not given:
            return None
        from waternet_plugin.core.editing.row_shapes import shape_fault, without_dust
        from waternet_plugin.core.network.settling.doubled import doubled_text
        from waternet_plugin.core.network.settling.settling import settle

        cleaned = without_dust(given)
        fault = next(filter(None, map(shape_fault, cleaned)), "")
        if fault:
            # Nothing follows from a row that is nowhere, and no Save takes it.
            self._session.say(fault, "warning")
            return None
        surroundings = LayerSurroundings(self._layer, self._edited_rows, self._numbers)
        surroundings.read_around(given)
        described = {name: self._described(name) for name in ("pipe", "node")}
        settled = settle(
            cleaned,
            surroundings,
            self._settings_in_force(),
            offered_ids=self._offered_ids(given),
            own_codes=tuple(code for edit in described.values() for code in edit.own_codes),
        )
        if settled.refusals:
            for changes in edited:
                changes.drop()
            self._session.say(joined(settled.refusals), "warning")
            return None
        followed = self._write(
            _still_missing(given, (_as_drawn(edit, described["pipe"]) for edit in settled.edits)), edited
        )
        if followed:
            self._flash(followed)
        if settled.doubled:
            self._session.say(doubled_text(settled.doubled), "warning")
        if settled.gone_pipes:
            ask_about(self._session, edited, settled.gone_pipes, self._edited_rows)
        return None

    def _write(self, wanted: dict[str, list[RowEdit]], edited: list[LayerChanges]) -> list[RowEdit]:
        """Change the buffers, in the steps that are open; return what was changed."""
        main = {changes.name for changes in edited}
        done: dict[str, list[RowEdit]] = {name: [] for name in main}
        for name, edits in wanted.items():
            changes = self._of(name)
            if changes is None or not self._companions.open(changes.layer):
                continue
            changes.is_ours = True
            try:
                if not changes.has_macro:
                    changes.open_macro(edited[0].text)
                numbers = buffer_edits.apply(changes.layer, edits, changes.text)
            finally:
                changes.is_ours = False
            done[name] = [buffer_edits.renumbered(edit, numbers) for edit in edits]
            changes.layer.triggerRepaint()
        edits_of = {changes: edits for name, edits in done.items() if (changes := self._of(name)) is not None}
        LinkedGesture.link(edits_of, main=main)
        return [edit for edits in done.values() for edit in edits]

    def _edited_rows(self, name: str) -> Mapping[int, Any]:
        changes = self._of(name)
        return {} if changes is None else changes.placed_rows()

    def _offered_ids(self, given: Iterable[RowEdit]) -> frozenset[int]:
        """Return the new nodes whose id nobody typed."""
        layer = self._layer("node")
        new = [edit for edit in given if edit.table == "node" and edit.is_new and edit.now is not None]
        return frozenset(
            edit.key
            for edit in new
            if layer is not None and self._was_offered(layer, str((edit.now or {}).get("node_id")))
        )

    def _settings_in_force(self) -> Settings:
        from waternet_plugin.operations.contents.change_settings import settings_in_force

        if self._settings is None:
            with self._session.network() as network:
                self._settings = settings_in_force(network).settings
        return self._settings

    def _forget(self, *_table: str) -> None:
        self._settings = None
        self._numbers = {}

    def _flash(self, followed: list[RowEdit]) -> None:
        pipe = self._layer("pipe")
        if pipe is not None:
            flash(self._session.iface.mapCanvas(), followed, pipe.crs())


def _is_drawn(edit: RowEdit) -> bool:
    """Return whether an edit is a pipe that was drawn, and not copied, split or merged."""
    return edit.table == "pipe" and edit.is_new and is_unknown((edit.now or {}).get("batch_id"))


def _as_drawn(edit: RowEdit, pipe: Table) -> RowEdit:
    """Return the edit of a pipe with what the store will derive of it, so that the map shows it at once."""
    from waternet_plugin.core.schema.map_values import map_values

    if edit.table != "pipe" or edit.now is None:
        return edit
    return replace(edit, now={**edit.now, **map_values(edit.now, pipe)})


def _still_missing(given: Iterable[RowEdit], settled: Iterable[RowEdit]) -> dict[str, list[RowEdit]]:
    """Return by table what the layers do not have yet of what settling found."""
    given_edits = {(edit.table, edit.key): edit for edit in given}
    result: dict[str, list[RowEdit]] = {}

    def add(row_edit: RowEdit | None) -> None:
        if row_edit is not None:
            result.setdefault(row_edit.table, []).append(row_edit)

    settled = list(settled)
    for edit in settled:
        add(buffer_edits.difference(edit, given_edits.get((edit.table, edit.key))))
    left = {(edit.table, edit.key) for edit in settled}
    for table_row, edit in given_edits.items():
        # What settling took back is what it was before the gesture.
        if table_row not in left:
            add(buffer_edits.difference(RowEdit(edit.table, edit.key, edit.now, edit.before), None))
    return result


def positions(followed: Iterable[RowEdit]) -> list[tuple[float, float]]:
    """Return where rows changed, x and y in the network's coordinates, m; each place once."""
    spots: dict[tuple[float, float], None] = {}
    for edit in followed:
        row = edit.now if edit.now is not None else edit.before
        shape = None if row is None else row.get(GEOMETRY_COLUMN)
        vertices = [] if shape is None else shapely.get_coordinates(shape).tolist()
        if not vertices:
            continue
        if edit.table == "node":
            spots[tuple(vertices[0])] = None
        elif edit.table == "pipe" and edit.now is not None:
            changed = set(edit.changed_fields)
            for name, index in _END_OF.items():
                if edit.is_new or name in changed or GEOMETRY_COLUMN in changed:
                    spots[tuple(vertices[index])] = None
    return list(spots)


def flash(canvas: Any, followed: Iterable[RowEdit], crs: Any) -> None:
    """Flash what followed for 0.4 s."""
    points = [QgsGeometry.fromPointXY(QgsPointXY(x, y)) for x, y in positions(followed)]
    if not points:
        return
    colour, faded = QColor(COLOUR), QColor(COLOUR)
    faded.setAlpha(0)
    canvas.flashGeometries(points, crs, colour, faded, 1, DURATION_MS)
