"""The footer of the wizard: back, counts or progress, and the one default button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QProgressBar, QPushButton, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.widgets import GAP, MARGIN
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal, plain_label


class Footer(QWidget):
    """Back, what there is to know, and on."""

    back_wanted = pyqtSignal()
    next_wanted = pyqtSignal()
    cancel_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_footer")
        self.back = self._button("wn_wizard_back", tr("Back"), self.back_wanted.emit)
        self.next = self._button("wn_wizard_next", tr("Next"), self.next_wanted.emit)
        self.stop = self._button("wn_wizard_cancel", tr("Cancel"), self._stop_clicked)
        self.summary = plain_label(objectName="wn_wizard_summary", alignment=Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar(objectName="wn_wizard_progress", textVisible=False, minimum=0, maximum=1000)
        self.bar.setFixedHeight(6)
        horizontal(
            self.back,
            (self.summary, 1),
            (self.bar, 1),
            self.stop,
            self.next,
            parent=self,
            spacing=GAP,
            margins=(MARGIN, GAP, MARGIN, MARGIN),
        )
        self.set_busy(False)

    def _button(self, name: str, text: str, on_click: Callable[[], Any]) -> QPushButton:
        return QPushButton(
            text,
            objectName=name,
            autoDefault=False,
            minimumSize=QSize(88, 28),
            clicked=lambda _checked=False: on_click(),
        )

    def _stop_clicked(self) -> None:
        self.stop.setEnabled(False)
        self.cancel_wanted.emit()

    def set_busy(self, busy: bool, title: str = "") -> None:
        """Show progress and Cancel instead of the counts."""
        self.bar.setValue(0)
        self.bar.setToolTip(literal(title))
        self.stop.setEnabled(True)
        self.bar.setVisible(busy)
        self.stop.setVisible(busy)
        self.summary.setVisible(not busy)

    def show_progress(self, percent: float) -> None:
        """Show how far the work is."""
        self.bar.setValue(round(10 * percent))

    def show_state(self, back: str, next_: str, summary: str, *, can_go_back: bool, can_go_on: bool) -> None:
        """Set the texts of the buttons ('' hides Back) and what stands between them."""
        self.back.setText(back)
        self.back.setVisible(bool(back))
        self.back.setEnabled(can_go_back)
        self.next.setText(next_)
        self.next.setEnabled(can_go_on)
        self.next.setDefault(True)
        self.summary.setText(summary)
