"""The line that asks from when to when a planned closing lasts."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.time_field import TimeField
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

# What is proposed: tomorrow, in the morning.
_FROM, _TO = "09:00", "12:00"


class ClosingLine(QWidget):
    """Two times and the button that keeps the closing; what is refused stands beside them.

    Parameters
    ----------
    on_keep
        Called with begin and end as they are written.
    """

    def __init__(self, on_keep: Callable[[str, str], Any], parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_burst_closing")
        self._on_keep = on_keep
        self.first = TimeField("wn_burst_closing_from", tr("Begins"), self)
        self.last = TimeField(
            "wn_burst_closing_to", tr("Ends", "a shut-off"), self, toolTip=tr("Empty: not known yet")
        )
        for field in (self.first, self.last):
            field.returnPressed.connect(self._keep)
        self.error = plain_label("", self, objectName="wn_burst_closing_error", wordWrap=True)
        keep = pane.button(tr("Keep"), "wn_burst_closing_keep", self._keep, self)
        back = pane.button(tr("Back"), "wn_burst_closing_back", self.hide, self)
        begins, ends = (plain_label(text, self) for text in (tr("Begins"), tr("Ends", "a shut-off")))
        self.setLayout(WrappingRow(begins, self.first, ends, self.last, keep, back, self.error))
        self.refuse("")
        self.hide()

    def ask(self) -> None:
        """Propose tomorrow morning."""
        day = datetime.date.today() + datetime.timedelta(days=1)
        self.first.setText(f"{day} {_FROM}")
        self.last.setText(f"{day} {_TO}")
        self.refuse("")
        self.show()
        self.first.setFocus()

    def refuse(self, sentence: str) -> None:
        """Say why it is not kept; '' takes that back."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def _keep(self) -> None:
        self.refuse("")
        self._on_keep(self.first.written, self.last.written)
