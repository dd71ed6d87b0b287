"""WaterNet's page in QGIS's options."""

from __future__ import annotations

from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import labelled, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.paths import icon_path

# By which QGIS finds the page.
PAGE = "wn_settings_page"


class SettingsPage(HelpKey, QgsOptionsPageWidget):
    """The start page, who writes, and the way to the thresholds of the open network."""

    TOPIC = "settings"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from waternet_plugin.gui.start import start_page
        from waternet_plugin.store import default_user

        self.setObjectName(PAGE)
        self.session = session
        self.start = QCheckBox(
            tr("Show the start page when QGIS starts"),
            self,
            objectName="wn_settings_start",
            checked=start_page.asked_for_at_start(),
        )
        self.person = QLineEdit(default_user(), self, objectName="wn_settings_person", readOnly=True)
        self.name = QLineEdit(
            session.given_name,
            self,
            objectName="wn_settings_name",
            placeholderText=session.address.display_name,
            toolTip=tr(
                "What titles call the network, such as the name of the town. Empty: the name of the file."
            ),
            enabled=bool(session.network_path),
        )
        self._named = session.network_path
        note = plain_label(
            tr(
                "This name is recorded with every edit and batch. It is the name of your computer account; "
                "the environment variable WATERNET_USER overrides it."
            ),
            self,
            wordWrap=True,
            font=sized(self.font(), NOTE_PT),
        )
        self.thresholds = QPushButton(
            tr("Thresholds of this network…"),
            self,
            objectName="wn_settings_thresholds",
            enabled=bool(session.network_path),
        )
        if not session.network_path:
            self.thresholds.setToolTip(tr("Open a network first: each has its own thresholds."))
        self.thresholds.clicked.connect(lambda _checked=False: self._show_thresholds())
        form = labelled(
            (self.start,),
            (tr("Your name"), self.person),
            ("", note),
            (tr("Name of this network"), self.name),
            (tr("Thresholds"), self.thresholds),
        )
        vertical(form, 1, parent=self, spacing=None, margins=12)

    def apply(self) -> None:
        """Keep what was set; QGIS calls this when its dialog is accepted."""
        from waternet_plugin.gui.start import start_page

        start_page.set_shows_at_start(self.start.isChecked())
        wanted = self.name.text().strip()
        if self._named == self.session.network_path and wanted != self.session.given_name:
            self._rename(wanted)

    def _rename(self, name: str) -> None:
        """Write the network's name as one batch."""
        from waternet_plugin.operations.contents.change_settings import ChangeSettingsRequest, change_settings
        from waternet_plugin.store.network import NAME_KEY

        try:
            with self.session.network() as network:
                change_settings(network, ChangeSettingsRequest({NAME_KEY: name}))
        except WaterNetError as error:
            self.session.say_error(error)
            return
        self.session.written("setting")

    def _show_thresholds(self) -> None:
        from waternet_plugin.gui.dock.dialogs.thresholds import ThresholdsWindow

        # The options are modal, so the table is too, above them.
        window = ThresholdsWindow(self.session, self)
        window.exec()
        window.deleteLater()


class SettingsFactory(QgsOptionsWidgetFactory):
    """Make the page when QGIS opens its options."""

    def __init__(self, session: Session) -> None:
        super().__init__("WaterNet", QIcon(icon_path("waternet")))
        self._session = session

    def createWidget(self, parent: QWidget | None = None) -> QgsOptionsPageWidget:  # noqa: N802 (QGIS's name)
        """Return a new page."""
        return SettingsPage(self._session, parent)
