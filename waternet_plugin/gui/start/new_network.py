"""A new network: place, coordinate system, file, done. Nothing is made before the open project is left."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsUnitTypes
from qgis.gui import QgsFileWidget, QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QStandardPaths
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from waternet_plugin import store
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import TITLE_PT, sized
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.start import beginning, city_search, open_networks
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label, tip_text
from waternet_plugin.gui.widgets.standard_buttons import speak
from waternet_plugin.store.geopackage.location import synced

# The 3-degree zones of CGCS2000 by central meridian: EPSG:4534 is 75 degrees east, EPSG:4554 is 135.
_FIRST_ZONE, _FIRST_MERIDIAN, _ZONES = 4534, 75, 21
_OTHER = "other"
# Towns lie a little beside the area of their system, in degrees.
_BESIDE_DEG = 1.0


def is_metric(crs: QgsCoordinateReferenceSystem) -> bool:
    """Return whether a coordinate system is projected and measures in metres."""
    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    return crs.isValid() and not crs.isGeographic() and crs.mapUnits() == metres


def zone_choices() -> list[tuple[str, str]]:
    """Return label and code of the CGCS2000 zones, from west to east."""
    choices = []
    for number in range(_ZONES):
        meridian = _FIRST_MERIDIAN + 3 * number
        text = tr("CGCS2000, central meridian {meridian}°E ({west}–{east}°E)")
        label = text.format(meridian=meridian, west=f"{meridian - 1.5:g}", east=f"{meridian + 1.5:g}")
        choices.append((label, f"EPSG:{_FIRST_ZONE + number}"))
    return choices


def proposed_path() -> Path:
    """Return a file that is not there yet, in the documents or another folder of this computer alone."""
    folder = synced.local_folder(
        QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    )
    name, number = tr("network", "file name"), 1
    while (folder / f"{name}-{number}.gpkg").exists():
        number += 1
    return folder / f"{name}-{number}.gpkg"


def new_file_box(parent: QWidget, name: str, proposed: Path) -> QgsFileWidget:
    """Return the box in which a person says which file becomes a network."""
    box = QgsFileWidget(parent, objectName=name)
    box.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
    box.setFilter(tr("WaterNet network (*.gpkg)"))
    box.setConfirmOverwrite(False)
    box.setFilePath(str(proposed))
    return box


class NewNetworkDialog(HelpKey, QDialog):
    """Ask for the coordinate system and the file, then make the network and open its project."""

    TOPIC = "new_network"

    # It makes a network of its own.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_new_network", windowTitle=tr("New network"))
        self.session = session
        # Wide enough for “as the open project” and the whole name of a system.
        self.setMinimumWidth(800)
        self.place = QComboBox(
            self,
            objectName="wn_new_place",
            editable=True,
            insertPolicy=QComboBox.InsertPolicy.NoInsert,
        )
        self.place.lineEdit().setPlaceholderText(tr("A city, or longitude and latitude: 118.80, 32.06"))
        self.zone = QComboBox(
            self,
            objectName="wn_new_zone",
            minimumContentsLength=30,
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
        )
        tip_text(self.zone)
        self.crs = QgsProjectionSelectionWidget(self, objectName="wn_new_crs")
        self.file = new_file_box(self, "wn_new_file", proposed_path())
        self.name = QLineEdit(
            self,
            objectName="wn_new_name",
            toolTip=tr(
                "What titles call the network, such as the name of the town. Empty: the name of the file."
            ),
        )
        self.note = plain_label(
            "", self, objectName="wn_new_note", wordWrap=True, font=sized(self.font(), TITLE_PT)
        )
        form = QFormLayout(spacing=8)
        systems = vertical(self.zone, self.crs, spacing=4)
        form.addRow(tr("Place"), self.place)
        form.addRow(tr("Coordinate system"), systems)
        form.addRow(tr("File"), self.file)
        form.addRow(tr("Name"), self.name)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self._create)
        self.create = buttons.addButton(tr("Create"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.create.setObjectName("wn_new_create")
        self.create.setDefault(True)
        speak(buttons).rejected.connect(self.reject)
        vertical(form, self.note, 1, buttons, parent=self, margins=12)
        self._fill_zones()
        self._fill_places()
        self.place.currentTextChanged.connect(self._place_chosen)
        self.zone.currentIndexChanged.connect(self._chosen)
        self.crs.crsChanged.connect(self._check)
        self.file.fileChanged.connect(self._check)
        self._chosen()

    def _fill_zones(self) -> None:
        """Offer the project's system first where it fits, then the zones of CGCS2000, then any other."""
        project = QgsProject.instance().crs()
        if not is_metric(project):
            self.zone.addItem(tr("Choose…"), "")
        else:
            name = project.description() or project.userFriendlyIdentifier()
            self.zone.addItem(tr("As the open project: {crs}").format(crs=name), project.authid())
        for label, code in zone_choices():
            self.zone.addItem(f"{label}  {code}", code)
        self.zone.addItem(tr("Another one…"), _OTHER)
        last = self.zone.findData(str(self.session.remembered("new_crs", "")))
        self.zone.setCurrentIndex(0 if is_metric(project) else max(last, 0))

    def _fill_places(self) -> None:
        """Offer what the map shows, where it shows something, then the cities of the list."""
        self._shown = city_search.map_centre(self.session.iface.mapCanvas())
        if self._shown is not None:
            self.place.addItem(tr("What the map shows now"))
        self.place.addItems(city_search.city_names())
        if self._shown is None or not is_metric(QgsProject.instance().crs()):
            self.place.setCurrentIndex(-1)
            self.place.setEditText("")

    @property
    def chosen_lonlat(self) -> city_search.LonLat | None:
        """Longitude and latitude of the place, None while none is named."""
        text = self.place.currentText()
        if self._shown is not None and text == tr("What the map shows now"):
            return self._shown
        return city_search.lonlat_of(text)

    def _place_chosen(self, _text: str) -> None:
        """Choose the coordinate system that fits the place; it can be changed."""
        lonlat = self.chosen_lonlat
        if lonlat is not None:
            tasks.keep_packages_apart()
            from waternet_plugin.store.metric import metric_crs_at

            code = metric_crs_at(*lonlat)
            at = self.zone.findData(code)
            if at >= 0:
                self.zone.setCurrentIndex(at)
            elif code:
                self.zone.setCurrentIndex(self.zone.findData(_OTHER))
                self.crs.setCrs(QgsCoordinateReferenceSystem(code))
        self._check()

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
        crs, path, lonlat = self.chosen_crs, Path(self.file.filePath()), self.chosen_lonlat
        self.name.setPlaceholderText(path.stem)
        text, note = "", ""
        if self.place.currentText().strip() and lonlat is None:
            text = tr("The location is neither a city in the list nor two coordinates such as 118.80, 32.06.")
        elif not crs.isValid():
            text = tr("Choose where the network is, or choose its coordinate system.")
        elif not is_metric(crs):
            text = tr("{crs} is not a plane coordinate system in metres. Choose a projected one.").format(
                crs=crs.userFriendlyIdentifier()
            )
        elif not self.file.filePath():
            text = tr("Choose where to save the network.")
        elif path.with_suffix(".gpkg").exists():
            text = tr("{name} already exists and is kept. Choose another name.").format(name=path.name)
        elif lonlat is not None and not _is_made_for(crs, lonlat):
            # A warning does not hinder.
            note = tr("{crs} is not meant for {place}: lengths would be wrong.").format(
                crs=crs.userFriendlyIdentifier(), place=city_search.described(lonlat)
            )
        self.note.setText(text or note or synced.note(path))
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
        lonlat = self.chosen_lonlat
        try:
            _check_file(path)
            if not open_networks.leave_project(self.session):
                self.note.setText(tr("Nothing has been created yet: the open project was kept."))
                return
            self._make(path, code, lonlat)
        except OSError as error:
            text = tr("The folder {folder} can't be created: {reason}. Choose another one.")
            self.note.setText(text.format(folder=path.parent, reason=error.strerror or error))
            return
        except WaterNetError as error:
            # Said here, where what was typed can be corrected.
            self.note.setText(error.message)
            return
        self.session.remember("new_crs", crs.authid())
        self.accept()
        if self.session.open_network(str(path)):
            beginning.say_how(self.session)

    def _make(self, path: Path, crs: str, lonlat: city_search.LonLat | None) -> None:
        """Make a network and its project; when one of them fails, or is cancelled, neither stays."""
        from waternet_plugin.store.geopackage.opening import creating

        if _is_proposed(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        with store.create_network(path, crs, title=self.name.text()):
            pass
        try:
            open_networks.prepare_map(str(path), self, lonlat)
        except BaseException:
            creating.remove_new(path)
            raise


def _is_made_for(crs: QgsCoordinateReferenceSystem, lonlat: city_search.LonLat) -> bool:
    """Return whether a place lies in the area a coordinate system is made for, or beside it."""
    area = crs.bounds()
    if area.isEmpty():
        return True
    area.grow(_BESIDE_DEG)
    return bool(area.contains(QgsPointXY(*lonlat)))


def _is_proposed(folder: Path) -> bool:
    """Return whether a folder is the one that is proposed, which is made on the way."""
    return folder == proposed_path().parent


def _check_file(path: Path) -> None:
    """Refuse a place where no network can be made, before the open project is left."""
    tasks.keep_packages_apart()
    from waternet_plugin.store.geopackage.opening import creating

    if path.parent.exists() or not _is_proposed(path.parent):
        creating.check_target(path)
