"""Which columns of a table hold the places of its rows: guessed, shown, chosen where they are others."""

from __future__ import annotations

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHeaderView, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    INSIDE,
    ROW_HEIGHT,
    ChoiceBox,
    Message,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.wizard.sources import row_coordinates
from waternet_plugin.gui.wizard.sources.source import LayerSource

# As many files are seen without scrolling.
_ROWS = 3
# Of the list that a box opens, in pixels.
_WIDEST, _SCROLL_BAR = 420, 28


class AxesTable(QWidget):
    """A row for each table without geometry, with a box for its column of east and one for that of north.

    A table of lines has two rows: one for the start and one for the end.
    """

    # The source whose columns were chosen.
    chosen = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_axes")
        headings = [tr("File"), tr("East (x)"), tr("North (y)")]
        self.table = plain_table("wn_wizard_axes_table", headings, [84, 120, 120], 1)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        # Red: places from a wrong column are places all the same.
        self.message = Message("wn_wizard_axes_message", is_red=True)
        vertical(
            widgets.heading(tr("Places from columns")),
            self.table,
            self.message,
            parent=self,
            spacing=INSIDE,
            margins=0,
        )

    def show_sources(self, sources: list[LayerSource]) -> None:
        """Show the sources whose places come from columns; hidden where there are none."""
        mine = [
            (source, of_end)
            for source in sources
            if row_coordinates.takes_columns(source)
            for of_end in (False, True)[: 1 + row_coordinates.takes_ends(source)]
        ]
        self.setVisible(bool(mine))
        self.table.setRowCount(0)
        self.table.setRowCount(len(mine))
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + ROW_HEIGHT * min(max(len(mine), 1), _ROWS) + 4)
        for line, (source, of_end) in enumerate(mine):
            self.table.setItem(line, 0, text_item(_name(source, of_end)))
            # Columns whose names speak of coordinates are taken whenever nothing else is chosen.
            none = [] if row_coordinates.named_axes(source) else [("", tr("(none)"))]
            choices = [*none, *((column, column) for column in source.columns)]
            boxes = [
                ChoiceBox(f"wn_wizard_{axis}_{line}", choices, one)
                for axis, one in zip("xy", row_coordinates.axes(source, of_end=of_end))
            ]
            for place, box in enumerate(boxes, start=1):
                hint = tr("Which of the two is which is found from the numbers, too.")
                # Columns under one merged heading differ at their ends alone.
                box.setToolTip(literal(f"{box.key()}\n{hint}" if box.key() else hint))
                widest = box.view().sizeHintForColumn(0)
                box.view().setMinimumWidth(min(widest + _SCROLL_BAR, _WIDEST))
                box.chosen.connect(
                    lambda _key, one=source, both=boxes, end=of_end: self._choose(one, both, end)
                )
                self.table.setCellWidget(line, place, box)

    def _choose(self, source: LayerSource, boxes: list[ChoiceBox], of_end: bool) -> None:
        x, y = (str(box.key() or "") for box in boxes)
        row_coordinates.choose_axes(source, x, y, of_end=of_end)
        self.chosen.emit(source)

    def warn(self, sources: list[LayerSource], target_crs: str) -> str:
        """Say what is wrong with the chosen columns, and return that."""
        said = (row_coordinates.axes_warning(source, target_crs) for source in sources)
        text = next((one for one in said if one), "")
        self.message.say(text)
        return text


def _name(source: LayerSource, of_end: bool) -> str:
    """Return what a row of the table is of: a file of points, one end of the lines of a file."""
    if not row_coordinates.takes_ends(source):
        return source.name
    # The end goes first: names of files are cut in so narrow a column.
    text = tr("End: {name}") if of_end else tr("Start: {name}")
    return text.format(name=source.name)
