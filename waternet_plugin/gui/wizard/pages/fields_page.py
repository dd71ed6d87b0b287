"""Step 2: which column fills which field, with sample values and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QPushButton, QTabBar, QToolButton, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.exchange.mapping import usefulness
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.files.file_names import allowed_name
from waternet_plugin.core.texts import joined, labelled, listed, tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    DOUBT,
    GAP,
    GOOD,
    MARGIN,
    ChoiceBox,
    Message,
    dot,
    keep_place,
    note,
    plain_table,
)
from waternet_plugin.gui.widgets.asking import ask_text
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.pages.details import Details
from waternet_plugin.gui.wizard.pages.field_row import FieldRow, column_entries
from waternet_plugin.gui.wizard.sources.library import Library, export, load
from waternet_plugin.gui.wizard.sources.source import GUESSED, LAST, LayerSource
from waternet_plugin.gui.wizard.state import Fault, State

# What is missing though it must be known comes first, then guesses, then what is assumed, then what is sure,
# then the rest.
_RANKS = {"missing": 0, "guess": 1, "assumed": 2, "sure": 3, "none": 4}
# Where it is the first thing to look at.
_FIRST = {"failure": "date"}
_MOST_OFFERS = 4


class FieldsPage(QWidget):
    """Show one mapping table a source.

    Parameters
    ----------
    state
        The wizard's memory.
    library
        The mappings that were kept.
    """

    changed = pyqtSignal()
    # Something to tell, and whether it is an error.
    told = pyqtSignal(str, bool)
    # The mapping is to be guessed anew.
    guess_wanted = pyqtSignal(object)

    def __init__(self, state: State, library: Library) -> None:
        super().__init__(objectName="wn_wizard_fields")
        self._state = state
        self._library = library
        self.rows: list[FieldRow] = []
        self._shown: LayerSource | None = None
        self.tabs = QTabBar(
            objectName="wn_wizard_fields_tabs",
            expanding=False,
            drawBase=False,
            currentChanged=lambda _place: self._show(),
        )
        self._basis = ChoiceBox("wn_wizard_mapping", minimumContentsLength=16, chosen=self._take_mapping)
        self._more = QToolButton(
            objectName="wn_wizard_mapping_more",
            text="…",
            toolTip=tr("Save, load or export the mapping"),
            popupMode=QToolButton.ToolButtonPopupMode.InstantPopup,
        )
        menu = QMenu(self._more)
        for name, text, slot in (
            ("save", tr("Save the mapping as…"), self.ask_name),
            ("import", tr("Load a mapping file…"), self.ask_import),
            ("export", tr("Export the mapping as a file…"), self.ask_export),
        ):
            menu_entry(menu, text, f"wn_wizard_mapping_{name}", slot)
        self._more.setMenu(menu)
        self.accept_all = QPushButton(
            objectName="wn_wizard_accept_columns", clicked=lambda _checked=False: self.accept_suggestions()
        )
        top = horizontal((self.tabs, 1), plain_label(tr("Mapping")), self._basis, self._more, spacing=GAP)
        self.table = plain_table(
            "wn_wizard_fields_table",
            [
                tr("WaterNet field"),
                tr("Column in the file"),
                tr("Read as"),
                tr("If empty"),
                tr("Values"),
                tr("How sure"),
            ],
            [156, 160, 104, 96, 108, 92],
            4,
        )
        self.details = Details()
        self.details.changed.connect(self._details_changed)
        self.table.currentCellChanged.connect(lambda *_cells: self._show_details())
        self.useless = Message("wn_wizard_useless", is_red=True)
        self.suggested = plain_label(objectName="wn_wizard_suggested", wordWrap=True)
        self.accept_file = QPushButton(
            tr("Accept the columns of this file"),
            objectName="wn_wizard_accept_file",
            clicked=lambda _checked=False: self.accept_this_file(),
        )
        # Buttons stay at the lower edge, wherever the texts above them end.
        keep_place(self.accept_all)
        bottom = Qt.AlignmentFlag.AlignBottom
        offered = horizontal(
            (self.suggested, 1), (self.accept_file, 0, bottom), (self.accept_all, 0, bottom), spacing=GAP
        )
        self.unused = note()
        vertical(
            top,
            (self.table, 1),
            self.details,
            self.useless,
            self.unused,
            offered,
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )

    @property
    def source(self) -> LayerSource | None:
        """The source whose table is shown."""
        ready = self._state.ready
        place = self.tabs.currentIndex()
        return ready[place] if 0 <= place < len(ready) else None

    def refresh(self) -> None:
        """Show the sources as they are."""
        shown, ready = self._shown, self._state.ready
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for source in ready:
            from waternet_plugin.core.schema.tables import table

            place = self.tabs.addTab(source.name)
            self.tabs.setTabToolTip(place, table(source.table).label)
            self._mark_tab(place, source)
        self.tabs.setCurrentIndex(ready.index(shown) if shown in ready else 0)
        self.tabs.blockSignals(False)
        self._show()

    def _show(self) -> None:
        self._shown = self.source
        source = self._shown
        self.rows = []
        self.table.setRowCount(0)
        if source is None:
            self._show_details()
            return
        self._fill_basis(source)
        table = source.described
        missing = set(source.missing_fields()) | set(usefulness.unfilled(source.table, source.mapping))

        def rank(name: str) -> int:
            if name == _FIRST.get(source.table):
                return -1
            return (
                _RANKS["missing"] if name in missing | set(source.faults) else _RANKS[source.confidence(name)]
            )

        fields = sorted(adoptable_fields(table), key=lambda field: (rank(field.name), not field.required))
        columns = column_entries(source)
        self.table.setUpdatesEnabled(False)
        self.table.setRowCount(len(fields))
        for line, described in enumerate(fields):
            is_id = described.name == table.id_field
            row = FieldRow(
                self.table, line, source, described, self._row_changed, columns, is_id=is_id, watch=self
            )
            self.rows.append(row)
        self.table.setUpdatesEnabled(True)
        self.table.setCurrentCell(0, 0)
        self._show_details()
        self._show_unused(source)

    def _show_unused(self, source: LayerSource) -> None:
        used = {given.column for given in source.mapping.fields.values()} | set(
            source.mapping.geometry.values()
        )
        used |= {*source.mapping.meters, source.mapping.unit_column, source.mapping.clock_column}
        names = [column for column in source.columns if column not in used]
        text = tr("Columns that match no field: {names}.").format(names=listed(names)) if names else ""
        self.unused.setText(joined(one for one in (text, *source.remarks(names)) if one))
        self._show_offers()

    def _show_offers(self) -> None:
        """Say in red what makes rows useless, and offer the columns whose values fit what nothing fills."""
        ready = self._state.ready
        lacks = [labelled(source.name, text) for source in ready for text in source.useless()]
        self.useless.say("\n".join(lacks))
        offers = [(source, suggestion) for source in ready for suggestion in source.suggestions()]
        text = tr("{name}: the values of {column} fit “{field}”.")
        self.suggested.setText(
            "\n".join(
                text.format(
                    name=source.name, column=one.column, field=source.described.field(one.field).label
                )
                for source, one in offers[:_MOST_OFFERS]
            )
        )
        count = len({(id(source), one.field) for source, one in offers})
        self.suggested.setVisible(bool(offers))
        self.accept_all.setText(tr("Accept all suggestions ({n})").format(n=count))
        self.accept_all.setVisible(bool(offers))
        shown = self.source
        self.accept_file.setEnabled(shown is not None and not shown.is_settled and not shown.missing_fields())

    def _mark_tab(self, place: int, source: LayerSource) -> None:
        """Show at a file's name whether its columns are all found."""
        missing = bool(source.missing_fields() or source.useless())
        self.tabs.setTabIcon(place, dot(BAD if missing else GOOD if source.is_settled else DOUBT))

    def accept_this_file(self) -> None:
        """Take the suggested columns of the file that is shown, and agree to those that were guessed."""
        source = self.source
        if source is not None and source.accept_file():
            self._state.touched = True
            self.refresh()
            self.changed.emit()

    def accept_suggestions(self) -> None:
        """Take the suggested columns of every source, the best for each field."""
        if sum(source.accept_columns() for source in self._state.ready):
            self._state.touched = True
            self.refresh()
            self.changed.emit()

    def _row_changed(self) -> None:
        self._state.touched = True
        if self.source is not None:
            self._show_unused(self.source)
            self._mark_tab(self.tabs.currentIndex(), self.source)
        self._show_details()
        self.changed.emit()

    def _row_shown(self) -> FieldRow | None:
        line = self.table.currentRow()
        return self.rows[line] if 0 <= line < len(self.rows) else None

    def _show_details(self) -> None:
        row = self._row_shown()
        self.details.show_field(self.source if row is not None else None, row.field if row else None)

    def _details_changed(self, name: str) -> None:
        self._state.touched = True
        for row in self.rows:
            if row.name == name:
                row.refresh()
        self.changed.emit()

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """Choose the row whose widget the keyboard enters."""
        if event.type() == QEvent.Type.FocusIn:
            line = next((place for place, row in enumerate(self.rows) if row.holds(watched)), -1)
            if line >= 0 and line != self.table.currentRow():
                self.table.setCurrentCell(line, 0)
        return False

    # ----------------------------------------------------------------------------- kept mappings

    def _fill_basis(self, source: LayerSource) -> None:
        choices: list[tuple[Any, str]] = [(GUESSED, tr("guessed"))]
        last = self._library.last(source.columns)
        if last is not None:
            choices.append((LAST, tr("last used, {date}").format(date=last.on)))
        choices += [(one.name, one.name) for one in self._library.named(source.columns)]
        if source.basis not in [key for key, _ in choices]:
            choices.append((source.basis, source.basis))
        self._basis.fill(choices, source.basis)

    def _take_mapping(self, key: str) -> None:
        source = self.source
        if source is None:
            return
        if key == GUESSED:
            self.guess_wanted.emit(source)
            return
        kept = (
            self._library.last(source.columns)
            if key == LAST
            else next((one for one in self._library.named(source.columns) if one.name == key), None)
        )
        if kept is not None:
            self.load(kept.path, kept.table, key)

    def load(self, path: Path, table: str, basis: str) -> None:
        """Take the mapping of a file for the source that is shown; a bad one leaves all as it was."""
        source = self.source
        if source is None:
            return
        try:
            source.use_mapping(load(path), table or source.table, basis)
        except WaterNetError as error:
            self._fill_basis(source)
            self.told.emit(error.message, True)
            return
        self._state.touched = True
        self.refresh()
        self.changed.emit()

    def ask_name(self) -> None:
        """Save the mapping under a name that the user types."""
        source = self.source
        if source is None:
            return
        proposed = source.basis if source.basis not in (GUESSED, LAST) else Path(source.name).stem
        name = ask_text(self, tr("Save the mapping"), tr("Name"), proposed)
        if name is not None:
            self.save_as(name)

    def save_as(self, name: str) -> None:
        """Save the mapping of the source that is shown under a name."""
        source = self.source
        if source is None:
            return
        try:
            path = self._library.save(name, source.columns, source.table, source.mapping)
        except WaterNetError as error:
            self.told.emit(error.message, True)
            return
        source.basis = path.stem
        self._fill_basis(source)
        self.told.emit(tr("The mapping is saved as “{name}”.").format(name=path.stem), False)

    def ask_import(self) -> None:
        """Load a MAPPING file that the user chooses."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Load a mapping file"), "", "JSON (*.json)")
        if path:
            self.load(Path(path), "", Path(path).stem)

    def ask_export(self) -> None:
        """Write the mapping to a file that the user names."""
        if self.source is None:
            return
        path = file_dialogs.ask_where_to_save(
            self,
            tr("Export the mapping"),
            f"{allowed_name(Path(self.source.name).stem)}.mapping.json",
            "JSON (*.json)",
            lambda error: self.told.emit(error.message, True),
        )
        if path is not None:
            self.export(path)

    def export(self, path: Path) -> None:
        """Write the mapping to a file that ``adoptlayers`` takes as it is."""
        if self.source is None:
            return
        try:
            export(self.source.mapping, path)
        except WaterNetError as error:
            self.told.emit(error.message, True)
            return
        self.told.emit(tr("The mapping is in {path}.").format(path=path), False)

    def show_fault(self, fault: Fault) -> None:
        """Bring the row that a fault speaks of into view."""
        ready = self._state.ready
        if fault.source in ready:
            self.tabs.setCurrentIndex(ready.index(fault.source))
        for line, row in enumerate(self.rows):
            if row.name == fault.field:
                self.table.scrollToItem(self.table.item(line, 0))
                self.table.selectRow(line)
                row.focus()
