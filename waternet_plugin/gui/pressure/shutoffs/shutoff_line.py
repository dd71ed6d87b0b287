"""The line that asks what became of a shut-off: its state, when it is planned, and the times of the crew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.widgets.layouts import horizontal, labelled, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.time_field import TimeField

if TYPE_CHECKING:
    from waternet_plugin.operations.shutoffs.record_shutoff import ShutoffRecord

_TIMES = ("starts_at", "ends_at", "closed_at", "reopened_at")


class ShutoffLine(QWidget):
    """Fields of one shut-off and the button that records them.

    Parameters
    ----------
    on_record
        Called with what was entered.
    """

    # Whether it shows: what stands above it makes room.
    opened = pyqtSignal(bool)

    def __init__(self, name: str, on_record: Callable[[ShutoffRecord], Any], parent: QWidget) -> None:
        super().__init__(parent, objectName=name)
        self._on_record = on_record
        self._shutoff_id = ""
        labels = {field.name: field.label for field in table("shutoff").fields}
        self.state = ChoiceBox(
            f"{name}_state",
            [(code, one.label) for code, one in domain("shutoff_state").items()],
            accessibleName=labels["state"],
        )
        self.times = {each: TimeField(f"{name}_{each}", labels[each], self) for each in _TIMES}
        fields = {"state": self.state, **self.times}
        form = labelled(
            *((plain_label(labels[each], self), field) for each, field in fields.items()), spacing=4
        )
        for field in self.times.values():
            field.returnPressed.connect(self._record)
        self.error = plain_label("", self, objectName=f"{name}_error", wordWrap=True)
        go = pane.button(tr("Record"), f"{name}_now", self._record, self)
        back = pane.button(tr("Back"), f"{name}_back", self.close_line, self)
        vertical(form, self.error, horizontal(go, back, 1), parent=self, spacing=4, margins=0)
        self.hide()

    def ask(self, record: ShutoffRecord) -> None:
        """Show a shut-off as it is."""
        self._shutoff_id = record.shutoff_id
        self.state.choose(record.state)
        for each, field in self.times.items():
            field.setText(getattr(record, each))
        self.refuse("")
        self.opened.emit(True)
        self.show()
        self.state.setFocus()

    def close_line(self) -> None:
        """Go back to the list."""
        self.hide()
        self.opened.emit(False)

    def refuse(self, sentence: str) -> None:
        """Say why it is not recorded; '' takes that back."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def _record(self) -> None:
        from waternet_plugin.operations.shutoffs.record_shutoff import ShutoffRecord

        self.refuse("")
        times = {each: field.written for each, field in self.times.items()}
        self._on_record(ShutoffRecord(self._shutoff_id, str(self.state.key()), **times))
