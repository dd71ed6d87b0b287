"""The chips above the list of open work: states and due days to press, boxes for type, team, compound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QToolButton, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow
from waternet_plugin.gui.work import work_rows
from waternet_plugin.gui.work.work_rows import STATES, WorkFilter
from waternet_plugin.operations.work.work_list import DUE, OVERDUE

_CONTROL = 24


class WorkChips(QWidget):
    """Filters of the list; ``changed`` tells of each press."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_work_chips")
        self._chips: dict[str, QToolButton] = {}
        self._words = {
            **{state: work_rows.state_word(state) for state in STATES},
            OVERDUE: tr("Overdue"),
            DUE: tr("Due soon"),
        }
        for key in (OVERDUE, DUE, *STATES):
            self._chips[key] = pane.tool(
                self._words[key],
                f"wn_work_chip_{key}",
                self.changed.emit,
                self,
                checkable=True,
                toolTip=literal(tr("Only these; press again for all")),
            )
        self._boxes = {
            name: self._box(name, tip)
            for name, tip in (
                ("type", tr("Types to show")),
                ("team", tr("Teams to show")),
                ("compound", tr("Compounds to show")),
            )
        }
        self.setLayout(WrappingRow(*self._chips.values(), *self._boxes.values()))

    def _box(self, name: str, tip: str) -> ChoiceBox:
        box = ChoiceBox(f"wn_work_{name}", accessibleName=tip, toolTip=literal(tip), minimumContentsLength=10)
        box.setParent(self)
        box.setFixedHeight(_CONTROL)
        box.chosen.connect(lambda _key: self.changed.emit())
        return box

    def offer(self, rows: Sequence[dict[str, Any]]) -> None:
        """Offer what rows have, with how many; what is pressed stays, as long as there is any of it."""
        found = work_rows.counts(rows)
        for key, chip in self._chips.items():
            count = found.get(key, 0)
            chip.setText(f"{self._words[key]} {amounts.number(count)}")
            chip.setChecked(chip.isChecked() and count > 0)
            chip.setVisible(count > 0)
        for name, label, every in (
            ("type", "what", tr("All types")),
            ("team", "team", tr("All teams")),
            ("compound", "compound", tr("All compounds")),
        ):
            box, before = self._boxes[name], self._boxes[name].key()
            offered = work_rows.choices(rows, name, label, every)
            box.fill(offered, before if before in dict(offered) else "")
            box.setVisible(len(offered) > 1)

    @property
    def wanted(self) -> WorkFilter:
        """What is pressed and chosen."""
        pressed = {key for key, chip in self._chips.items() if chip.isChecked()}
        boxes = {name: str(box.key() or "") for name, box in self._boxes.items()}
        return WorkFilter(frozenset(pressed & set(STATES)), frozenset(pressed & {OVERDUE, DUE}), **boxes)
