"""Photos and documents of an asset in its form: a button that lists, opens and adds them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.file_dialogs import open_file
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.attachments.attached_files import AttachedFile

_FOLDER = "forms/attachments"
_LONGEST_NAME = 60


class AttachmentButton(QPushButton):
    """How many photos and documents an asset has; its menu opens each and adds others."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_form_attachments", autoDefault=False)
        self._session = session
        self._latest = LatestReading(session.run, self)
        self._table, self._asset = "", ""
        self.files: tuple[AttachedFile, ...] = ()
        self.setMenu(QMenu(self, objectName="wn_form_attachments_menu", toolTipsVisible=True))
        self._fill()

    def show_asset(self, described: Table, asset: str) -> None:
        """Read what an asset has; '' for one that is not there yet."""
        self._table, self._asset = described.name, asset
        self._latest.drop()
        table, path = described.name, self._session.network_path
        self.files = ()
        self._fill()
        if not asset or not path:
            return

        def read(network: Any, _progress: Any) -> tuple[AttachedFile, ...]:
            from waternet_plugin.operations.attachments.attached_files import attached_files

            return attached_files(network, table, asset)

        def show(files: tuple[AttachedFile, ...]) -> None:
            self.files = files
            self._fill()

        self._latest.begin(
            tr("Reading the network"), on_network(path, read), show, lambda _error: None, is_quiet=True
        )

    def _fill(self) -> None:
        self.setVisible(bool(self._asset))
        self.setText(tr("Photos and documents: {count}").format(count=len(self.files)))
        self.menu().clear()
        for number, file in enumerate(self.files):
            day = "" if file.taken_on is None else f"{file.taken_on.isoformat()}  "
            name = file.name if len(file.name) <= _LONGEST_NAME else f"{file.name[:_LONGEST_NAME]}…"
            tip = file.fault or file.name
            on_click = partial(self._open, file)
            entry = f"{day}{name}".replace("&", "&&")
            menu_entry(self.menu(), entry, f"wn_form_attachment_{number}", on_click, toolTip=literal(tip))
        if self.files:
            self.menu().addSeparator()
        menu_entry(self.menu(), tr("Add photos or documents…"), "wn_form_attachment_add", self._add)

    def _open(self, file: AttachedFile) -> None:
        if file.path is None:
            self._session.say(file.fault, "warning")
        else:
            open_file(file.path)

    def _add(self) -> None:
        from waternet_plugin.store.attachments import DOCUMENT_ENDINGS, PHOTO_ENDINGS

        folder = str(self._session.remembered(_FOLDER, "") or "")
        kinds = " ".join(f"*{ending}" for ending in (*PHOTO_ENDINGS, *DOCUMENT_ENDINGS))
        title = tr("Photos and documents of {asset}").format(asset=self._asset)
        every = tr("Photos and documents")
        files, _ = QFileDialog.getOpenFileNames(self, title, folder, f"{every} ({kinds})")
        if not files:
            return
        self._session.remember(_FOLDER, files[0].rpartition("/")[0])
        shown = self._table, self._asset
        given = {"TABLE": self._table, "ASSET": self._asset, "FILES": ";".join(files)}
        parameters = {"NETWORK": self._session.network_path, **given}

        def done(_results: dict[str, Any]) -> None:
            if not sip.isdeleted(self) and shown == (self._table, self._asset):
                from waternet_plugin.core.schema.tables import table

                self.show_asset(table(self._table), self._asset)

        self._session.run_algorithm("attachfiles", parameters, done, failed=self._session.say_error)
