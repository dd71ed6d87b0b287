"""The window in which a crew's package is put together: area, crew, tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.gui import QgsFileWidget
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.package_tables import DEFAULT_TABLES, allowed_tables
from waternet_plugin.core.files.file_names import allowed_name
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr, with_name
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox, Message
from waternet_plugin.gui.printing.print_choice import ALL, NAMED, SELECTION, VIEW, PrintChoice, area_text
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import labelled, vertical
from waternet_plugin.gui.widgets.standard_buttons import speak

_LIST_HEIGHT = 130


class PackageWindow(HelpKey, QDialog):
    """Asks what a crew takes along, and writes the folder."""

    TOPIC = "field"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session.iface.mainWindow(), objectName="wn_field_package", windowTitle=tr("Field package")
        )
        self.session = session
        self.setMinimumWidth(520)
        self.area = ChoiceBox("wn_field_area", self._areas([]), VIEW)
        self.crew = QComboBox(self, objectName="wn_field_crew", editable=True)
        self.tables = QListWidget(self, objectName="wn_field_tables")
        self.tables.setFixedHeight(_LIST_HEIGHT)
        for name in sorted(allowed_tables(), key=lambda name: name not in DEFAULT_TABLES):
            item = QListWidgetItem(table(name).label, self.tables)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setCheckState(Qt.CheckState.Checked if name in DEFAULT_TABLES else Qt.CheckState.Unchecked)
        self.background = QgsFileWidget(self)
        self.background.setObjectName("wn_field_background")
        self.background.setStorageMode(QgsFileWidget.StorageMode.GetMultipleFiles)
        self.folder = QgsFileWidget(self)
        self.folder.setObjectName("wn_field_folder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.message = Message("wn_field_message")
        form = labelled(
            (tr("Area"), self.area),
            (tr("Crew"), self.crew),
            (tr("Tables"), self.tables),
            (tr("Background"), self.background),
            (tr("Folder"), self.folder),
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self._give)
        self.give = buttons.addButton(tr("Give"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.give.pyqtConfigure(objectName="wn_field_give", default=True)
        speak(buttons).rejected.connect(self.reject)
        vertical(form, self.message, buttons, parent=self, margins=12)
        self._proposed = ""
        self.crew.editTextChanged.connect(self._check)
        self.folder.fileChanged.connect(self._check)
        self.tables.itemChanged.connect(self._check)
        self._check()
        session.run(
            tr("Reading the network"), on_network(session.network_path, _known), self._fill, is_quiet=True
        )

    @staticmethod
    def _areas(named: list[tuple[str, str]]) -> list[tuple[str, str]]:
        usual = [(VIEW, tr("Map view")), (SELECTION, tr("Selection")), (ALL, tr("Whole network"))]
        return [*usual, *((f"{NAMED}:{key}", with_name(key, name)) for key, name in named)]

    def _fill(self, known: tuple[list[tuple[str, str]], list[str]]) -> None:
        if sip.isdeleted(self):
            return
        areas, crews = known
        self.area.fill(self._areas(areas), self.area.key())
        typed = self.crew.currentText()
        self.crew.addItems(crews)
        if typed or crews:
            self.crew.setEditText(typed or crews[0])

    @property
    def chosen_tables(self) -> list[str]:
        """Names of the tables that are ticked."""
        items = (self.tables.item(row) for row in range(self.tables.count()))
        return [
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    def _check(self, *_args: object) -> None:
        """Propose a folder for the crew, and say what is missing."""
        crew = self.crew.currentText().strip()
        if crew and self.folder.filePath() in ("", self._proposed):
            self._proposed = str(_free(Path(self.session.first_folder) / allowed_name(crew)))
            self.folder.setFilePath(self._proposed)
        self.give.setEnabled(bool(crew and self.folder.filePath() and self.chosen_tables))

    def _parameters(self) -> dict[str, Any]:
        key = self.area.key()
        named = key.partition(":")[2]
        return {
            "NETWORK": self.session.network_path,
            "AREA": area_text(self.session, PrintChoice(area=NAMED if named else key, named=named)),
            "CREW": self.crew.currentText().strip(),
            "TABLES": ";".join(self.chosen_tables),
            "LAYERS": ";".join(QgsFileWidget.splitFilePaths(self.background.filePath())),
            "OUTPUT": self.folder.filePath(),
        }

    def _give(self) -> None:
        try:
            parameters = self._parameters()
        except InputError as error:
            self.message.say(error.message)
            return
        self.give.setEnabled(False)
        self.session.run_algorithm("waternet:exportfieldpackage", parameters, self._given, failed=self._fail)

    def _given(self, results: dict[str, Any]) -> None:
        self.session.written("field_package")
        text = tr("Package {package} with %n row(s) is in {folder}.", "", int(results["ROWS"]))
        self.session.say(text.format(package=results["PACKAGE"], folder=results["OUTPUT"]), "success")
        self.accept()

    def _fail(self, error: Any) -> None:
        self.message.say(error.message)
        self.give.setEnabled(True)


def _known(network: Any, _progress: Any) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the areas and the crews to choose from."""
    from waternet_plugin.operations.contents.crews import known_crews
    from waternet_plugin.operations.contents.named_areas import named_areas

    return named_areas(network), known_crews(network)


def _free(path: Path) -> Path:
    """Return a folder that is not there yet: the one given, else with a number."""
    free, number = path, 2
    while free.exists():
        free, number = path.with_name(f"{path.name}_{number}"), number + 1
    return free


def open_package_window(session: Session) -> QWidget:
    """Open the window for a new package."""
    window: QWidget = session.show_window(PackageWindow(session))
    return window
