"""The line below the mapping table: which words mean unknown, and how ids that are made begin."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from waternet_plugin.core.exchange.adoption import identities
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import ElidedLabel
from waternet_plugin.gui.panes.steps.widgets import GAP, INSIDE
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.sources.source import LayerSource

# Words may hold commas and blanks.
_BETWEEN = re.compile("[;；]")
_PREFIX_WIDTH, _WORDS_WIDTH = 80, 140


class Details(QWidget):
    """What few fields need: it shows below the table, for the field whose row is chosen."""

    # The field whose words changed; '' for the beginning of ids.
    changed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_details")
        self._source: LayerSource | None = None
        self._field: Field | None = None
        self._label = ElidedLabel(objectName="wn_wizard_null_label")
        self.words = QLineEdit(
            objectName="wn_wizard_null",
            minimumWidth=_WORDS_WIDTH,
            toolTip=tr(
                "Values that mean “not known” in this file, such as 0 or -9999. Separate several with "
                "semicolons."
            ),
            editingFinished=self._take_words,
        )
        self._prefix_label = plain_label(tr("Generated ids begin with"))
        self.prefix = QLineEdit(
            objectName="wn_wizard_prefix",
            toolTip=tr("Rows without an id get a number after these letters."),
            editingFinished=self._take_prefix,
        )
        self.prefix.setFixedWidth(_PREFIX_WIDTH)
        layout = horizontal((self._label, 1), (self.words, 1), parent=self, spacing=INSIDE, margins=0)
        layout.addSpacing(2 * GAP)
        layout.addWidget(self._prefix_label)
        layout.addWidget(self.prefix)

    def show_field(self, source: LayerSource | None, field: Field | None) -> None:
        """Show a field of a source."""
        self._source, self._field = source, field
        self.setVisible(source is not None and field is not None)
        if source is None or field is None:
            return
        given = source.mapping.fields.get(field.name)
        for widget in (self._label, self.words):
            widget.setEnabled(given is not None)
        column = given.column if given is not None else "–"
        self._label.set_text(tr("Values for “unknown” in {column}").format(column=column))
        self.words.setText("; ".join(source.mapping.null.get(field.name, ())))
        has_ids = bool(source.described.id_field)
        for widget in (self._prefix_label, self.prefix):
            widget.setVisible(has_ids)
        self.prefix.setText(source.mapping.id_prefix)
        self.prefix.setPlaceholderText(identities.prefix_of(source.table, "") if has_ids else "")

    def _take_words(self) -> None:
        if self._source is None or self._field is None:
            return
        typed = [word.strip() for word in _BETWEEN.split(self.words.text())]
        words = tuple(dict.fromkeys(word for word in typed if word))
        # Leaving the line as it was is not a decision.
        if words != tuple(self._source.mapping.null.get(self._field.name, ())):
            self._source.set_null(self._field.name, words)
            self.changed.emit(self._field.name)

    def _take_prefix(self) -> None:
        text = self.prefix.text().strip()
        if self._source is not None and text != self._source.mapping.id_prefix:
            self._source.set_prefix(text)
            self.changed.emit("")
