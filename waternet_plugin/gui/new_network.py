"""A new network: coordinate system, place, done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsUnitTypes
from qgis.gui import QgsFileWidget, QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QEvent, QStandardPaths
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import help_key, tasks
from waternet_plugin.gui.buttons import speak
from waternet_plugin.gui.plain_text import plain_label
from waternet_plugin.gui.section import TITLE_PT, sized
from waternet_plugin.store.geopackage import synced

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session

# The 3-degree zones of CGCS2000 by central meridian: EPSG:4534 is 75 degrees east, EPSG:4554 is 135.
_FIRST_ZONE, _FIRST_MERIDIAN, _ZONES = 4534, 75, 21
_OTHER = "other"


def is_metric(crs: QgsCoordinateReferenceSystem) -> bool:
    """Return whether a coordinate system is projected and measures in metres."""
    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    return crs.isValid() and not crs.isGeographic() and crs.mapUnits() == metres


def zone_choices() -> list[tuple[str, str]]:
    """Return label and code of the CGCS2000 zones, from west to east."""
    found = []
    for number in range(_ZONES):
        meridian = _FIRST_MERIDIAN + 3 * number
        text = tr("CGCS2000, central meridian {meridian}°E ({west}–{east}°E)")
        label = text.format(meridian=meridian, west=f"{meridian - 1.5:g}", east=f"{meridian + 1.5:g}")
        found.append((label, f"EPSG:{_FIRST_ZONE + number}"))
    return found


def proposed_path() -> Path:
    """Return a file that is not there yet, in the documents or another folder of this computer alone."""
    folder = synced.local_folder(
        QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    )
    name, number = tr("network", "file name"), 1
    while (folder / f"{name}-{number}.gpkg").exists():
        number += 1
    return folder / f"{name}-{number}.gpkg"


class NewNetworkDialog(QDialog):
    """Ask for the coordinate system and the file, then make the network and open its project.

    Parameters
    ----------
    session
        Opens the network.
    parent
        The main window.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wn_new_network")
        self.session = session
        self.setWindowTitle(tr("New network"))
        # Wide enough for “as the open project” and the whole name of a system.
        self.setMinimumWidth(720)
        self.zone = QComboBox(self)
        self.zone.setObjectName("wn_new_zone")
        self.zone.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.zone.setMinimumContentsLength(30)
        self.crs = QgsProjectionSelectionWidget(self)
        self.crs.setObjectName("wn_new_crs")
        self.file = QgsFileWidget(self)
        self.file.setObjectName("wn_new_file")
        self.file.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.file.setFilter(tr("WaterNet network (*.gpkg)"))
        self.file.setConfirmOverwrite(False)
        self.file.setFilePath(str(proposed_path()))
        self.note = plain_label("", self)
        self.note.setObjectName("wn_new_note")
        self.note.setWordWrap(True)
        self.note.setFont(sized(self.font(), TITLE_PT))
        form = QFormLayout()
        form.setSpacing(8)
        systems = QVBoxLayout()
        systems.setSpacing(4)
        systems.addWidget(self.zone)
        systems.addWidget(self.crs)
        form.addRow(tr("Coordinate system"), systems)
        form.addRow(tr("File"), self.file)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.create = buttons.addButton(tr("Create"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.create.setObjectName("wn_new_create")
        self.create.setDefault(True)
        buttons.accepted.connect(self._create)
        speak(buttons).rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self._fill_zones()
        self.zone.currentIndexChanged.connect(self._chosen)
        self.crs.crsChanged.connect(self._check)
        self.file.fileChanged.connect(self._check)
        self._chosen()

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        return help_key.answers(event, self.session, "start") or bool(super().event(event))

    def _fill_zones(self) -> None:
        """Offer the project's system first where it fits, then the zones of CGCS2000, then any other."""
        project = QgsProject.instance().crs()
        if not is_metric(project):
            self.zone.addItem(tr("Choose…"), "")
        else:
            name = project.userFriendlyIdentifier()
            self.zone.addItem(tr("As the open project: {crs}").format(crs=name), project.authid())
        for label, code in zone_choices():
            self.zone.addItem(f"{label}  {code}", code)
        self.zone.addItem(tr("Another one…"), _OTHER)
        last = self.zone.findData(str(self.session.remembered("new_crs", "")))
        self.zone.setCurrentIndex(0 if is_metric(project) else max(last, 0))

    @property
    def chosen_crs(self) -> QgsCoordinateReferenceSystem:
        """The coordinate system as chosen, invalid for none."""
        code = self.zone.currentData()
        if code == _OTHER:
            return self.crs.crs()
        return QgsCoordinateReferenceSystem(str(code)) if code else QgsCoordinateReferenceSystem()

    def _chosen(self, _index: int = 0) -> None:
        self.crs.setVisible(self.zone.currentData() == _OTHER)
        self._check()

    def _check(self, *_args: object) -> None:
        """Say what is still missing, before the button is pressed."""
        crs, path = self.chosen_crs, Path(self.file.filePath())
        text = ""
        if not crs.isValid():
            text = tr("Choose the coordinate system; its central meridian is the one nearest to the town.")
        elif not is_metric(crs):
            text = tr("{crs} does not measure in metres on a plane. Choose a projected one.").format(
                crs=crs.userFriendlyIdentifier()
            )
        elif not self.file.filePath():
            text = tr("Say where the network's file goes.")
        elif path.with_suffix(".gpkg").exists():
            text = tr("{name} is there already and stays. Choose another name.").format(name=path.name)
        # A warning does not hinder.
        self.note.setText(text or synced.note(path))
        self.create.setEnabled(not text)

    def _create(self) -> None:
        path = Path(self.file.filePath())
        if path.suffix.lower() != ".gpkg":
            path = path.with_name(path.name + ".gpkg")
        crs = self.chosen_crs
        code = (
            crs.authid()
            if crs.authid().startswith("EPSG:")
            else crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED)
        )
        try:
            tasks.keep_packages_apart()
            from waternet_plugin import store

            if path.parent == proposed_path().parent:
                path.parent.mkdir(parents=True, exist_ok=True)
            with store.create_network(path, code):
                pass
        except OSError as error:
            text = tr("The folder {folder} can't be made: {reason}. Choose another one.")
            self.note.setText(text.format(folder=path.parent, reason=error.strerror or error))
            return
        except WaterNetError as error:
            # Said here, where what was typed can be corrected.
            self.note.setText(error.message)
            return
        self.session.remember("new_crs", crs.authid())
        self.accept()
        self.session.open_network(str(path))
