"""The tab of the search for leaks: how many search how much, the nights, and what becomes of them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QDate, QLocale, QTimer
from qgis.PyQt.QtWidgets import QDateEdit, QDoubleSpinBox, QWidget

from waternet_plugin.bridge.traces import SEARCH_COLOURS
from waternet_plugin.core import texts
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network import keep
from waternet_plugin.gui.network.overlay import OverlayLine
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.pressure.pressure_tab import PressureTab
from waternet_plugin.gui.pressure.search import night_rows
from waternet_plugin.gui.users.question_line import QuestionLine, number_box
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView
from waternet_plugin.gui.work.work_pane import WorkPane

if TYPE_CHECKING:
    from waternet_plugin.core.leakage.searching.search_plan import SearchEffort
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.searching.search_overview import SearchOverview

# Several changes in a row are planned once.
_SETTLE_MS = 400
_MONTHS, _CREWS, _KM = 12, 1, 2.0
_MOST_CREWS, _MOST_KM = 99, 100.0
_LINE_PX = 5


class SearchTab(PressureTab):
    """Plans the nights of a year at each change of the question, and writes their work orders."""

    KEY = "search"
    ALGORITHM = "plansearch"
    TABLES = ("pipe", "node", "zone", "work_item", "leak_alarm", "assessment", "setting")

    def __init__(self, session: Session, owner: pane.Pane) -> None:
        name = f"{owner.NAME}_{self.KEY}"
        self.found: SearchOverview | None = None
        self.rows: list[dict[str, Any]] = []
        self.start = QDateEdit(
            QDate.currentDate(),
            objectName=f"{name}_start",
            calendarPopup=True,
            displayFormat="yyyy-MM-dd",
            accessibleName=tr("First night"),
        )
        self.months = number_box(f"{name}_months", tr("Months"), _MONTHS, 12)
        self.crews = number_box(f"{name}_crews", tr("Crews"), _CREWS, _MOST_CREWS)
        for box in (self.months, self.crews):
            box.setMinimum(1)
        self.km = QDoubleSpinBox(
            objectName=f"{name}_km", minimum=0.1, maximum=_MOST_KM, decimals=1, value=_KM,
            keyboardTracking=False, buttonSymbols=QDoubleSpinBox.ButtonSymbols.NoButtons,
            accessibleName=tr("Kilometres a night"),
        )  # fmt: skip
        # Not that of QGIS: the sentence around the number is of our language.
        self.km.setLocale(QLocale(texts.language()))
        question = QuestionLine(
            tr("From {start} for {months} months, {crews} crews, {km} km a night"),
            {"start": self.start, "months": self.months, "crews": self.crews, "km": self.km},
        )
        self.which = ChoiceBox(
            f"{name}_which",
            [(night_rows.ALL, tr("all nights"))],
            night_rows.ALL,
            accessibleName=tr("Nights"),
            chosen=lambda _key: self._show_wanted(),
        )
        asks = QWidget()
        vertical(question, self.which, parent=asks, spacing=4, margins=0)
        below = QWidget()
        self.facts = plain_label("", below, objectName=f"{name}_facts", wordWrap=True)
        self.facts.setFont(sized(self.facts.font(), NOTE_PT))
        self.contractors = make_narrow(
            RowsView(night_rows.contractor_columns(), f"{name}_contractors", below)
        )
        vertical(self.facts, (self.contractors, 1), parent=below, spacing=4, margins=0)
        super().__init__(session, owner, night_rows.columns(), asks=asks, below=below)
        self._change = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self.refresh)
        self.start.dateChanged.connect(lambda _day: self._change.start())
        for box in (self.months, self.crews, self.km):
            box.valueChanged.connect(lambda _value: self._change.start())
        self.list.picked.connect(self.show_run)
        self.write_button = self.add_button(
            tr("Write work items"),
            "write",
            self.write,
            tr("For each run; open ones of an earlier plan go"),
        )
        self.open_button = self.add_button(
            tr("Record…"),
            "record",
            self.open_work,
            tr("What crews found, in the list of open work"),
        )
        self.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        menu_entry(self.menu, tr("Keep as layers"), f"{name}_keep", self._keep)
        self._show_none()

    # Reading and showing.

    def _effort(self) -> SearchEffort:
        from waternet_plugin.core.leakage.searching.search_plan import SearchEffort

        day = self.start.date()
        start = datetime.date(day.year(), day.month(), day.day())
        return SearchEffort(start, self.months.value(), self.crews.value(), round(self.km.value(), 3))

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return the question as the algorithm takes it."""
        effort = self._effort()
        return {
            "START": effort.start.isoformat(), "MONTHS": effort.months, "CREWS": effort.crews,
            "KM_PER_NIGHT": effort.km_per_night,
        }  # fmt: skip

    def refresh(self) -> None:
        """Plan by the network as it is now; nothing is written."""
        effort = self._effort()

        def work(network: Any, progress: Progress) -> tuple[SearchOverview, list[dict[str, Any]]]:
            from waternet_plugin.operations.searching.search_overview import search_overview

            found = search_overview(network, effort, progress)
            return found, night_rows.rows_of(found)

        self.read(tr("Planning the search"), work, lambda found: self.show_plan(*found))

    def show_plan(self, found: SearchOverview, rows: list[dict[str, Any]]) -> None:
        """Show a plan; the month that was chosen stays so where it has nights."""
        self.found, self.rows = found, rows
        chosen = self.which.key()
        months = night_rows.months_of(rows)
        choices: list[tuple[Any, str]] = [(night_rows.ALL, tr("all nights"))]
        choices += [(month, tr("nights of {month}").format(month=f"{month:%Y-%m}")) for month in months]
        if any(row["is_late"] for row in rows):
            km = amounts.number(found.result.plan.short_km, 1)
            choices.append((night_rows.SHORT, tr("not reached: {km} km").format(km=km)))
        self.which.fill(choices, chosen if chosen in dict(choices) else night_rows.ALL)
        self.contractors.set_rows(night_rows.contractor_rows(found.contractors))
        self.contractors.setVisible(bool(found.contractors))
        self.facts.setText(
            tr("Results by contractor, past year")
            if found.contractors
            else tr("No search was recorded in the year before.")
        )
        self.write_button.setEnabled(any(row["night"] for row in rows))
        self.open_button.setEnabled(bool(found.open_items))
        self._show_wanted()

    def _show_wanted(self) -> None:
        """List the nights that the box wants, and draw the coverage of their month."""
        if self.found is None:
            return
        which, result = self.which.key(), self.found.result
        self.show_rows(joined(result.summary), night_rows.wanted(self.rows, which), joined(result.notes))
        lines = self.found.lines(which if isinstance(which, datetime.date) else self.found.effort.start)
        drawn = [
            OverlayLine(lines[state], colour, _LINE_PX)
            for state, colour in SEARCH_COLOURS.items()
            if state in lines
        ]
        self.overlay.show(drawn, [], self.crs)

    def refuse(self, error: Any) -> None:
        """Say why there is no plan."""
        super().refuse(error)
        self._show_none()

    def _show_none(self) -> None:
        self.found, self.rows = None, []
        self.facts.setText("")
        self.contractors.hide()
        self.write_button.setEnabled(False)
        self.open_button.setEnabled(False)
        self.overlay.clear()

    def show_run(self, row: dict[str, Any]) -> None:
        """Zoom to a run."""
        if self.found is not None:
            self.owner.show_row({"wkb": self.found.line_of(row["run_id"])})

    # What is done with the plan.

    def write(self) -> None:
        """Write a work order for each run, as one batch that can be undone."""

        def said(results: dict[str, Any]) -> str:
            text = tr("%n work order(s) written.", "", int(results["ORDERS"]))
            replaced = int(results["REPLACED"])
            more = [tr("%n of an earlier plan are replaced.", "", replaced)] if replaced else []
            return joined([text, *more])

        self.store(self.ALGORITHM, {**self.algorithm_parameters(), "STORE": True}, said)

    def open_work(self) -> None:
        """Open the list of open work with the orders to search chosen: what crews did is recorded there."""
        if self.found is not None:
            pane.open_pane(self.session, WorkPane, items=self.found.open_items)

    def save(self) -> None:
        """Save the list."""
        pane.save_shown(self, self.list, night_rows.columns()[1:], tr("Nights of leak search"))

    def _keep(self) -> None:
        parameters = {"NETWORK": self.session.network_path, **self.algorithm_parameters()}
        keep.keep(self.session, self.ALGORITHM, parameters, tr("leak_search"), self.working)
