"""A window with a list, what was said about it, and the buttons that act on what is chosen."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QLabel, QPushButton, QWidget

from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.standard_buttons import add_button, speak


class ListWindow(HelpKey, QDialog):
    """A list with buttons; a subclass says its ``NAME`` and fills the list.

    Parameters
    ----------
    title
        The window's title.
    columns
        What the list shows.
    above
        The line above the list, None for none.
    """

    NAME = ""
    SIZE = (640, 380)
    SELECTION = QAbstractItemView.SelectionMode.SingleSelection

    def __init__(
        self,
        session: Any,
        title: str,
        columns: tuple[TableColumn, ...],
        parent: QWidget | None,
        above: QLabel | None = None,
    ) -> None:
        super().__init__(parent, objectName=self.NAME, windowTitle=title)
        self.session = session
        self.resize(*self.SIZE)
        self.table = RowsView(columns, f"{self.NAME}_table", self)
        self.table.setSelectionMode(self.SELECTION)
        self.table.selectionModel().selectionChanged.connect(lambda *_change: self._update())
        self.answer = plain_label("", self, objectName=f"{self.NAME}_answer", wordWrap=True)
        self._buttons = speak(QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self))
        self._buttons.rejected.connect(self.reject)
        lines = [] if above is None else [above]
        vertical(*lines, self.table, self.answer, self._buttons, parent=self, margins=12)

    def _button(self, text: str, name: str, on_click: Any) -> QPushButton:
        return add_button(self._buttons, text, f"{self.NAME}_{name}", on_click)

    def _update(self) -> None:
        """Enable the buttons that can act on what is chosen."""

    def fill(self) -> None:
        """Read what the list shows."""

    def _data_changed(self, _table: str) -> None:
        if self.isVisible():
            self.fill()

    def _say(self, text: str) -> None:
        self.answer.setText(text)
        self._update()
