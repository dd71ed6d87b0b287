"""Offer the edits that were not saved when QGIS ended: take them up, look at them, or discard them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin.core.editing.row_conflicts import NO_ANSWERS, Answers
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import moments

if TYPE_CHECKING:
    from waternet_plugin.bridge.saving.edit_journal import EditJournal
    from waternet_plugin.core.editing.merging import Merged
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.unsaved_edits import LeftEdits


class LeftEditsOffer(QObject):
    """Looks, whenever a network is opened, for what runs of QGIS that ended left of it.

    Parameters
    ----------
    journal
        Takes over what is taken up.
    """

    def __init__(self, session: Session, journal: EditJournal, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._journal = journal
        self._waiting: list[LeftEdits] = []
        # How many rows of each the file lacks.
        self._rows: dict[Path, int] = {}
        # Discarded ones, which can be had back until another network is opened.
        self._discarded: list[LeftEdits] = []
        self._take_back: Callable[[], None] = lambda: None
        session.network_changed.connect(self._look)
        self._look()

    def remove(self) -> None:
        """End; what was not answered is offered next time."""
        self._session.network_changed.disconnect(self._look)
        self._drop_discarded()

    def _drop_discarded(self) -> None:
        from waternet_plugin.store import unsaved_edits

        for left in self._discarded:
            unsaved_edits.remove(left.path)
        self._discarded = []

    def _look(self) -> None:
        """Read what was left of the network that was opened."""
        self._drop_discarded()
        self._take_back()
        self._waiting = []
        path = self._session.network_path
        if path:
            self._session.run(
                tr("Reading unsaved edits"),
                partial(self._not_in_the_file, path),
                partial(self._found, path),
                is_quiet=True,
            )

    def _found(self, path: str, left_edits: list[tuple[LeftEdits, int]]) -> None:
        if path == self._session.network_path and not self._session.is_closed:
            self._rows = {left.path: rows for left, rows in left_edits}
            self._waiting = [left for left, _rows in left_edits]
            self._offer()

    def _not_in_the_file(self, path: str, progress: Any) -> list[tuple[LeftEdits, int]]:
        """Return what was left, and how many rows of it the file lacks; what it has all of is forgotten."""
        from waternet_plugin.core.errors import WaterNetError
        from waternet_plugin.operations.editing.take_up_edits import TakeUpRequest, take_up_edits
        from waternet_plugin.store import open_network, unsaved_edits

        left_edits: list[tuple[LeftEdits, int]] = []
        for left in self._left(path):
            try:
                with open_network(path) as network:
                    merged = take_up_edits(network, TakeUpRequest(left.edits, left.seen), progress)
                rows = len(merged.edits) + len(merged.conflicts)
            except WaterNetError:
                # Another program writes; they are compared again when they are taken up.
                rows = len(left.edits)
            if rows:
                left_edits.append((left, rows))
            else:
                unsaved_edits.remove(left.path)
        return left_edits

    def _offer(self) -> None:
        """Ask about the oldest that is not answered."""
        if not self._waiting:
            return
        left = self._waiting[0]
        text = tr("Not saved when QGIS ended: %n edit(s) of {time}.", "", self._rows[left.path])
        self._take_back()
        self._take_back = self._session.ask(
            text.format(time=moments.local_of_log(left.last_at)),
            (tr("Take them up"), partial(self._take_up, left)),
            (tr("Look"), partial(self._show, left)),
            (tr("Discard"), partial(self._discard, left)),
        )

    def _answered(self, left: LeftEdits) -> None:
        self._take_back()
        self._waiting = [edit for edit in self._waiting if edit.path != left.path]
        self._offer()

    # Looking and discarding.

    def _show(self, left: LeftEdits) -> None:
        from waternet_plugin.gui.editing.left_edits_window import LeftEditsWindow

        answers = {
            "take_up": (tr("Take them up"), partial(self._take_up, left)),
            "discard": (tr("Discard"), partial(self._discard, left)),
        }
        window = LeftEditsWindow(self._session, left.edits, answers, self._session.iface.mainWindow())
        self._session.show_window(window)
        self._offer()

    def _discard(self, left: LeftEdits) -> None:
        if all(edit.path != left.path for edit in self._waiting):
            # The bar and the window may both have been answered.
            return
        self._discarded.append(left)
        self._answered(left)
        text = tr("%n edit(s) were discarded.", "", self._rows[left.path])
        self._session.say(text, "info", (tr("Undo"), partial(self._have_back, left)))

    def _have_back(self, left: LeftEdits) -> None:
        self._discarded = [edit for edit in self._discarded if edit.path != left.path]
        self._waiting.insert(0, left)
        self._offer()

    # Taking up.

    def _take_up(self, left: LeftEdits, earlier: Answers = NO_ANSWERS, more: Answers = NO_ANSWERS) -> bool:
        """Compare with the file, then go on where nothing is in the way."""
        from waternet_plugin.operations.editing.take_up_edits import TakeUpRequest, take_up_edits

        if any(layer.isEditable() and layer.isModified() for layer in self._session.layers()):
            text = tr(
                "There are newer edits in the layers. Save or discard them, then take up the older ones."
            )
            self._session.say(text, "warning")
            # After the message, above it.
            QTimer.singleShot(0, self._offer)
            return False
        answers = Answers({**earlier.rows, **more.rows})
        request = TakeUpRequest(left.edits, left.seen, answers)
        path = self._session.network_path

        def work(network: Any, progress: Any) -> Merged | None:
            # Another window may have taken them up.
            still_there = any(edit.path == left.path for edit in self._left(path))
            return take_up_edits(network, request, progress) if still_there else None

        self._session.run(
            tr("Taking up unsaved edits"),
            on_network(path, work),
            partial(self._merged, left, answers),
            failed=partial(self._failed, left),
            is_quiet=True,
        )
        return True

    def _failed(self, left: LeftEdits, error: Any) -> None:
        self._session.say_error(error)
        self._offer()

    def _merged(self, left: LeftEdits, answers: Answers, merged: Merged | None) -> None:
        from waternet_plugin.bridge.saving.buffers.taking_up import put_back
        from waternet_plugin.core.errors import WaterNetError
        from waternet_plugin.store import unsaved_edits

        if merged is None:
            self._session.say(tr("These edits were taken up or discarded in another window of QGIS."), "info")
            self._answered(left)
            return
        if merged.conflicts:
            self._session.show_edit_conflicts(
                merged.conflicts, partial(self._take_up, left, answers), tr("Take them up")
            )
            self._offer()
            return
        try:
            put_back(self._layers(merged), merged.edits)
        except WaterNetError as error:
            self._failed(left, error)
            return
        # They are in the file of this run before that of the other one goes.
        self._journal.flush()
        unsaved_edits.remove(left.path)
        self._answered(left)
        if merged.edits:
            text = tr("%n edit(s) are back in the layers. Save them, or undo them.", "", len(merged.edits))
        else:
            text = tr("The network holds these edits already; nothing was left to take up.")
        self._session.say(text, "success")

    def _layers(self, merged: Merged) -> dict[str, Any]:
        """Return the layers of the edited tables; InputError where one is not in the project."""
        from waternet_plugin.core.errors import InputError
        from waternet_plugin.core.schema.tables import table

        layers = {}
        for name in dict.fromkeys(edit.table for edit in merged.edits):
            layer = self._session.layer(name)
            if layer is None:
                text = tr(
                    "The layer {layer} is not in this project. Restore it in the panel, then try again."
                )
                raise InputError(text.format(layer=table(name).label))
            layers[name] = layer
        return layers

    def _left(self, path: str, _progress: Any = None) -> tuple[LeftEdits, ...]:
        from waternet_plugin.store.unsaved_edits import left_edits

        return left_edits(self._journal.folder, path)
