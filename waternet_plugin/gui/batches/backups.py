"""The backups of a network, newest first; the chosen one can be put back in the network's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches.network_size import megabytes
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.plain_text import question
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.geopackage.location.backup_files import Backup


def _moment(backup: Backup) -> str:
    """Return when a backup was made."""
    return moments.local(backup.at, seconds=True)


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("backup", tr("When"), write=_moment, width=152),
        TableColumn("size", tr("Size"), decimals=0, write=megabytes, width=88),
        TableColumn("before", tr("Made"), width=200, fills=True),
    )


def _made_before(backup: Backup, batches: list[dict[str, Any]]) -> str:
    """Return what a backup was made before: a change of version, or the first batch that came after it."""
    if backup.before_version is not None:
        return tr("before upgrading to version {version}").format(version=backup.before_version)
    from waternet_plugin.core.schema import domains

    # Newest first: the last one that is not older than the backup.
    later = [row for row in batches if row["at"] >= backup.at]
    if not later:
        return ""
    row = later[-1]
    kinds = domains.domain("batch_kind")
    label = kinds[row["kind"]].label if row["kind"] in kinds else row["kind"]
    what = ": ".join(part for part in (label, row["name"]) if part)
    return tr("before {batch}, {what}").format(batch=row["batch_id"], what=what)


class BackupsWindow(ListWindow):
    """A list of backups: when, how large, before what; one of them becomes the network again."""

    TOPIC = "backups"

    NAME = "wn_backups"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            session, tr("Backups of {name}").format(name=session.network_name), _columns(), parent
        )
        self.put_back = self._button(tr("Restore", "a backup"), "put_back", self._put_back)
        self.folder = self._button(tr("Open folder"), "folder", self._open_folder)
        session.data_changed.connect(self._data_changed)
        self.fill()

    def fill(self) -> None:
        """Read the list anew."""
        from waternet_plugin import store
        from waternet_plugin.operations.contents.recorded_batches import recorded_batches

        backups = store.backups(self.session.network_path)
        try:
            with self.session.network() as network:
                batches = recorded_batches(network)
        except WaterNetError as error:
            # The backups of a network that can't be opened are wanted most.
            self.answer.setText(error.message)
            batches = []
        self.table.set_rows(
            [{"backup": each, "size": each.size, "before": _made_before(each, batches)} for each in backups]
        )
        if not backups:
            self.answer.setText(
                tr("There is no backup yet. One is made before each adoption, or with “Back up now”.")
            )
        self._update()

    @property
    def chosen(self) -> Backup | None:
        """The backup that is selected."""
        rows = self.table.chosen
        return rows[0]["backup"] if rows else None

    def _update(self) -> None:
        self.put_back.setEnabled(self.chosen is not None)
        self.folder.setEnabled(bool(self.table.rows))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.table.rows[0]["backup"].path.parent)))

    def question(self) -> QMessageBox:
        """Return the question that is asked before a backup is put back."""
        backup = self.chosen
        text = tr("Return {name} to its state of {moment}?")
        box = question(
            self, tr("Restore a backup"), text.format(name=self.session.network_name, moment=_moment(backup))
        )
        box.setObjectName("wn_backups_question")
        box.setInformativeText(
            tr("The current state is saved as a backup first, so this can be undone in the same way.")
        )
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        box.addButton(tr("Restore", "a backup"), QMessageBox.ButtonRole.AcceptRole).setObjectName(
            "wn_backups_yes"
        )
        speak(box)
        return box

    def _put_back(self) -> None:
        backup = self.chosen
        if backup is None:
            return
        if any(layer.isEditable() and layer.isModified() for layer in self.session.layers()):
            self._say(tr("There are unsaved edits. Save or discard them, then restore."))
            return
        box = self.question()
        box.exec()
        is_meant = box.clickedButton() is not None and box.clickedButton().objectName() == "wn_backups_yes"
        box.deleteLater()
        if not is_meant:
            return
        self.put_back.setEnabled(False)
        self.session.run_algorithm(
            "restorebackup",
            {"BACKUP": str(backup.path), "IN_PLACE": True},
            lambda _results: self._done(backup),
            failed=lambda error: self._say(error.message),
        )

    def _done(self, backup: Backup) -> None:
        text = tr("The network is back in its state of {moment}. Its previous state is the newest backup.")
        self._say(text.format(moment=_moment(backup)))
