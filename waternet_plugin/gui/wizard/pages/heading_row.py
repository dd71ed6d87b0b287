"""Which row of a sheet or text file names its columns: found, shown, and chosen where it is another."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QTableWidget, QWidget

from waternet_plugin.core.cells.headings import Header, column_names
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.widgets import INSIDE, ChoiceBox, text_item
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.wizard.sources.source import LayerSource

_WIDTH = 56


class HeadingRow(QWidget):
    """Three boxes: the first and the last row with names, and the row of units."""

    # The source, and the header that was chosen for it.
    chosen = pyqtSignal(object, object)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_heading")
        self._source: LayerSource | None = None
        self.row = self._box(
            "wn_wizard_heading_row", tr("The row with the names of the columns. Rows above it are titles.")
        )
        self.last = self._box(
            "wn_wizard_heading_last",
            tr("A second row, where merged cells name groups of columns and this row their parts."),
        )
        self.units = self._box(
            "wn_wizard_heading_units",
            tr("The row with the units, – for none. Rows of data start below it."),
        )
        horizontal(
            plain_label(tr("Heading in row")),
            self.row,
            plain_label(tr("to row")),
            self.last,
            plain_label(tr("units in row")),
            self.units,
            parent=self,
            spacing=INSIDE,
            margins=0,
        )
        self.hide()

    def _box(self, name: str, tooltip: str) -> ChoiceBox:
        box = ChoiceBox(name, toolTip=literal(tooltip))
        box.setFixedWidth(_WIDTH)
        box.chosen.connect(lambda _number, one=box: self._choose(one))
        return box

    def show_source(self, source: LayerSource | None) -> None:
        """Show where a source's columns are named; hidden for files that name them themselves."""
        self._source = source if source is not None and source.top else None
        self.setVisible(self._source is not None)
        if self._source is None:
            return
        header = self._source.heading
        rows = [(number, str(number)) for number in range(1, len(self._source.top) + 1)]
        self.row.fill(rows, header.row)
        self.last.fill(rows[header.row - 1 :], header.last)
        self.units.fill([(0, "–"), *rows[header.last :]], header.units_row)

    def _choose(self, box: ChoiceBox) -> None:
        if self._source is None:
            return
        row, last, units = int(self.row.key()), int(self.last.key() or 0), int(self.units.key() or 0)
        if box is self.row:
            # Another heading: what was found around the former one says nothing of it.
            last, units = row, 0
        elif box is self.last and units <= last:
            units = 0
        self.chosen.emit(self._source, Header(row, last if last > row else 0, units))


def show_rows(preview: QTableWidget, source: LayerSource, most: int) -> None:
    """Fill a table with the first rows of a sheet or text file, the heading marked, each with its number."""
    header = source.heading
    shown = source.top[: max(most, header.below + 3)]
    width = max((len(row) for row in shown), default=0)
    preview.setColumnCount(width)
    names = {place: name for place, name in enumerate(_names(source, header)) if place < width}
    preview.setHorizontalHeaderLabels([names.get(place, "") for place in range(width)])
    preview.setRowCount(len(shown))
    preview.setVerticalHeaderLabels([str(number) for number in range(1, len(shown) + 1)])
    for line, row in enumerate(shown):
        for place in range(width):
            word = row[place] if place < len(row) else None
            item = text_item("" if word is None else str(word))
            _mark(preview, item, line + 1, header)
            preview.setItem(line, place, item)


def _names(source: LayerSource, header: Header) -> list[str]:
    rows = source.top[header.row - 1 : header.last]
    units = source.top[header.units_row - 1] if 0 < header.units_row <= len(source.top) else None
    return column_names(rows, units) if rows else []


def _mark(preview: QTableWidget, item: Any, number: int, header: Header) -> None:
    """Mark a cell of the heading or of the units; what stands above is grey."""
    palette = preview.palette()
    if header.row <= number <= header.last or number == header.units_row:
        font = item.font()
        font.setBold(number != header.units_row)
        font.setItalic(number == header.units_row)
        item.setFont(font)
        item.setBackground(palette.color(QPalette.ColorRole.AlternateBase))
    elif number <= header.below:
        item.setForeground(palette.color(QPalette.ColorRole.PlaceholderText))
