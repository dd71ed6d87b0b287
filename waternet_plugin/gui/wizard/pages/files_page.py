"""Step 1: choose files and layers, look at their rows, say what they are."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.exchange.guessing.confidences import SURE
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_tables
from waternet_plugin.core.files.drawn_entities import LAYER_COLUMN
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    GAP,
    MARGIN,
    ChoiceBox,
    confidence_dot,
    dot,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.wizard.pages.heading_row import HeadingRow, show_rows
from waternet_plugin.gui.wizard.pages.period_year import PeriodYear
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.state import State

_WIDTH = 260
_CAD_LAYER = Qt.ItemDataRole.UserRole + 1

_ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252", "cp1251", "shift_jis", "euc_kr")
_ENDS = "shp gpkg csv xlsx xls geojson json txt tsv dbf fgb gml kml kmz dxf tab ods sqlite".split()
# What opens an import of its own.
_ENDS_ELSEWHERE = "inp xml jxl jobxml gsi sdr rw5 dat".split()
_TICK, _NAME, _TABLE, _SURE, _ROWS, _ENCODING = range(6)
_SHOWN_ROWS = 12
_MOST_LEFT_OUT, _MOST_TOLD = 3, 40


class FilesPage(QWidget):
    """List the layers of the files with the table each becomes; show the first rows of one.

    Parameters
    ----------
    state
        The wizard's memory.
    remembered_folder
        Where the choosing of files begins.
    """

    # Paths to read; (source, encoding) to read again; whatever else changed.
    wanted = pyqtSignal(list)
    layers_wanted = pyqtSignal(list)
    reread = pyqtSignal(object, str)
    table_changed = pyqtSignal(object, str)
    changed = pyqtSignal()

    def __init__(self, state: State, remembered_folder: str = "") -> None:
        super().__init__(objectName="wn_wizard_files")
        self._state = state
        self._folder = remembered_folder
        self._filling = False
        self._choose = QPushButton(
            tr("Choose files…"),
            objectName="wn_wizard_choose_files",
            clicked=lambda _checked=False: self.choose(),
        )
        self._layers = QPushButton(tr("Open layers"), objectName="wn_wizard_open_layers")
        self._menu = QMenu(self._layers, aboutToShow=self._fill_menu)
        self._layers.setMenu(self._menu)
        hint = plain_label(tr("Or drop files and folders here; several at once."))
        buttons = horizontal(self._choose, self._layers, (hint, 1), spacing=GAP)
        self.table = plain_table(
            "wn_wizard_sources",
            ["", tr("Layer"), tr("Becomes"), tr("How sure"), tr("Rows"), tr("Encoding")],
            [28, 200, 140, 76, 72, 156],
            _NAME,
        )
        self.table.currentCellChanged.connect(lambda row, *_rest: self._show_rows(row))
        self.table.itemChanged.connect(self._ticked)
        below = QWidget()
        self._caption = widgets.heading("")
        self.preview = QTableWidget(
            objectName="wn_wizard_preview",
            wordWrap=False,
            editTriggers=QTableWidget.EditTrigger.NoEditTriggers,
        )
        self.preview.verticalHeader().setDefaultSectionSize(24)
        self.heading = HeadingRow()
        self.period = PeriodYear()
        top = horizontal((self._caption, 1), self.period, self.heading, spacing=GAP)
        self._left_out = widgets.note(objectName="wn_wizard_left_out")
        self.period.refused.connect(self._left_out.setText)
        self.cad_layers = CadLayers()
        shown = horizontal(self.cad_layers, (self.preview, 1), spacing=GAP)
        vertical(top, self._left_out, (shown, 1), parent=below, spacing=4, margins=0)
        splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        splitter.addWidget(self.table)
        splitter.addWidget(below)
        splitter.setSizes([170, 230])
        vertical(buttons, (splitter, 1), parent=self, spacing=GAP, margins=(MARGIN, MARGIN, MARGIN, 0))

    def choose(self) -> None:
        """Ask for files, several at once."""
        kinds = " ".join(f"*.{end}" for end in (*_ENDS, *_ENDS_ELSEWHERE))
        ours, every = tr("Layers and tables"), tr("All files")
        filters = f"{ours} ({kinds});;{every} (*)"
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Choose files"), self._folder, filters)
        if paths:
            self.wanted.emit(list(paths))

    def _fill_menu(self) -> None:
        self._menu.clear()
        layers = [
            layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsVectorLayer)
        ]

        for layer in sorted(layers, key=lambda one: one.name()):
            # Ours are the network itself.
            if layer.isValid() and not layer.customProperty(LAYER_MARK):
                action = self._menu.addAction(layer.name())
                action.triggered.connect(lambda _checked=False, one=layer: self._take_layer(one.id()))
        if self._menu.isEmpty():
            self._menu.addAction(tr("No other layer is open.")).setEnabled(False)

    def _take_layer(self, layer_id: str) -> None:
        layer = QgsProject.instance().mapLayer(layer_id)
        if layer is not None:
            self.layers_wanted.emit([layer])

    # -------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Show the sources as they are."""
        from waternet_plugin.core.reports.adoption.adoption import confidence_text

        row = max(self.table.currentRow(), 0)
        self._filling = True
        tables = [(name, table(name).label) for name in adoptable_tables()]
        self.table.setRowCount(len(self._state.sources))
        for place, source in enumerate(self._state.sources):
            tick = QTableWidgetItem()
            tick.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            tick.setCheckState(Qt.CheckState.Checked if source.taken else Qt.CheckState.Unchecked)
            self.table.setItem(place, _TICK, tick)
            broken = dot(BAD) if source.error else None
            told = source.error or source.why_left or source.origin
            self.table.setItem(place, _NAME, text_item(source.name, tooltip=told, icon=broken))
            rows = amounts.rows(source.rows, is_estimated=source.is_looked_at)
            self.table.setItem(place, _ROWS, text_item(rows if source.frame is not None else "", right=True))
            self.table.setCellWidget(place, _TABLE, None)
            self.table.setItem(place, _SURE, text_item(""))
            if source.frame is not None:
                box = ChoiceBox(f"wn_wizard_table_{place}", tables, source.table)
                chosen_by_us = source.guess is not None and source.guess.table == source.table
                sure = source.guess.table_confidence if chosen_by_us and source.basis == "guess" else SURE
                self.table.setItem(
                    place, _SURE, text_item(confidence_text(sure), icon=dot(confidence_dot(sure)))
                )
                box.chosen.connect(lambda name, one=source: self.table_changed.emit(one, name))
                self.table.setCellWidget(place, _TABLE, box)
            self.table.setCellWidget(place, _ENCODING, self._encoding_box(place, source))
        self._filling = False
        if self._state.sources:
            self.table.setCurrentCell(min(row, len(self._state.sources) - 1), _NAME)
        self._show_rows(self.table.currentRow())

    def _encoding_box(self, place: int, source: LayerSource) -> QWidget | None:
        if not source.path:
            return None
        found = source.encoding_used or tr("not known")
        auto = tr("{encoding} (found)").format(encoding=found) if not source.encoding else tr("detect it")
        return ChoiceBox(
            f"wn_wizard_encoding_{place}",
            [("", auto), *((name, name) for name in _ENCODINGS)],
            source.encoding,
            chosen=lambda name, one=source: self.reread.emit(one, name),
        )

    def _ticked(self, item: QTableWidgetItem) -> None:
        if self._filling or item.column() != _TICK:
            return
        self._state.sources[item.row()].taken = item.checkState() == Qt.CheckState.Checked
        self.changed.emit()

    def _show_rows(self, row: int) -> None:
        """Show the first rows of a source as they were read."""
        if self._filling or not 0 <= row < len(self._state.sources):
            if not self._state.sources:
                self.heading.show_source(None)
                self.period.show_source(None)
                self.cad_layers.show_source(None)
                self.preview.clear()
                self.preview.setRowCount(0)
                self.preview.setColumnCount(0)
                self._caption.setText("")
            return
        source = self._state.sources[row]
        self.preview.clear()
        self.preview.setRowCount(0)
        self.preview.setColumnCount(0)
        self.heading.show_source(source)
        self.period.show_source(source)
        self.cad_layers.show_source(source)
        self._left_out.setText("")
        if source.frame is None:
            # A sentence needs the whole width.
            self._caption.setText(source.name)
            self._left_out.setText(source.error)
            if source.top:
                show_rows(self.preview, source, _SHOWN_ROWS)
                self._narrow()
            return
        if source.top:
            self._show_top(source)
            return
        columns = source.columns
        head = source.wanted_rows.head(_SHOWN_ROWS)
        self._caption.setText(tr("First rows of {name}").format(name=source.name))
        self._say_left_out(source)
        self.preview.setColumnCount(len(columns))
        self.preview.setHorizontalHeaderLabels(columns)
        self.preview.setRowCount(len(head))
        for number, column in enumerate(columns):
            for line, word in enumerate(texts(head[column])):
                self.preview.setItem(line, number, text_item("" if word is None else str(word)))
        self._narrow()

    def _show_top(self, source: LayerSource) -> None:
        """Show the first rows of a sheet or text file as they stand there."""
        self._caption.setText(tr("First rows of {name}").format(name=source.name))
        self._say_left_out(source)
        show_rows(self.preview, source, _SHOWN_ROWS)
        self._narrow()

    def _say_left_out(self, source: LayerSource) -> None:
        """Say what the file holds beside the rows: totals of a sheet, texts of a drawing."""
        if source.why_left and not source.taken:
            self._left_out.setText(source.why_left)
            self._left_out.setToolTip("")
            return
        if not source.left_out:
            self._left_out.setText(source.doubtful)
            self._left_out.setToolTip("")
            return
        text = tr("%n row(s) next to the table left out: {rows}", "", len(source.left_out))
        if source.is_drawn:
            text = tr("%n text(s) and the like left out: {rows}", "", len(source.left_out))
        words = text.format(rows="; ".join(source.left_out[:_MOST_LEFT_OUT]))
        self._left_out.setText(joined(one for one in (source.doubtful, words) if one))
        self._left_out.setToolTip(literal("\n".join(source.left_out[:_MOST_TOLD])))

    def _narrow(self) -> None:
        self.preview.resizeColumnsToContents()
        for number in range(self.preview.columnCount()):
            self.preview.setColumnWidth(number, min(self.preview.columnWidth(number), 180))

    def show_fault(self, fault: Any) -> None:
        """Bring what a fault speaks of into view."""
        if fault.source in self._state.sources:
            self.table.setCurrentCell(self._state.sources.index(fault.source), _NAME)


class CadLayers(QWidget):
    """A list of layers with ticks, hidden for sources that are not drawings."""

    # The source, and the layers that are ticked.
    chosen = pyqtSignal(object, list)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_cad_layers")
        self._source: LayerSource | None = None
        self._filling = False
        title = plain_label(tr("CAD layers to take"))
        self.list = QListWidget(
            objectName="wn_wizard_cad_layers_list",
            toolTip=tr(
                "At first, layers are ticked whose names refer to a system or to what the rows are. Base "
                "maps, frames and labels are left out."
            ),
            itemChanged=self._ticked,
        )
        title.setBuddy(self.list)
        vertical(title, (self.list, 1), parent=self, spacing=4, margins=0)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def show_source(self, source: LayerSource | None) -> None:
        """Show the layers of a drawing, those with most rows first."""
        self._source = source if source is not None and source.is_drawn else None
        self.setVisible(self._source is not None)
        if self._source is None:
            return
        self._filling = True
        self.list.clear()
        for name, count in self._source.frame[LAYER_COLUMN].astype(str).value_counts(sort=True).items():
            item = QListWidgetItem(f"{name}  ({amounts.number(int(count))})")
            item.setData(_CAD_LAYER, str(name))
            item.setToolTip(literal(str(name)))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            is_taken = str(name) in self._source.mapping.layers
            item.setCheckState(Qt.CheckState.Checked if is_taken else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self._filling = False

    def _ticked(self, _item: QListWidgetItem) -> None:
        if self._filling or self._source is None:
            return
        items = [self.list.item(row) for row in range(self.list.count())]
        layers = [item.data(_CAD_LAYER) for item in items if item.checkState() == Qt.CheckState.Checked]
        self.chosen.emit(self._source, layers)
