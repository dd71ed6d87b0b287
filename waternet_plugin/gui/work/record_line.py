"""The line that asks what is recorded about chosen work orders: who does them, or when they were done."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QDate, QEvent
from qgis.PyQt.QtWidgets import QCheckBox, QDateEdit, QDoubleSpinBox, QLineEdit, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.pressing import leaves_by_key
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow
from waternet_plugin.operations.rows.work_items import DONE, SENT
from waternet_plugin.operations.work.record_work import CHECKED

_CONTROL = 24
_MOST_H, _MOST_M = 10_000.0, 1_000_000.0
# What a search comes to.
NOTHING, LEAK = "no", "yes"


class RecordLine(QWidget):
    """Fields for one state at a time, and the button that records it; Esc goes back.

    Parameters
    ----------
    on_record
        Called with the state and what was entered, as `WorkRequest` has it.
    """

    def __init__(self, on_record: Callable[[str, dict[str, Any]], Any], parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_work_record")
        self._on_record = on_record
        self.state = ""
        self.team = QLineEdit(self, objectName="wn_work_record_team", placeholderText=tr("Team"))
        self.person = QLineEdit(self, objectName="wn_work_record_person", placeholderText=tr("Person"))
        self.sets_due = QCheckBox(
            tr("Due"),
            self,
            objectName="wn_work_record_sets_due",
            toolTip=literal(tr("Unticked, the due days stay as they are")),
        )
        self.due, self.day = self._day_box("due"), self._day_box("day")
        self.sets_due.toggled.connect(self.due.setEnabled)
        self.hours = QDoubleSpinBox(
            self,
            objectName="wn_work_record_hours",
            minimum=-0.1,
            maximum=_MOST_H,
            decimals=1,
            suffix=" " + tr("h"),
            specialValueText=tr("hours of each"),
        )
        results = domain("work_item_result")
        self.result = ChoiceBox(
            "wn_work_record_result",
            [("", tr("state found")), *((code, one.label) for code, one in results.items())],
            "",
            minimumContentsLength=8,
        )
        self.result.setParent(self)
        self.contractor = QLineEdit(
            self, objectName="wn_work_record_contractor", placeholderText=tr("Contractor")
        )
        self.length = self._amount("length", tr("m searched of each"), " m")
        self.found = ChoiceBox(
            "wn_work_record_found",
            [(NOTHING, tr("nothing found")), (LEAK, tr("leak found"))],
            NOTHING,
            minimumContentsLength=8,
        )
        self.found.setParent(self)
        self.found.chosen.connect(lambda _key: self._show_fields())
        self.pipe = QLineEdit(self, objectName="wn_work_record_pipe", placeholderText=tr("Pipe"))
        self.offset = self._amount("offset", tr("m from the mark"), " m")
        self.what = plain_label("", self, objectName="wn_work_record_what")
        self._go = pane.button(tr("Record"), "wn_work_record_now", self._record, self)
        back = pane.button(tr("Back"), "wn_work_record_back", self.hide, self)
        self._fields: dict[str, tuple[QWidget, ...]] = {
            SENT: (self.team, self.person, self.sets_due, self.due),
            DONE: (self.day, self.hours, self.result),
            CHECKED: (self.day,),
        }
        self._of_search = (self.day, self.contractor, self.length, self.found)
        self._of_leak = (self.pipe, self.offset)
        self._is_search = self._is_one = False
        self._proposed: dict[str, str] = {}
        self._all = (
            self.team, self.person, self.sets_due, self.due, self.day, self.hours, self.result,
            self.contractor, self.length, self.found, self.pipe, self.offset,
        )  # fmt: skip
        for field in self._all:
            field.setFixedHeight(_CONTROL)
        for field in (self.team, self.person, self.contractor, self.pipe):
            field.setFixedWidth(110)
            field.returnPressed.connect(self._record)
        self.setLayout(WrappingRow(self.what, *self._all, self._go, back))
        self.hide()

    def _day_box(self, name: str) -> QDateEdit:
        return QDateEdit(
            self, objectName=f"wn_work_record_{name}", calendarPopup=True, displayFormat="yyyy-MM-dd"
        )

    def _amount(self, name: str, unknown: str, unit: str) -> QDoubleSpinBox:
        return QDoubleSpinBox(
            self,
            objectName=f"wn_work_record_{name}",
            minimum=-0.1,
            maximum=_MOST_M,
            decimals=1,
            suffix=unit,
            specialValueText=unknown,
        )

    def ask(
        self,
        state: str,
        what: str,
        *,
        team: str = "",
        person: str = "",
        is_search: bool = False,
        pipe: str | None = None,
    ) -> None:
        """Ask for what belongs to a state.

        Parameters
        ----------
        state
            SENT, DONE or CHECKED.
        what
            Tells of which orders.
        team, person
            What is proposed.
        is_search
            Whether all are searches for leaks, of which other things are asked once they are done.
        pipe
            Of one search the pipe that is proposed for a leak; None where there are several.
        """
        self.state = state
        self.what.setText(literal(what))
        self._is_search, self._is_one = is_search and state == DONE, pipe is not None
        self.contractor.clear()
        self.pipe.setText(pipe or "")
        self.found.choose(NOTHING)
        for box in (self.length, self.offset):
            box.setValue(box.minimum())
        shown = self._show_fields()
        today = QDate.currentDate()
        self.day.setMaximumDate(today)
        self.day.setDate(today)
        self.due.setDate(today)
        self.sets_due.setChecked(False)
        self.due.setEnabled(False)
        self._proposed = {"team": team, "person": person}
        self.team.setText(team)
        self.person.setText(person)
        self.hours.setValue(self.hours.minimum())
        self.result.choose("")
        self.show()
        shown[0].setFocus()

    def _show_fields(self) -> tuple[QWidget, ...]:
        """Show the fields of what is asked, and return them; a leak is one of one order."""
        shown = self._of_search if self._is_search else self._fields[self.state]
        if self._is_search and self.found.key() == LEAK:
            shown = (*shown, *self._of_leak)
        if self._is_search and not self._is_one:
            shown = tuple(field for field in shown if field is not self.found)
        for field in self._all:
            field.setVisible(field in shown)
        return shown

    def _search(self) -> dict[str, Any]:
        """Return what was entered of a search: as `DigRequest` has it where a leak was found."""
        entered: dict[str, Any] = {"contractor": self.contractor.text().strip()}
        if self.length.value() >= 0:
            entered["length_m"] = self.length.value()
        if self.found.key() == LEAK:
            offset = self.offset.value() if self.offset.value() >= 0 else None
            return {**entered, "found": True, "pipe_id": self.pipe.text().strip(), "offset_m": offset,
                    "dug_on": _date(self.day)}  # fmt: skip
        return {**entered, "is_search": True, "day": _date(self.day)}

    def _record(self) -> None:
        entered: dict[str, Any] = {}
        if self._is_search:
            self.hide()
            self._on_record(self.state, self._search())
            return
        if self.state == SENT:
            # What stays as proposed is not sent: a colleague may have changed it since.
            texts = {"team": self.team.text().strip(), "person": self.person.text().strip()}
            entered |= {name: text for name, text in texts.items() if text != self._proposed[name]}
            if self.sets_due.isChecked():
                entered["due_on"] = _date(self.due)
        else:
            entered["day"] = _date(self.day)
        if self.state == DONE:
            entered["result"] = str(self.result.key() or "")
            if self.hours.value() >= 0:
                entered["hours"] = self.hours.value()
        self.hide()
        self._on_record(self.state, entered)

    def event(self, event: QEvent) -> bool:
        """Take Esc before QGIS does."""
        return leaves_by_key(event, self.hide) or bool(super().event(event))


def _date(box: QDateEdit) -> datetime.date:
    day = box.date()
    return datetime.date(day.year(), day.month(), day.day())
