"""Step 4: which network the rows go to, and where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyproj
import shapely
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.network.model.strays import bulk_box
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    GAP,
    INSIDE,
    MARGIN,
    ROW_HEIGHT,
    Message,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets.layouts import horizontal, scrolled, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.wizard.pages.places.axes_table import AxesTable
from waternet_plugin.gui.wizard.pages.places.map_preview import MapPreview, crs_text, qgis_crs, swatch
from waternet_plugin.gui.wizard.pages.places.place_question import PlaceQuestion
from waternet_plugin.gui.wizard.sources import row_coordinates
from waternet_plugin.gui.wizard.sources.source import PERSON
from waternet_plugin.gui.wizard.state import Fault, State
from waternet_plugin.gui.wizard.state import crs_text as text_of
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.geopackage.location import synced

# Rows farther than this from what the first source covers are pointed out, in metres.
_FAR_M = 20_000.0
# Of the map at least, and of what is said below it at most, in pixels.
_LEAST_MAP, _NOTES_HEIGHT = 140, 96
# As many files are seen without scrolling their list.
_MOST_ROWS = 6


class LocationPage(QWidget):
    """Choose the network and each file's CRS, and see on a map what follows from it.

    Parameters
    ----------
    state
        The wizard's memory.
    """

    changed = pyqtSignal()

    def __init__(self, state: State) -> None:
        super().__init__(objectName="wn_wizard_place")
        self._state = state
        self._filling = False
        left = QVBoxLayout(spacing=INSIDE)
        left.addWidget(widgets.heading(tr("Network")))
        self.into_open = QRadioButton(objectName="wn_wizard_into_open")
        self.into_new = QRadioButton(
            tr("A new network"), objectName="wn_wizard_into_new", toggled=self._choose_network
        )
        left.addWidget(self.into_open)
        left.addWidget(self.into_new)
        self.name_label = plain_label(tr("Name"))
        self.name = QLineEdit(
            objectName="wn_wizard_new_name",
            toolTip=tr(
                "What titles call the network, such as the name of the town. Empty: the name of the file."
            ),
            textEdited=self._named,
        )
        self.name_label.setBuddy(self.name)
        left.addLayout(horizontal(self.name_label, (self.name, 1), spacing=INSIDE))
        self.path = QLineEdit(objectName="wn_wizard_new_path", textEdited=self._typed)
        self.browse = QPushButton(
            tr("Browse…"), objectName="wn_wizard_new_browse", clicked=lambda _checked=False: self._ask_path()
        )
        left.addLayout(horizontal((self.path, 1), self.browse, spacing=INSIDE))
        self.crs = _system_box("wn_wizard_new_crs")
        self.crs.crsChanged.connect(self._crs_chosen)
        left.addWidget(self.crs)
        self.message = Message("wn_wizard_network_message")
        left.addWidget(self.message)
        left.addSpacing(GAP)
        left.addWidget(widgets.heading(tr("Coordinate system of each file")))
        self.table = plain_table("wn_wizard_places", [tr("File"), tr("Coordinate system")], [110, 170], 1)
        left.addWidget(self.table)
        self.axes = AxesTable()
        self.axes.chosen.connect(self._axes_chosen)
        left.addWidget(self.axes)
        left.addStretch(1)
        # On a laptop all this is higher than the window: what does not fit is scrolled to, never covered.
        inside = QWidget()
        inside.setLayout(left)
        left.setContentsMargins(0, 0, GAP, 0)
        choices = scrolled(inside, "wn_wizard_place_choices")
        self.question = PlaceQuestion()
        self.question.chosen.connect(self._place_chosen)
        self.notes = widgets.note(objectName="wn_wizard_place_notes")
        self.map = MapPreview(self)
        self.map.setMinimumHeight(_LEAST_MAP)
        self.map.chosen.connect(self.question.give)
        self.where = plain_label(objectName="wn_wizard_where", wordWrap=True)
        self._told = scrolled(self.notes, "wn_wizard_place_told")
        self._told.setMaximumHeight(_NOTES_HEIGHT)
        horizontal(
            (choices, 1),
            (vertical(self.question, (self.map, 1), self.where, self._told, spacing=INSIDE), 1),
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )

    # -------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Propose what is not said and show everything."""
        state = self._state
        state.fill_locations()
        self._filling = True
        there = bool(state.network_path)
        self.into_open.setVisible(there)
        self.into_new.setVisible(there)
        self.into_open.setText(tr("The open network, {name}").format(name=parse(state.network_path).name))
        self.into_open.setChecked(not state.makes_network)
        self.into_new.setChecked(state.makes_network)
        for widget in (self.name_label, self.name, self.path, self.browse, self.crs):
            widget.setVisible(state.makes_network)
        self._show_name()
        if self.path.text() != state.new_path:
            self.path.setText(state.new_path)
        self.path.setToolTip(literal(state.new_path))
        self.crs.setCrs(qgis_crs(state.new_crs))
        placed = [source for source in state.ready if row_coordinates.needs_coordinates(source)]
        self.table.setRowCount(0)
        self.table.setRowCount(len(placed))
        for line, source in enumerate(placed):
            self.table.setItem(line, 0, text_item(source.name, icon=swatch(state.ready.index(source))))
            box = _system_box(f"wn_wizard_crs_{line}")
            box.setCrs(qgis_crs(source.mapping.crs or text_of(source.own_crs)))
            box.setToolTip(literal(state.places.why(source)))
            box.crsChanged.connect(lambda crs, one=source: self._source_crs(one, crs))
            self.table.setCellWidget(line, 1, box)
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + ROW_HEIGHT * min(max(len(placed), 1), _MOST_ROWS) + 4)
        self.axes.show_sources(state.ready)
        self._filling = False
        self.show_rows()

    def show_rows(self) -> None:
        """Draw the rows where they would be written, and say what to know of it."""
        state = self._state
        fault = state.network_fault()
        self._say_fault()
        # What is asked is not known to be wrong.
        settled = [source for source in state.ready if not state.places.is_open(source)]
        warned = self.axes.warn(settled, state.target_crs if fault is None or fault.field == "path" else "")
        notes: list[tuple[str, str]] = []
        shapes: list[tuple[int, Any]] = []
        known = bool(state.target_crs) and (fault is None or fault.field == "path")
        for number, source in enumerate(state.ready):
            if not row_coordinates.needs_coordinates(source) or not known or state.places.is_open(source):
                continue
            try:
                found, said = row_coordinates.placed(source, state.target_crs)
            except WaterNetError as error:
                notes.append((source.name, error.message))
                continue
            if len(found):
                shapes.append((number, found))
            notes += [(source.name, one) for one in said]
        # What is said in red needs no second word.
        told = [line for line in (*_grouped(notes), *self._far(shapes)) if not warned.startswith(line)]
        self.notes.setText("\n".join(told))
        self._told.setVisible(bool(told))
        asked = next(iter(state.places.questions), None)
        self.question.ask(asked)
        order = {"Polygon": 0, "LineString": 1}
        drawn = sorted(shapes, key=lambda shape: order.get(shape[1][0].geom_type.replace("Multi", ""), 2))
        below = "" if state.makes_network else state.network_path
        if asked is None:
            self.map.show_shapes(state.target_crs, drawn, below)
        else:
            # Rows that are placed are in the network's system, which candidates are compared in, too.
            known_crs = state.places.compared_in
            same = drawn if known_crs == state.target_crs else []
            self.map.show_shapes(known_crs, same, below, state.places.ghosts(asked))
        self.where.setText("" if asked is not None and not shapes else self._describe(shapes))

    def _far(self, shapes: list[tuple[int, Any]]) -> list[str]:
        """Point out files that lie far from the first one."""
        boxes = [(number, shapely.box(*_box(found))) for number, found in shapes]
        if len(boxes) < 2:
            return []
        text = tr("{name} lies {km:,.0f} km from {first}. Check its coordinate system.")
        first = self._state.ready[boxes[0][0]].name
        return [
            text.format(name=self._state.ready[number].name, km=boxes[0][1].distance(box) / 1000, first=first)
            for number, box in boxes[1:]
            if boxes[0][1].distance(box) > _FAR_M
        ]

    def _describe(self, shapes: list[tuple[int, Any]]) -> str:
        """Return where on earth that is, and how large."""
        if not shapes:
            return tr("Nothing to show yet.")
        boxes = [_box(found) for _, found in shapes]
        west, south = (min(float(box[axis]) for box in boxes) for axis in (0, 1))
        east, north = (max(float(box[axis]) for box in boxes) for axis in (2, 3))
        crs = pyproj.CRS.from_user_input(self._state.target_crs)
        size = tr("{width:.1f} × {height:.1f} km").format(
            width=(east - west) / 1000, height=(north - south) / 1000
        )
        if crs.geodetic_crs is None:
            return size
        to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
        return tr("The middle is at {lon:.4f}° {ew}, {lat:.4f}° {ns}; {size}.").format(
            lon=abs(longitude),
            ew=tr("east") if longitude >= 0 else tr("west"),
            lat=abs(latitude),
            ns=tr("north") if latitude >= 0 else tr("south"),
            size=size,
        )

    # -------------------------------------------------------------------------------------- changes

    def _touched(self) -> None:
        self._state.touched = True
        self.changed.emit()

    def _choose_network(self, new: bool) -> None:
        if self._filling:
            return
        self._state.is_new_wanted = new
        self._touched()
        self.refresh()

    def _typed(self, text: str) -> None:
        self._state.name_file(text)
        self._show_name()
        self._say_fault()
        self._touched()

    def _named(self, text: str) -> None:
        self._state.name_network(text)
        self._touched()

    def _show_name(self) -> None:
        """Show what the new network is called; its file's name where nothing is said."""
        if self.name.text().strip() != self._state.new_title:
            self.name.setText(self._state.new_title)
        self.name.setPlaceholderText(Path(self._state.new_path).stem)

    def _say_fault(self) -> None:
        """Say why the network can't be made where it is to be, or what it has to fear there."""
        fault = self._state.network_fault()
        path = self._state.new_path if self._state.makes_network else ""
        note = synced.note(path) if path else ""
        self.message.say(fault.text if fault is not None else note)

    def _ask_path(self) -> None:
        path = file_dialogs.ask_where_to_save(
            self,
            tr("New network"),
            self._state.new_path,
            tr("WaterNet network (*.gpkg)"),
            lambda error: self.message.say(error.message),
        )
        if path is not None:
            self._state.name_file(str(path))
            self._show_name()
            self.path.setText(self._state.new_path)
            self._touched()
            self.show_rows()

    def _crs_chosen(self, crs: Any) -> None:
        if not self._filling:
            self._state.new_crs = crs_text(crs)
            self._touched()
            self.refresh()

    def _place_chosen(self, asked: Any, place: int) -> None:
        """Place the files of a question."""
        self._state.places.answer(asked, place)
        self._touched()
        self.refresh()

    def _source_crs(self, source: Any, crs: Any) -> None:
        if self._filling:
            return
        chosen = crs_text(crs)
        # The file's own needs no word in the mapping.
        source.set_crs("" if chosen == text_of(source.own_crs) else chosen)
        source.placed_by = PERSON if source.mapping.crs else ""
        self._touched()
        self.refresh()

    def _axes_chosen(self, _source: Any) -> None:
        self._touched()
        # A file that has places now needs a CRS.
        self.refresh()

    def show_fault(self, fault: Fault) -> None:
        """Put the cursor where the fault is."""
        if fault.field == "path":
            self.path.setFocus()
            self.path.selectAll()
        elif fault.field == "place":
            self.question.setFocus()
        elif fault.source is None:
            self.crs.setFocus()


def _system_box(name: str) -> QgsProjectionSelectionWidget:
    """Return a box for a coordinate system that may not be known yet."""
    box = QgsProjectionSelectionWidget(objectName=name)
    box.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.CrsNotSet, True)
    box.setNotSetText(tr("not known yet"))
    return box


def _box(shapes: Any) -> tuple[float, float, float, float]:
    """Return where the bulk of some geometries with a place lies."""
    box = bulk_box(shapely.bounds(shapes))
    assert box is not None  # Only geometries with a place are shown.
    return box


def _grouped(notes: list[tuple[str, str]]) -> list[str]:
    """Return each sentence once, after the names of the files it holds for."""
    names: dict[str, list[str]] = {}
    for name, sentence in notes:
        names.setdefault(sentence, []).append(name)
    return [row_coordinates.of_file(listed(those), sentence) for sentence, those in names.items()]
