"""The fields of one row that both changed: mine at the left, theirs at the right, one of them pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QGridLayout, QPushButton, QScrollArea, QSizePolicy, QWidget

from waternet_plugin.core.editing.row_conflicts import MINE, THEIRS, FieldConflict, RowAnswer, RowConflict
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.conflicts.ghosts import COLOURS
from waternet_plugin.gui.conflicts.value_texts import field_label, geometry_text, value_text
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.layouts import grid
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_CONTROL, _SWATCH = 24, 10
_SIDES = (MINE, THEIRS)


def _swatch(side: str) -> QIcon:
    square = QPixmap(_SWATCH, _SWATCH)
    square.fill(QColor(COLOURS[side]))
    return QIcon(square)


class _ChoiceButton(QPushButton):
    """A button whose text is cut where there is no room for it."""

    def __init__(self, text: str, side: str, name: str, parent: QWidget) -> None:
        super().__init__(_swatch(side), "", parent, objectName=name, checkable=True, autoDefault=False)
        self._text = text
        self.setToolTip(literal(text))
        self.setAccessibleName(text)
        self.setFixedHeight(_CONTROL)
        # Whatever a value is as wide as, both sides share the pane.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Cut the text."""
        super().resizeEvent(event)
        room = self.width() - 4 * _SWATCH
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        # Else Qt takes what follows an ampersand for a key.
        self.setText(shown.replace("&", "&&"))


class FieldChoices(QScrollArea):
    """Asks about one row."""

    # A field and the side that it takes.
    chosen = pyqtSignal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_edit_conflicts_fields", widgetResizable=True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._buttons: dict[tuple[str, str], _ChoiceButton] = {}
        # Above the two sides.
        self.titles = (tr("Mine"), tr("Theirs"))

    def show_row(self, conflict: RowConflict | None) -> None:
        """Show the fields of a row, or that it is gone; None for no row."""
        self._buttons = {}
        page = QWidget()
        fields = grid(parent=page, margins=0, stretch=(0, 1), spacing=4)
        if conflict is not None:
            self._fill(conflict, page, fields)
        fields.setRowStretch(fields.rowCount(), 1)
        self.setWidget(page)

    def _fill(self, conflict: RowConflict, page: QWidget, grid: QGridLayout) -> None:
        parts = (conflict.asset, table(conflict.table).label, conflict.by, moments.local_of_log(conflict.at))
        grid.addWidget(plain_label(listed(part for part in parts if part), page, wordWrap=True), 0, 0, 1, 2)
        if conflict.is_about_row:
            text = plain_label(_sentence(conflict), page, objectName="wn_edit_conflicts_row", wordWrap=True)
            grid.addWidget(text, 1, 0, 1, 2)
            return
        for column, text in enumerate(self.titles):
            grid.addWidget(plain_label(text, page), 1, column, Qt.AlignmentFlag.AlignHCenter)
        for row, field in enumerate(conflict.fields):
            self._add_field(conflict, field, page, grid, 2 + 2 * row)

    def _add_field(
        self, conflict: RowConflict, field: FieldConflict, page: QWidget, grid: QGridLayout, row: int
    ) -> None:
        label = plain_label(field_label(conflict.table, field.name), page, wordWrap=True)
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        grid.addWidget(label, row, 0, 1, 2)
        for column, (side, value) in enumerate(zip(_SIDES, (field.mine, field.theirs))):
            if field.name == GEOMETRY_COLUMN:
                text = geometry_text(field.before, value)
            else:
                text = value_text(conflict.table, field.name, value)
            made = _ChoiceButton(text, side, f"wn_edit_conflicts_{side}_{field.name}", page)
            made.clicked.connect(self._press(field.name, side))
            grid.addWidget(made, row + 1, column)
            self._buttons[field.name, side] = made

    def _press(self, name: str, side: str) -> Callable[..., None]:
        return partial(self._pressed, name, side)

    def _pressed(self, name: str, side: str, _checked: bool = False) -> None:
        self.chosen.emit(name, side)

    def show_answer(self, answer: RowAnswer) -> None:
        """Press what was answered."""
        for (name, side), made in self._buttons.items():
            made.setChecked(answer.side(name) == side)


def _sentence(conflict: RowConflict) -> str:
    """Return what became of a row that one side deleted, and what each answer does."""
    who = conflict.by or tr("somebody else")
    if conflict.is_gone:
        text = tr(
            "Deleted by {who}. Restore row brings it back as you left it; Take theirs leaves it deleted and "
            "drops your edit of it."
        )
        return text.format(who=who)
    text = tr(
        "You deleted this row; {fields} changed by {who}. Take mine deletes it; Take theirs keeps it as it "
        "is now."
    )
    fields = listed(field_label(conflict.table, one.name) for one in conflict.fields)
    return text.format(who=who, fields=fields)
