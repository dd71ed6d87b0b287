"""What the columns of a sheet hold: each with its first values and the field that it fills, to be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QWidget

from waternet_plugin.core.survey.recognition.column_aliases import field_of, is_ignored
from waternet_plugin.core.survey.recognition.field_words import along_words, field_words
from waternet_plugin.core.survey.records import ALONG_FIELDS, END_FIELDS, LINE_FIELDS, POINT_FIELDS
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.gui.panes.steps.widgets import (
    BLANK,
    DOUBT,
    GAP,
    GOOD,
    MARGIN,
    ChoiceBox,
    dot,
    plain_table,
    text_item,
)
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.survey.attempt import SheetSeen
from waternet_plugin.gui.survey.survey_choices import ColumnsChosen
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

_COLUMN, _VALUES, _FIELD = range(3)
_SHOWN_VALUES = 3
# Cells of a row of headings that its entry in the box shows.
_SHOWN_CELLS = 6
_POINTS = "points"
# Stands for a column that fills no field.
_NONE = ""


class ColumnsWindow(QDialog):
    """A row a column with the box of what it holds; the row of headings above.

    Parameters
    ----------
    file
        Name of the file.
    sheet
        As it was read, with its first rows.
    given
        What was said of its columns before, None for nothing.
    makes_lines
        Whether points make lines, so that their tables tell of these, too.
    """

    # What the columns hold.
    chosen = pyqtSignal(object)

    def __init__(
        self, file: str, sheet: SheetSeen, given: ColumnsChosen | None, *, makes_lines: bool, parent: QWidget
    ) -> None:
        title = tr("Columns of {file}").format(file=f"{file} / {sheet.name}" if sheet.name else file)
        super().__init__(parent, objectName="wn_survey_columns", windowTitle=title)
        self._sheet, self._given, self._makes_lines = sheet, given, makes_lines
        self._boxes: list[ChoiceBox] = []
        self._names: tuple[str, ...] = sheet.names
        self.setModal(True)
        self.resize(720, 480)
        self._head = sheet.head
        self.row = ChoiceBox("wn_survey_heading_row", self._rows(), sheet.heading_row, chosen=self._take_row)
        self._asked = QWidget(self)
        horizontal(
            plain_label(tr("The headings stand in row")),
            (self.row, 1),
            parent=self._asked,
            spacing=GAP,
            margins=0,
        )
        self._asked.setVisible(sheet.heading_row is not None)
        reason = plain_label(self._head.reason, objectName="wn_survey_columns_why", wordWrap=True)
        reason.setVisible(bool(reason.text()))
        heads = [tr("Column"), tr("First values"), tr("Holds")]
        self.table = plain_table("wn_survey_columns_table", heads, [180, 200, 240], _VALUES)
        buttons = speak(
            QDialogButtonBox(
                QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
            )
        )
        buttons.accepted.connect(self._answer)
        buttons.rejected.connect(self.reject)
        vertical(reason, self._asked, (self.table, 1), buttons, parent=self, spacing=GAP, margins=MARGIN)
        self._fill()

    def event(self, event: Any) -> bool:
        """Answer F1: the wizard beneath knows the network."""
        return help_key.answers(event, lambda: self.parentWidget().window().session, "survey") or bool(
            super().event(event)
        )

    def _rows(self) -> list[tuple[int, str]]:
        """Return the rows that may have the headings, with their first cells."""
        text = tr("{number}: {cells}", "a row of a file")
        rows = [(0, tr("(none: columns by their place)"))]
        for cells, number in zip(self._head.rows, self._head.row_no):
            filled_cells = [cell for cell in cells if cell]
            rows.append(
                (number, text.format(number=number, cells=shortened(filled_cells, most=_SHOWN_CELLS)))
            )
        return rows

    def _take_row(self, number: int) -> None:
        self._names = self._head.names(number)
        self._fill()

    def _fill(self) -> None:
        """Show the columns, each with the field that it fills."""
        of_column = {column: name for name, column in self._sheet.fields.items()}
        if self._given is not None:
            of_column.update({column: name for name, column in self._given.fields.items()})
        # Of a sheet that nobody understands some columns are known all the same.
        guessed = {} if self._sheet.fields else _guessed(self._names, set(of_column.values()))
        self._boxes = []
        self.table.setRowCount(0)
        self.table.setRowCount(len(self._names))
        for column_index, name in enumerate(self._names):
            own = of_column.get(name) or guessed.pop(name, _NONE)
            mark = GOOD if own else BLANK if is_ignored(name) else DOUBT
            self.table.setItem(column_index, _COLUMN, text_item(name, icon=dot(mark)))
            self.table.setItem(column_index, _VALUES, text_item(self._values(column_index)))
            # What is known stays known until another column holds it.
            nothing = [] if own in self._sheet.fields else [(_NONE, tr("(not used)"))]
            box = ChoiceBox(
                f"wn_survey_column_{column_index}",
                [*nothing, *self._fields()],
                own,
                chosen=lambda field, line=column_index: self._take(line, field),
            )
            self._boxes.append(box)
            self.table.setCellWidget(column_index, _FIELD, box)

    def _values(self, column: int) -> str:
        return listed(self._head.values(column, int(self.row.key() or 0), _SHOWN_VALUES))

    def _fields(self) -> list[tuple[str, str]]:
        """Return the fields that a column may fill, with their names."""
        names = POINT_FIELDS + LINE_FIELDS
        if self._sheet.role == _POINTS:
            more = ALONG_FIELDS if self._makes_lines else ()
            return [
                *((name, field_words(name)) for name in POINT_FIELDS),
                *((name, along_words(name)) for name in more),
            ]
        if self._sheet.role == "lines":
            names = LINE_FIELDS + END_FIELDS
        return [(name, field_words(name)) for name in dict.fromkeys(names)]

    def _take(self, column: int, field: str) -> None:
        """Let the column hold a field, which no other one does then."""
        for other, box in enumerate(self._boxes):
            if other != column and field != _NONE and box.key() == field:
                box.choose(_NONE)

    def _answer(self) -> None:
        known = self._sheet.fields
        before = {} if self._given is None else self._given.fields
        columns = {box.key(): name for box, name in zip(self._boxes, self._names) if box.key()}
        fields = {
            field: name for field, name in columns.items() if field in before or known.get(field) != name
        }
        row = int(self.row.key() or 0)
        # A row that was found is found again, wherever the next file has it.
        is_own = row != self._sheet.heading_row or not known or bool(self._given and self._given.heading_row)
        self.chosen.emit(ColumnsChosen(fields, row if is_own else 0))
        self.accept()


def _guessed(names: Sequence[str], taken: set[str]) -> dict[str, str]:
    """Return the field that the heading of a column names, by column, each field once."""
    fields: dict[str, str] = {}
    for name in names:
        known = field_of(name, "points") or field_of(name, "lines")
        if known is not None and known.field not in taken:
            fields[name] = known.field
            taken.add(known.field)
    return fields
