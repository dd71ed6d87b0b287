"""The Save of our layers: the edits of all of them in one batch, before QGIS writes any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin import log
from waternet_plugin.bridge.project.project_layers import ProjectLayers
from waternet_plugin.bridge.saving.buffers import collecting
from waternet_plugin.bridge.saving.first_touched import FirstTouched, touched
from waternet_plugin.bridge.saving.homes import Home, home_of
from waternet_plugin.bridge.saving.native_commit import NativeCommit
from waternet_plugin.bridge.turns import Turns
from waternet_plugin.core.editing.merging import united
from waternet_plugin.core.editing.row_conflicts import NO_ANSWERS, Answers
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import InputError, RowRefusedError, WaterNetError
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.operations.editing.save_edits import SaveResult
    from waternet_plugin.store import Network


@dataclass(frozen=True)
class RefusedSave:
    """Why nothing was written.

    Parameters
    ----------
    error
        With the sentence.
    edits
        How many rows are edited; they all stay so.
    layer
        The layer of the row that stands in the way, else the one that was to be saved.
    fid
        The number of that row in the layer, None where no single row stands in the way.
    committed
        The layer that was to be saved, whose commit is under way.
    """

    error: WaterNetError
    edits: int
    layer: QgsVectorLayer
    fid: int | None
    committed: QgsVectorLayer


@dataclass(frozen=True)
class DoneSave:
    """What was written, and the edits that were."""

    result: SaveResult
    edits: tuple[RowEdit, ...]


@dataclass
class _Watched:
    """A layer, where its rows are, and its rows as they were."""

    layer: QgsVectorLayer
    home: Home
    rows: FirstTouched
    slot: Callable[..., None]


class Saves(ProjectLayers):
    """Save our layers of the open project, as long as this is there.

    Parameters
    ----------
    open_network
        Opens the network of a path, or raises a WaterNetError.
    stop_drawing
        Stops what is being drawn of the map: who reads may hold a writer up.
    """

    refused = pyqtSignal(object)  # RefusedSave
    saved = pyqtSignal(object)  # DoneSave
    # Editing of a layer began.
    begun = pyqtSignal()
    # Editing began while QGIS gathers edits in its own way: the layer.
    grouped = pyqtSignal(object)

    def __init__(
        self,
        open_network: Callable[[str], Network],
        stop_drawing: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open = open_network
        self._stop_drawing = stop_drawing
        self._watched: dict[str, _Watched] = {}
        self._networks: dict[str, Network] = {}
        # Where each network stood when the first of its edited rows was touched, and when editing began.
        self._seen: dict[str, str] = {}
        self._begun: dict[str, str] = {}
        self._native = NativeCommit()
        self._answers = NO_ANSWERS
        self._is_emptying = False
        self._turns = Turns(self)
        self._listen()

    def remove(self) -> None:
        """Leave saving to QGIS."""
        self._stop_listening()
        self._layers_removed(list(self._watched))
        self._native.allow()

    def saves(self, layer: QgsVectorLayer) -> bool:
        """Return whether a layer is saved here, and not by QGIS."""
        return layer.id() in self._watched and not is_grouped(self._project)

    def first_touched(self, layer: QgsVectorLayer) -> FirstTouched:
        """Return the rows of a layer of ours as they were; KeyError for another layer."""
        return self._watched[layer.id()].rows

    def position(self, path: str) -> str:
        """Return where a network stood when the first of its edited rows was touched.

        Raises
        ------
        WaterNetError
            When it can't be read now, and no row was touched yet.
        """
        return self._seen.get(path) or self._network(path).position()

    def not_open_on_servers(self) -> set[str]:
        """Return the networks on servers that the first edit would have to wait for; see ``take_opened``."""
        homes = (watched.home for watched in self._watched.values())
        return {home.path for home in homes if home.is_on_server} - set(self._networks)

    def take_opened(self, path: str, network: Network) -> None:
        """Take a network that was opened beside the window; it is closed where nobody needs it any more."""
        if path in self.not_open_on_servers():
            self._networks[path] = network
        else:
            network.close()

    def commit(self, layer: QgsVectorLayer, answers: Answers) -> bool:
        """Save once more, with what was said about conflicts, and return whether all was written."""
        self._answers = answers
        try:
            return bool(layer.commitChanges(False))
        finally:
            self._answers = NO_ANSWERS

    # Our layers.

    def _layers_added(self, layers: list[Any]) -> None:
        for layer in layers:
            home = home_of(layer)
            if home is not None and layer.id() not in self._watched:
                rows = FirstTouched(layer, table(home.table), partial(self._touched, home.path), self)
                slot = partial(self._before_commit, layer.id())
                self._watched[layer.id()] = _Watched(layer, home, rows, slot)
                layer.beforeCommitChanges.connect(slot)
                layer.editingStarted.connect(self._editing_began)

    def _layers_removed(self, layer_ids: list[str]) -> None:
        for layer_id in list(layer_ids):
            watched = self._watched.pop(layer_id, None)
            if watched is None:
                continue
            watched.rows.end()
            if not sip.isdeleted(watched.layer):
                watched.layer.beforeCommitChanges.disconnect(watched.slot)
                watched.layer.editingStarted.disconnect(self._editing_began)
            if not any(entry.home.path == watched.home.path for entry in self._watched.values()):
                self._networks.pop(watched.home.path, None)
                self._seen.pop(watched.home.path, None)
                self._begun.pop(watched.home.path, None)

    def _editing_began(self) -> None:
        layer = self.sender()
        if is_grouped(self._project):
            self.grouped.emit(layer)
            return
        home = self._watched[layer.id()].home
        if not any(edited.layer.isModified() for edited in self._edited(home.path)):
            self._note_beginning(home)
        self.begun.emit()

    def _note_beginning(self, home: Home) -> None:
        """Note where a network on a server stands before anything is edited: it may be out of reach then."""
        if home.is_on_server:
            with suppress(WaterNetError):
                self._begun[home.path] = self._network(home.path).position()

    def _network(self, path: str) -> Network:
        if path not in self._networks:
            self._networks[path] = self._open(path)
        return self._networks[path]

    def _touched(self, path: str) -> None:
        """Note where a network stands when the first of its rows is touched."""
        if all(watched.rows.is_empty for watched in self._edited(path)):
            self._seen.pop(path, None)
        if path not in self._seen:
            with suppress(WaterNetError):
                # Another program may be in the way now, or the server out of reach.
                self._seen[path] = self._network(path).position()
        if path not in self._seen and path in self._begun:
            self._seen[path] = self._begun[path]

    def _edited(self, path: str) -> list[_Watched]:
        """Return the layers of a network that are being edited."""
        return [
            watched
            for watched in self._watched.values()
            if watched.home.path == path and watched.layer.isEditable()
        ]

    # A Save.

    def _before_commit(self, layer_id: str, *_stop_editing: Any) -> None:
        """Write everything, so that QGIS finds nothing left to do; or make it say that it failed."""
        watched = self._watched[layer_id]
        if self._is_emptying or not self.saves(watched.layer):
            return
        self._native.allow()
        group = [edited for edited in self._edited(watched.home.path) if edited.layer.isModified()]
        if not group:
            self._clear_steps(watched)
            return
        edits: list[tuple[_Watched, RowEdit]] = []
        try:
            with uncollected():
                result = self._write(watched, group, edits)
        except WaterNetError as error:
            self._refuse(watched, edits, error)
        except Exception as error:  # noqa: BLE001 (QGIS would go on and write)
            self._refuse(watched, edits, log.unexpected(error))
        else:
            self._empty(watched, group, result)
            self.saved.emit(DoneSave(result, tuple(edit for _owner, edit in edits)))

    def _write(
        self, watched: _Watched, group: list[_Watched], edits: list[tuple[_Watched, RowEdit]]
    ) -> SaveResult:
        """Collect the edits of layers and write them."""
        from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits

        sentence = save_blocker([edited.layer for edited in group])
        if sentence:
            raise InputError(sentence)
        self._stop_drawing()
        path = watched.home.path
        network = self._network(path)
        seen = self.position(path)
        for edited in group:
            # Rows that could not be reached when they were touched, as far as they are what they were then.
            unread = edited.rows.unread()
            if unread:
                changed = network.row_changes(edited.home.table, unread, seen)
                edited.rows.read_late([fid for fid in unread if fid not in changed])
            layer_edits = collecting.collect(edited.layer, table(edited.home.table), edited.rows.rows())
            edits += [(edited, edit) for edit in layer_edits]
        # A table may be in the project twice.
        fields = {
            (new.table, new.name): new
            for edited in group
            for new in collecting.new_fields(edited.layer, edited.home.table)
        }
        rows = united(edit for _owner, edit in edits)
        return save_edits(network, SaveRequest(rows, seen, self._answers, tuple(fields.values())))

    def _refuse(self, watched: _Watched, edits: list[tuple[_Watched, RowEdit]], error: WaterNetError) -> None:
        home = watched.home
        # Which rows are gone is known for conflicts alone, but a stand-in does no harm.
        rows = sorted(touched(watched.layer)) if hasattr(error, "conflicts") else []
        self._native.refuse(
            watched.layer, home, lambda: self._network(home.path).native_writes_refused(), rows=rows
        )
        layer, fid = watched.layer, None
        if isinstance(error, RowRefusedError):
            for owner, edit in edits:
                if (edit.table, edit.key) == (error.table, error.key):
                    layer, fid = owner.layer, edit.key
        # Where the network can't be reached, the edits were not collected.
        count = len(edits) or sum(_edited_rows(edited.layer) for edited in self._edited(home.path))
        self.refused.emit(RefusedSave(error, count, layer, fid, watched.layer))

    def _empty(self, watched: _Watched, group: list[_Watched], result: SaveResult) -> None:
        """Empty the buffers of layers whose edits are written, and let everybody see the new rows."""
        with self._emptying():
            chosen = {edited.layer.id(): _chosen_after(edited, result) for edited in group}
            for edited in group:
                # First, as it drops what is indexed to snap to: QGIS would put each row back into that.
                edited.layer.dataProvider().dataChanged.emit()
            for edited in group:
                edited.layer.editBuffer().rollBack()
            for edited in group:
                if edited is not watched:
                    # QGIS commits the watched one alone; a commit of the others would open their file thrice.
                    edited.layer.afterCommitChanges.emit()
                edited.rows.forget()
                if result.fields:
                    edited.layer.updateFields()
                edited.layer.selectByIds(chosen[edited.layer.id()])
                self._turns.add(partial(_refresh_count, edited.layer))
        self._clear_steps(watched)
        self._seen.pop(watched.home.path, None)
        self._note_beginning(watched.home)

    def _clear_steps(self, watched: _Watched) -> None:
        """Leave no step in layers without edits: what was undone before a Save can't come again after it."""
        for edited in self._edited(watched.home.path):
            if not edited.layer.isModified():
                edited.layer.undoStack().clear()

    @contextmanager
    def _emptying(self) -> Iterator[None]:
        self._is_emptying = True
        try:
            yield
        finally:
            self._is_emptying = False


def _edited_rows(layer: QgsVectorLayer) -> int:
    """Return how many rows a layer in editing changes, deletes or adds."""
    return len(touched(layer)) + len(layer.editBuffer().addedFeatures())


def _refresh_count(layer: QgsVectorLayer) -> None:
    """Let QGIS count the rows of a layer anew; it opens the file for that, which takes a while."""
    if not sip.isdeleted(layer):
        layer.dataProvider().reloadData()


def _chosen_after(watched: _Watched, result: SaveResult) -> list[int]:
    """Return the numbers that the selected rows of a layer have once they are saved."""
    name = watched.home.table
    return [result.fids.get((name, fid), fid) for fid in watched.layer.selectedFeatureIds()]


def is_grouped(project: QgsProject) -> bool:
    """Return whether QGIS gathers edits in a way of its own, past any checks of ours."""
    if hasattr(project, "transactionMode"):
        mode: Any = project.transactionMode()
        return getattr(mode, "name", str(mode)) != "Disabled"
    return bool(project.autoTransaction())


def _is_in_command(layer: QgsVectorLayer) -> bool:
    """Return whether a step of the undo history is under way."""
    stack = layer.undoStack()
    # A macro that is open lets nobody step back or forth.
    in_macro = stack.count() > 0 and not stack.canUndo() and not stack.canRedo()
    return bool(layer.isEditCommandActive() or in_macro)


def _changes_fields(layer: QgsVectorLayer) -> bool:
    """Return whether columns were renamed or removed since editing began."""
    if layer.editBuffer().deletedAttributeIds():
        return True
    fields, stored = layer.fields(), layer.dataProvider().fields()
    origin = type(fields).FieldOrigin.OriginProvider
    return any(
        fields.at(field_index).name() != stored.at(fields.fieldOriginIndex(field_index)).name()
        for field_index in range(fields.count())
        if fields.fieldOrigin(field_index) == origin
    )


def save_blocker(layers: list[QgsVectorLayer]) -> str:
    """Return the sentence of what stands in the way of saving layers, '' where nothing does."""
    for layer in layers:
        if _is_in_command(layer):
            text = tr("An edit of the layer {layer} is still under way. Finish or undo it, then save again.")
            return text.format(layer=layer.name())
        if _changes_fields(layer):
            text = tr(
                "Fields of the layer {layer} were renamed or removed since editing began. Undo that, then "
                "save again; fields can be added, but not renamed or removed."
            )
            return text.format(layer=layer.name())
    return ""
