"""What the message bar says of a Save that was refused, and what follows one that was not."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer

from waternet_plugin import store
from waternet_plugin.bridge.saving.edit_journal import EditJournal
from waternet_plugin.bridge.saving.log_guard import LogGuard
from waternet_plugin.bridge.saving.native_commit import LOOK_MS, has_failed
from waternet_plugin.bridge.saving.saves import DoneSave, RefusedSave, Saves
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema import settings
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.editing.left_edits_offer import LeftEditsOffer

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_conflicts import Answers, RowConflict
    from waternet_plugin.gui.session.session import Session


def journal_folder() -> Path:
    """Return where unsaved edits are kept: beside the profile, never beside the network."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "unsaved"


def load_saving(_progress: Progress) -> None:
    """Load what a Save needs: loaded by the first Save, it would make that twice as long."""
    import_module("waternet_plugin.operations.editing.save_edits")
    settings.defaults()


def _opened(path: str, _progress: Progress) -> store.Network:
    return store.open_network(path)


class SaveBar(QObject):
    """Saves of our layers, and what the user is told of them.

    Parameters
    ----------
    session
        Says it, and tells everybody that rows were written.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_loaded = False
        stop_drawing = session.iface.mapCanvas().stopRendering
        self.guard = LogGuard(stop_drawing, self)
        self.guard.lost.connect(self._log_lost)
        self.saves = Saves(store.open_network, stop_drawing, self)
        self.saves.refused.connect(self._refused)
        self.saves.saved.connect(self._saved)
        self.saves.grouped.connect(self._grouped)
        self.saves.begun.connect(self._load)
        self.journal = EditJournal(self.saves, journal_folder(), self)
        self.journal.failed.connect(self._journal_failed)
        self.offer = LeftEditsOffer(session, self.journal, self)
        session.network_changed.connect(self._open_on_servers)
        if session.network_path:
            self._open_on_servers()

    def remove(self) -> None:
        """Leave saving to QGIS."""
        self._session.network_changed.disconnect(self._open_on_servers)
        self.offer.remove()
        self.journal.remove()
        self.saves.remove()
        self.guard.remove()

    def _open_on_servers(self) -> None:
        """Open networks on servers before anybody edits: it takes dozens of questions."""
        for path in self.saves.not_open_on_servers():
            self._session.run(
                tr("Reading…"),
                partial(_opened, path),
                partial(self.saves.take_opened, path),
                # Whoever edits opens it then, and is told what is wrong.
                failed=lambda _error: None,
                is_quiet=True,
            )

    def _load(self) -> None:
        """Load what a Save needs beside the window, while a person edits."""
        if not self._is_loaded:
            self._is_loaded = True
            # A Save loads what is missing still, and says what is wrong.
            self._session.run(
                tr("Reading…"),
                load_saving,
                lambda _done: None,
                failed=lambda _error: None,
                is_quiet=True,
            )

    def _journal_failed(self, reason: str) -> None:
        text = tr(
            "Edits can't be kept beside the profile ({reason}), so they are lost if QGIS ends before a Save. "
            "Save often, and make room on the disk."
        )
        self._session.say(text.format(reason=reason), "warning")

    def _log_lost(self, layer: QgsVectorLayer) -> None:
        text = tr(
            "Editing of {layer} was stopped before anything was changed: another program has just closed the "
            "network, and QGIS can't save to it safely. Copy edits of other layers that are not saved yet to "
            "another file, then restart QGIS."
        )
        self._session.say(text.format(layer=layer.name()), "error")

    def _refused(self, refused: RefusedSave) -> None:
        before = list(self._session.iface.messageBar().items())
        QTimer.singleShot(0, partial(self._tell_afterwards, refused, before))

    def _tell_afterwards(self, refused: RefusedSave, before: list[Any]) -> None:
        """Say why nothing was written after QGIS has said in its own way that it could not save."""
        if has_failed(refused.committed):
            self._tell_reason(refused, before)
        else:
            QTimer.singleShot(LOOK_MS, partial(self._tell_afterwards, refused, before))

    def _tell_reason(self, refused: RefusedSave, before: list[Any]) -> None:
        """Say in the bar why nothing was written, or ask where others changed rows too.

        What QGIS said meanwhile, of the same Save and in the words of its driver, goes: `before` is what
        stood in the bar when the Save began.
        """
        if self._session.is_closed:
            return
        from waternet_plugin.operations.editing.save_edits import EditConflictsError

        bar = self._session.iface.messageBar()
        for item in list(bar.items()):
            if item not in before:
                bar.popWidget(item)
        self._session.take_errors_back()
        if refused.edits == 1:
            text = tr("Not saved: {reason} Your edit is kept.")
        else:
            text = tr("Not saved: {reason} Your {n} edits are kept.")
        layer, fid = refused.layer, refused.fid
        action = None if fid is None else (tr("Show"), lambda: self._show(layer, fid))
        conflicts = refused.error.conflicts if isinstance(refused.error, EditConflictsError) else ()
        if conflicts:
            action = (tr("Show"), lambda: self._ask(layer, conflicts))
        self._session.say(text.format(reason=refused.error.message, n=refused.edits), "error", action)
        if conflicts:
            self._session.show_edit_conflicts(conflicts, partial(self._save_again, layer))

    def _ask(self, layer: QgsVectorLayer, conflicts: tuple[RowConflict, ...]) -> None:
        """Bring the pane of conflicts to the front; it may have been closed."""
        pane = self._session.window("wn_edit_conflicts")
        if pane is None or not pane.given.conflicts:
            self._session.show_edit_conflicts(conflicts, partial(self._save_again, layer))
        else:
            pane.show()
            pane.raise_()

    def _save_again(self, layer: QgsVectorLayer, answers: Answers) -> bool:
        return sip.isdeleted(layer) or not layer.isEditable() or self.saves.commit(layer, answers)

    def _show(self, layer: QgsVectorLayer, fid: int) -> None:
        """Go to a row and open its form."""
        if sip.isdeleted(layer):
            return
        iface = self._session.iface
        iface.setActiveLayer(layer)
        feature = layer.getFeature(fid)
        # A deleted row has no form any more; undo brings it back.
        if feature.isValid():
            layer.selectByIds([fid])
            if layer.isSpatial():
                iface.mapCanvas().zoomToFeatureIds(layer, [fid])
            iface.openFeatureForm(layer, feature, False, False)

    def _saved(self, done: DoneSave) -> None:
        from waternet_plugin.core.editing.row_shapes import dust_text
        from waternet_plugin.core.network.settling.doubled import doubled_text
        from waternet_plugin.store.changes.orphans import without_pipe_text
        from waternet_plugin.store.changes.unlikely_values import unlikely_text

        self._session.take_errors_back()
        self._session.close_conflicts()
        for text in (
            without_pipe_text(done.result.gone_pipes, done.result.left),
            doubled_text(done.result.doubled),
            dust_text(done.result.left_out),
            unlikely_text(done.result.unlikely),
        ):
            if text:
                self._session.say(text, "warning")
        # Not before QGIS is through with its own part.
        self.guard.turns.add(partial(self._tell, has_fields=bool(done.result.fields)))

    def _tell(self, *, has_fields: bool) -> None:
        if self._session.is_closed:
            return
        self._session.written()
        if has_fields:
            from waternet_plugin.gui.network.add_field import show_in_forms

            show_in_forms(self._session)

    def _grouped(self, layer: QgsVectorLayer) -> None:
        text = tr(
            "QGIS gathers the edits of this project in transaction groups, so WaterNet can't check a Save of "
            "{layer} or make it all or nothing, and others can't write meanwhile. Stop editing, then turn "
            "them off under Project Properties > Data Sources."
        )
        self._session.say(text.format(layer=layer.name()), "warning")
