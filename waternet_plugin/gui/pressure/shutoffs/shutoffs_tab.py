"""The tab of shut-offs: the month, the list with what overlaps, and what became of each."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network.bursts.burst_pane import BurstPane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.pressure.pressure_tab import PressureTab
from waternet_plugin.gui.pressure.shutoffs import shutoff_rows
from waternet_plugin.gui.pressure.shutoffs.month_calendar import MonthCalendar, date_of
from waternet_plugin.gui.pressure.shutoffs.shutoff_line import ShutoffLine
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.shutoffs.record_shutoff import RecordedShutoff, ShutoffRecord


class ShutoffsTab(PressureTab):
    """Lists the shut-offs of a month, those that overlap in red with the reason."""

    KEY = "shutoffs"
    ALGORITHM = "listshutoffs"
    TABLES = ("shutoff", "pipe", "node", "customer", "setting")

    def __init__(self, session: Session, owner: pane.Pane) -> None:
        name = f"{owner.NAME}_{self.KEY}"
        self.rows: list[dict[str, Any]] = []
        self.next_start: str | None = None
        self.chosen: dict[str, Any] = {}
        self._day: datetime.date | None = None
        self.calendar = MonthCalendar(f"{name}_calendar")
        below = QWidget()
        self.facts = plain_label("", below, objectName=f"{name}_facts", wordWrap=True)
        self.facts.setFont(sized(self.facts.font(), NOTE_PT))
        # A sentence and that of an overlap.
        self.facts.setMinimumHeight(5 * self.facts.fontMetrics().lineSpacing())
        self.line = ShutoffLine(f"{name}_line", self.record, below)
        vertical(self.facts, self.line, 1, parent=below, spacing=4, margins=0)
        super().__init__(session, owner, shutoff_rows.columns(), asks=self.calendar, below=below)
        self.calendar.currentPageChanged.connect(lambda _year, _month: self._turn_month())
        self.calendar.clicked.connect(self._day_clicked)
        self.line.opened.connect(self.calendar.setHidden)
        self.list.picked.connect(self.choose)
        self._of_row = (
            self.add_button(tr("Record…"), "record", self.ask_record, tr("State, and the times of the crew")),
            self.add_button(
                tr("Burst and papers"),
                "burst",
                self.open_burst,
                tr("Valves, users and papers of the pipe"),
            ),
        )
        self.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        self._show_none()

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return the month that shows."""
        first, last = self.calendar.month
        return {"FROM": first.isoformat(), "TO": last.isoformat()}

    def ask(self, **wanted: Any) -> None:
        """Show the month of a day, where ``day`` says one."""
        day = wanted.get("day")
        if day is not None:
            self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))

    # Reading and showing.

    def _turn_month(self) -> None:
        self._day = None
        self.refresh()

    def refresh(self) -> None:
        """Read the shut-offs of the month; nothing is written."""
        first, last = self.calendar.month

        def work(network: Any, progress: Progress) -> tuple[list[dict[str, Any]], str | None]:
            from waternet_plugin.operations.network.list_shutoffs import ShutoffListRequest, list_shutoffs

            found = list_shutoffs(network, ShutoffListRequest(first, last), progress)
            return shutoff_rows.rows_of(found), found.next_start

        self.read(tr("Reading shut-offs"), work, self.show_shutoffs)

    def show_shutoffs(self, found: tuple[list[dict[str, Any]], str | None]) -> None:
        """Show the shut-offs of the month, or of the chosen day, and when the next one after it begins."""
        rows, self.next_start = found
        self.rows = rows
        self.calendar.show_days(*shutoff_rows.marked_days(rows, self.calendar.month))
        self._list()
        same = [row for row in self.list.rows if row["shutoff_id"] == self.chosen.get("shutoff_id")]
        if same:
            self.list.choose_where("shutoff_id", same[0]["shutoff_id"])
            self._tell(same[0])
        else:
            self._show_none()

    def _list(self) -> None:
        shown, day = self.rows, self._day
        if day is not None:
            one = (day, day)
            shown = [row for row in shown if shutoff_rows.days_of([(row["starts_at"], row["ends_at"])], one)]
        said = tr("%n shut-off(s) this month", "", len(self.rows))
        if day is not None:
            said = tr("{day}: {n} of {all}").format(day=day, n=len(shown), all=said)
        clashing = sum(bool(row["overlaps"]) for row in shown)
        parts = [tr("%n of them overlap", "of shut-offs", clashing)] if clashing else []
        note = "" if self.rows else tr("A burst, or a planned closing, is kept by the pane of the burst.")
        # A closing planned on the last day of a month for the next would seem lost.
        if self.next_start is not None:
            note = tr("The next one after this month begins {start}.").format(start=self.next_start)
        self.show_rows(" · ".join([said, *parts]), shown, note)

    def _day_clicked(self, day: QDate) -> None:
        """Show the shut-offs of one day; the same day again shows the month."""
        chosen = date_of(day)
        self._day = None if chosen == self._day else chosen
        self._list()

    def choose(self, row: dict[str, Any]) -> None:
        """Show one on the map and in words."""
        self._tell(row)
        if row["pipe_id"]:
            self.select("pipe", "pipe_id", [row["pipe_id"]])

    def _tell(self, row: dict[str, Any]) -> None:
        self.chosen = row
        self.line.close_line()
        self.facts.setText(shutoff_rows.sentence(row))
        for button in self._of_row:
            button.setEnabled(True)

    def _show_none(self) -> None:
        self.chosen = {}
        self.line.close_line()
        self.facts.setText("")
        for button in self._of_row:
            button.setEnabled(False)

    # What is done with one.

    def open_burst(self) -> None:
        """Ask the burst pane about the pipe: valves, users and papers."""
        pane.open_pane(self.session, BurstPane, pipe_id=str(self.chosen["pipe_id"] or ""))

    def ask_record(self) -> None:
        """Ask what became of the chosen one."""
        name = str(self.chosen["shutoff_id"])

        def work(network: Any) -> ShutoffRecord:
            from waternet_plugin.operations.shutoffs.record_shutoff import stored_record

            return stored_record(network, name)

        self.read_beside(tr("Reading shut-offs"), work, self.line.ask)

    def record(self, entered: ShutoffRecord) -> None:
        """Record state and times, as one batch that can be undone."""

        def work(network: Any, progress: Progress) -> RecordedShutoff:
            from waternet_plugin.operations.shutoffs.record_shutoff import record_shutoff

            return record_shutoff(network, entered, progress)

        def done(made: RecordedShutoff) -> None:
            self.line.close_line()
            self.session.written("shutoff")
            text = joined([tr("Shut-off {id} is recorded.").format(id=made.shutoff_id), *made.overlaps])
            work_orders.say_written(self.session, self.working, text, made.batch_id)

        self.session.run(
            tr("Recording a shut-off"), on_network(self.session.network_path, work), done,
            failed=lambda error: self.line.refuse(error.message), section=self.working,
        )  # fmt: skip

    def save(self) -> None:
        """Save the list."""
        wanted = (*shutoff_rows.columns()[1:], *shutoff_rows.further_columns())
        pane.save_shown(self, self.list, wanted, tr("Shut-offs"))
