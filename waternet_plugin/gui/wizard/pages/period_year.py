"""The year of columns that are months, or the month of columns that are days, where no title says it."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.widgets import INSIDE
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.sources.source import LayerSource

_WIDTH = 84
_YEAR, _MONTH = re.compile(r"(?:19|20|21)\d{2}"), re.compile(r"(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])")


class PeriodYear(QWidget):
    """A line for the year or month, hidden for tables that say it or need none."""

    # The source, and the year or month that was typed; what is none of these, in a sentence.
    chosen = pyqtSignal(object, str)
    refused = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_period")
        self._source: LayerSource | None = None
        self._label = plain_label()
        self.typed = QLineEdit(objectName="wn_wizard_period_typed", editingFinished=self._take)
        self.typed.setFixedWidth(_WIDTH)
        self._label.setBuddy(self.typed)
        horizontal(self._label, self.typed, parent=self, spacing=INSIDE, margins=0)
        self.hide()

    def show_source(self, source: LayerSource | None) -> None:
        """Show what was typed for a source, or that something must be."""
        periods = None if source is None else source.periods
        is_asked = source is not None and periods is not None and bool(periods.lacks or source.period_within)
        self._source = source if is_asked else None
        self.setVisible(is_asked)
        if self._source is None or periods is None:
            return
        self._label.setText(tr("Year of the months") if periods.are_months else tr("Month of the days"))
        self.typed.setPlaceholderText(self._example())
        self.typed.setText(self._source.period_within)

    def _example(self) -> str:
        are_months = self._source is not None and self._source.periods.are_months
        return "2026" if are_months else "2026-01"

    def _take(self) -> None:
        word = self.typed.text().strip()
        if self._source is None or word == self._source.period_within:
            return
        pattern = _YEAR if self._source.periods.are_months else _MONTH
        if pattern.fullmatch(word):
            self.chosen.emit(self._source, word)
            return
        text = (
            tr("“{word}” is not a year. Type it as {example}.")
            if self._source.periods.are_months
            else tr("“{word}” is not a year with a month. Type them as {example}.")
        )
        self.refused.emit(text.format(word=word, example=self._example()))
