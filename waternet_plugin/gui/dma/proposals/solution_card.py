"""A card of one proposed solution: devices, cost, sizes; a click shows it, a button keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QFrame, QPushButton, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import labelled, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label


class SolutionCard(QFrame):
    """One solution: ``picked`` by a click or Enter, ``kept`` by its button.

    Parameters
    ----------
    key
        The solution.
    name
        What people call it.
    rows
        Names and figures.
    parent
        The window.
    """

    picked = pyqtSignal(str)
    kept = pyqtSignal(str)

    def __init__(self, key: str, name: str, rows: list[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent, objectName=f"wn_proposal_{key}", accessibleName=name)
        self.key = key
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoFillBackground(True)
        title = plain_label(name, self, font=sized(self.font(), FIGURE_PT - 1, semibold=True), wordWrap=True)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        form = labelled(
            *(
                (plain_label(label, self), plain_label(figure, self, alignment=right))
                for label, figure in rows
            ),
            margins=0,
            spacing=4,
        )
        self._note = plain_label(
            "", self, font=sized(self.font(), NOTE_PT), objectName="wn_proposal_note", wordWrap=True
        )
        keep = QPushButton(
            tr("Keep as a scenario"),
            self,
            objectName=f"wn_proposal_{key}_keep",
            autoDefault=False,
            clicked=lambda _checked=False: self.kept.emit(self.key),
        )
        keep.setFixedHeight(28)
        vertical(title, form, self._note, 1, keep, parent=self, margins=12)

    def say(self, note: str) -> None:
        """Tell what is known of pressure and water age."""
        self._note.setText(note)

    def choose(self, is_chosen: bool) -> None:
        """Show whether the map shows this one."""
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase if is_chosen else QPalette.ColorRole.Window)
        self.setFrameShadow(QFrame.Shadow.Sunken if is_chosen else QFrame.Shadow.Plain)
        self.setLineWidth(2 if is_chosen else 1)

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Show it on the map."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self.key)

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Show it on the map."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self.key)
        else:
            super().keyPressEvent(event)


def card_rows(figures: Mapping[str, Any], size_by: str, currency: str) -> list[tuple[str, str]]:
    """Return names and figures of a solution."""
    number = amounts.number
    metres = size_by == "length"
    sizes = [
        amounts.km(figures[name]) if metres else number(figures[name])
        for name in ("size_least", "size_mean", "size_most")
    ]
    cut_off = figures["cut_off_households"], figures["cut_off_pipes"]
    households = tr("not recorded") if cut_off[0] is None else number(cut_off[0])
    lost = [(tr("Households without water"), households)] if cut_off[1] else []
    return [
        *lost,
        (tr("Zones"), number(figures["zones"])),
        (tr("Devices"), number(figures["devices"])),
        (tr("of these meters"), number(figures["meters"])),
        (tr("Valves to close"), number(figures["valves_to_close"])),
        (tr("New valves"), number(figures["new_valves"])),
        (tr("Cost"), amounts.money(figures["cost"], currency)),
        (tr("Smallest zone"), sizes[0]),
        (tr("Mean"), sizes[1]),
        (tr("Largest zone"), sizes[2]),
    ]
