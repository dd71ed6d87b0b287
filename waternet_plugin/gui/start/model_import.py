"""A model of EPANET or SWMM becomes a network: one window, then the network is open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QWidget

from waternet_plugin.core.exchange.model_files.model_text import SWMM
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes.section import TITLE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.start.new_network import is_metric, new_file_box, proposed_path
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak
from waternet_plugin.store.geopackage.location import synced

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.model_files.open_unit import OpenFlowUnit
    from waternet_plugin.operations.hydraulics.look_at_models import ModelSeen


class ModelImport(HelpKey, QDialog):
    """Ask where a model lies and where its network is kept, import it and open the network.

    Parameters
    ----------
    path
        The model.
    engine
        ``epanet`` or ``swmm``.
    """

    TOPIC = "new_network"

    # It makes a network of its own.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Session, path: str, engine: str) -> None:
        title = tr("Bring in a SWMM model") if engine == SWMM else tr("Bring in an EPANET model")
        super().__init__(session.iface.mainWindow(), objectName="wn_model_import", windowTitle=title)
        self.session, self.path, self.engine = session, Path(path), engine
        self.setMinimumWidth(620)
        self.crs = QgsProjectionSelectionWidget(self, objectName="wn_model_crs")
        self.crs.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.CrsNotSet, True)
        self.crs.setNotSetText(tr("Not known: a plane of its own"))
        self.target = QgsProjectionSelectionWidget(self, objectName="wn_model_target_crs")
        self.file = new_file_box(
            self, "wn_model_file", _free(proposed_path().with_name(f"{self.path.stem}.gpkg"))
        )
        self.note = plain_label(
            "", self, objectName="wn_model_note", wordWrap=True, font=sized(self.font(), TITLE_PT)
        )
        # Asked of a file that names no unit alone; else it is not there.
        self.unit = ChoiceBox("wn_model_unit", chosen=self._check)
        self._open_unit: OpenFlowUnit | None = None
        form = QFormLayout(spacing=8)
        form.addRow(tr("Model file"), plain_label(self.path.name))
        self.summary = plain_label("", self, objectName="wn_model_summary", wordWrap=True)
        form.addRow(tr("Coordinate system of the model"), self.crs)
        form.addRow(tr("Coordinate system of the network"), self.target)
        self._unit_label = plain_label(tr("Flow unit, which the model does not give"))
        form.addRow(self._unit_label, self.unit)
        for widget in (self._unit_label, self.unit):
            widget.hide()
        form.addRow(tr("File"), self.file)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self._import)
        self.take = buttons.addButton(tr("Import", "verb"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setObjectName("wn_model_take")
        self.take.setDefault(True)
        speak(buttons).rejected.connect(self.reject)
        vertical(form, self.summary, self.note, 1, buttons, parent=self, margins=12)
        self._why = ""
        self.crs.crsChanged.connect(self._crs_chosen)
        self.target.crsChanged.connect(self._check)
        self.file.fileChanged.connect(self._check)
        self._check()
        self.session.run(
            tr("Reading {source}").format(source=self.path.name), self._look, self._propose, failed=self._fail
        )

    def _look(self, _progress: Any) -> ModelSeen:
        from waternet_plugin.operations.hydraulics.look_at_models import look_at_epanet, look_at_swmm

        return look_at_swmm(self.path) if self.engine == SWMM else look_at_epanet(self.path)

    def _fail(self, error: Any) -> None:
        self.take.setEnabled(False)
        self.note.setText(error.message)

    def _propose(self, seen: ModelSeen) -> None:
        """Take the system that the numbers leave, where nobody chose one meanwhile; ask what is open."""
        placed, self._open_unit = seen.place, seen.unit
        self.summary.setText(joined(seen.sentences))
        # The window grows with what is to be read there.
        self.adjustSize()
        self._ask_unit()
        self._why = joined(piece.text for piece in placed.evidence)
        if placed.reading is not None and not self.crs.crs().isValid():
            self.crs.setCrs(QgsCoordinateReferenceSystem(placed.reading.crs))
        self._check()

    def _ask_unit(self) -> None:
        """Ask for the flow unit of a file that names none, with the likely one filled in."""
        if self._open_unit is None:
            return
        self.unit.fill(list(self._open_unit.labels.items()), self._open_unit.suggestion)
        for widget in (self._unit_label, self.unit):
            widget.show()

    def _unit_note(self) -> str:
        """Return what the diameters become with the chosen unit, '' where the file names it."""
        if self._open_unit is None:
            return ""
        low, high = self._open_unit.sizes_mm(self.unit.key())
        text = tr("The model gives no flow unit; with {unit} its diameters become {low} to {high} mm.")
        return text.format(unit=self.unit.key(), low=f"{low:,.0f}", high=f"{high:,.0f}")

    def _crs_chosen(self, crs: QgsCoordinateReferenceSystem) -> None:
        if is_metric(crs):
            self.target.setCrs(crs)
        self._check()

    def _check(self, *_args: object) -> None:
        """Say what is still missing, before the button is pressed."""
        source, target, path = self.crs.crs(), self.target.crs(), Path(self.file.filePath())
        text, note = "", self._why
        if source.isValid() and not is_metric(target):
            text = tr("The network needs a coordinate system. Choose a projected one in metres.")
        elif not self.file.filePath() or path.suffix.lower() != ".gpkg":
            text = tr("The network needs a file name that ends in .gpkg.")
        elif path.exists():
            text = tr("{name} already exists and is kept. Choose another name.").format(name=path.name)
        elif not source.isValid():
            note = tr("Without a coordinate system the network lies on a plane of its own, on no base map.")
        self.target.setEnabled(source.isValid())
        self.note.setText(
            text or joined(sentence for sentence in (note, self._unit_note(), synced.note(path)) if sentence)
        )
        self.take.setEnabled(not text)

    def _import(self) -> None:
        folder = Path(self.file.filePath()).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = tr("The folder {folder} can't be created: {reason}. Choose another one.")
            self.note.setText(text.format(folder=folder, reason=error.strerror or error))
            return
        given: dict[str, Any] = {"INPUT": str(self.path), "OUTPUT": self.file.filePath()}
        if self.crs.crs().isValid():
            given |= {"CRS": self.crs.crs(), "TARGET_CRS": self.target.crs()}
        if self._open_unit is not None:
            given["FLOW_UNIT"] = self.unit.key()
        self.take.setEnabled(False)
        self.session.run_algorithm(f"import{self.engine}", given, self._open, failed=self._fail)

    def _open(self, results: dict[str, Any]) -> None:
        self.accept()
        self.session.open_network(str(results["OUTPUT"]))


def _free(path: Path) -> Path:
    """Return a path that is not there yet: the one given, else with a number."""
    free, number = path, 2
    while free.exists():
        free, number = path.with_name(f"{path.stem}_{number}{path.suffix}"), number + 1
    return free


def open_model_import(session: Session, path: str, engine: str) -> QWidget:
    """Open the window for a model."""
    tasks.keep_packages_apart()
    window: QWidget = session.show_window(ModelImport(session, path, engine))
    return window
