"""A few options that unfold in a section of the dock, with a button that starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QWidget,
)

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.layouts import horizontal, labelled, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_CONTROL = 24
# A dock of 300 px holds labels and fields in both languages.
_LEAST_WIDTH = 72


class Options(QFrame):
    """Fields with labels, a line for what is wrong, and two buttons; Esc folds it away.

    Parameters
    ----------
    name
        Object name; the start button is ``name_start``.
    start_text
        What the start button says.
    on_start
        Called by the start button and by Enter; the fields stay as they are until ``hide``.
    """

    # It unfolded: whoever scrolls brings it into sight.
    opened = pyqtSignal()

    def __init__(self, name: str, start_text: str, on_start: Callable[[], Any], parent: QWidget) -> None:
        super().__init__(parent, objectName=name)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._on_start = on_start
        self._form = labelled(
            margins=0,
            spacing=4,
            fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow,
            # A field too wide to stand beside its label stands below it, rather than widen the dock.
            rowWrapPolicy=QFormLayout.RowWrapPolicy.WrapLongRows,
        )
        self._error = plain_label("", self, objectName=f"{name}_error", wordWrap=True, visible=False)
        self._start = pane.button(start_text, f"{name}_start", self._go, self, default=True)
        cancel = pane.button(tr("Cancel"), f"{name}_cancel", self.hide, self)
        vertical(self._form, self._error, horizontal(1, cancel, self._start), parent=self, margins=4)
        self._first: QWidget | None = None
        self.hide()

    def add(self, label: str, field: Any, tooltip: str) -> Any:
        """Add a field under the others and return it."""
        field.setFixedHeight(_CONTROL)
        # The texts of a list are read whole, in every theme.
        wide = field.sizeHint().width() if isinstance(field, QComboBox) else 0
        field.setMinimumWidth(max(_LEAST_WIDTH, wide))
        field.setToolTip(literal(tooltip))
        caption = plain_label(label, self, toolTip=literal(tooltip))
        caption.setBuddy(field)
        self._form.addRow(caption, field)
        self._first = self._first or field
        return field

    def caption(self, field: QWidget, label: str) -> None:
        """Give a field another label."""
        self._form.labelForField(field).setText(label)

    def open(self) -> None:
        """Unfold with the cursor in the first field."""
        self.say("")
        self.show()
        if isinstance(self._first, QLineEdit):
            # What was typed last time is typed over.
            self._first.selectAll()
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit()

    def say(self, sentence: str) -> None:
        """Say what is wrong with what was typed; '' for nothing."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        if sentence:
            self.show()

    def _go(self) -> None:
        self.say("")
        self._on_start()

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Start on Enter, fold away on Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go()
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Esc before QGIS does."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return bool(super().event(event))
