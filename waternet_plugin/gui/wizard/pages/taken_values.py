"""What was taken how: each way in which values of the files were read, and at a click its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QWidget

from waternet_plugin.core.exchange.mapping.read_ways import WAYS, ReadWay
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import GAP, MARGIN, plain_table, text_item
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.sources.source import LayerSource

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult

# Rows that are listed; nobody reads more one by one.
_MOST = 1000


class TakenValues(QWidget):
    """List the ways of the dry run, those that lose or change most first."""

    # The source, its result and the way whose rows are to be shown.
    rows_wanted = pyqtSignal(object, object, object)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_taken")
        self._shown: list[tuple[LayerSource, AdoptionResult, ReadWay]] = []
        self.table = plain_table(
            "wn_wizard_taken_table",
            [tr("File"), tr("Field"), tr("How it was read"), tr("Rows"), tr("Examples")],
            [72, 120, 240, 48, 220],
            4,
        )
        self.table.cellClicked.connect(lambda line, _column: self.show_rows(line))
        self.table.cellActivated.connect(lambda line, _column: self.show_rows(line))
        hint = widgets.note(
            tr("Values that were taken as they are written are not listed. A click on a line shows its rows.")
        )
        vertical((self.table, 1), hint, parent=self, spacing=4, margins=(0, 4, 0, 0))

    def show_results(self, sources: Sequence[LayerSource], results: Sequence[AdoptionResult]) -> None:
        """Show how the values of dry runs, or of what was written, were read."""
        from waternet_plugin.core.reports.adoption.taken_values import example_texts, way_text

        found = [(source, result, way) for source, result in zip(sources, results) for way in result.ways]
        self._shown = sorted(found, key=lambda one: WAYS.index(one[2].way))
        # The name of the only file leaves the room to what is said of it.
        self.table.setColumnHidden(0, len(sources) == 1)
        self.table.setRowCount(0)
        self.table.setRowCount(len(self._shown))
        for line, (source, _result, way) in enumerate(self._shown):
            described = source.described
            for column, text in enumerate((source.name, described.field(way.field).label, way_text(way))):
                self.table.setItem(line, column, text_item(text))
            self.table.setItem(line, 3, text_item(amounts.number(way.count), right=True))
            self.table.setItem(line, 4, text_item(listed(example_texts(way, described))))

    @property
    def count(self) -> int:
        """How many ways are listed."""
        return len(self._shown)

    def show_rows(self, line: int) -> None:
        """Ask for the rows of a line to be shown."""
        if 0 <= line < len(self._shown):
            self.rows_wanted.emit(*self._shown[line])


class TakenRows(QDialog):
    """List the rows that were read in one way: as the file has them, and what was taken.

    Parameters
    ----------
    source, result, way
        The file, its dry run, and the way.
    """

    def __init__(self, parent: QWidget, source: LayerSource, result: AdoptionResult, way: ReadWay) -> None:
        super().__init__(parent, objectName="wn_wizard_taken_rows")
        from waternet_plugin.core.reports.adoption.taken_values import taken_rows, way_text

        described = source.described
        label = described.field(way.field).label
        self.setWindowTitle(tr("{title}: {text}").format(title=label, text=way_text(way)))
        self.resize(560, 400)
        rows = taken_rows(source.frame, described, result, way, _MOST)
        self.table = plain_table(
            "wn_wizard_taken_rows_table",
            [
                tr("Row no."),
                tr("Id"),
                tr("File: {column}").format(column=way.column),
                tr("Taken: {field}").format(field=label),
            ],
            [64, 120, 160, 160],
            2,
        )
        self.table.setRowCount(len(rows))
        for line, cells in enumerate(rows):
            for column, text in enumerate(cells):
                self.table.setItem(line, column, text_item(text))
        head = tr("{name}: {n} rows.").format(name=source.name, n=amounts.number(way.count))
        if way.count > len(rows):
            head = joined((head, tr("The first {n} are listed.").format(n=amounts.number(len(rows)))))
        vertical(plain_label(head, wordWrap=True), (self.table, 1), parent=self, spacing=GAP, margins=MARGIN)

    def event(self, event: Any) -> bool:
        """Answer F1: the wizard beneath knows the network."""
        return help_key.answers(event, lambda: self.parentWidget().window().session, "import_check") or bool(
            super().event(event)
        )
