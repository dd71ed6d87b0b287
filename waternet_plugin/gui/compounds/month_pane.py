"""The pane that plans a month: crews and their hours, what is due, work items and papers of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from qgis.core import QgsExpression, QgsFeatureRequest
from qgis.PyQt.QtCore import QDate, Qt, QTimer
from qgis.PyQt.QtWidgets import QDateEdit, QFileDialog, QMenu, QTabWidget, QWidget

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.compounds import month_rows
from waternet_plugin.gui.compounds.crew_table import CrewChoice, MonthCrewTable
from waternet_plugin.gui.compounds.month_rows import ListedMonth
from waternet_plugin.gui.network.side_pane import WIDTH
from waternet_plugin.gui.panes import file_dialogs, pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.plots.month import hours_of_month
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

PLAN = "planduties"
# By this the changes of a person to the crews are remembered.
_CREWS = "month/crews"
_CONTROL = 24
# Several changes in a row are planned once.
_SETTLE_MS = 500


class MonthPane(pane.Pane):
    """Plans the duties of a month at once, and anew at each change of month and crews."""

    NAME = "wn_month"
    TOPIC = "compounds"
    TABLES = (
        *("compound", "zone", "node", "pipe", "customer", "issue", "inspection", "work_item", "reading"),
        "setting",
    )
    AREA = Qt.DockWidgetArea.RightDockWidgetArea
    SIZE = (WIDTH, 560)

    def build(self) -> QWidget:
        """Return month, crews, the answer, its lists and the buttons."""
        self.setWindowTitle(tr("Plan of a month"))
        self.found: ListedMonth | None = None
        self._is_own_write = False
        inside = QWidget(self, objectName="wn_month_inside")
        self.crews = MonthCrewTable(inside)
        self.crews.choice = CrewChoice.of(self.session.remembered(_CREWS))
        self.crews.changed.connect(self._crews_changed)
        self.working = Working("wn_month", inside)
        head = sized(self.font(), FIGURE_PT - 1, semibold=True)
        self.headline = plain_label("", inside, objectName="wn_month_headline", wordWrap=True, font=head)
        self.answer = plain_label(
            "", inside, objectName="wn_month_answer", wordWrap=True, font=sized(self.font(), NOTE_PT)
        )
        self.tabs = self._lists(inside)
        self.items_button = pane.button(
            tr("Make work items"),
            "wn_month_items",
            self.make_items,
            inside,
            enabled=False,
            toolTip=tr("Write the plan as work items, one batch that can be undone"),
        )
        self.papers_button = pane.button(
            tr("XLSX and day sheets…"),
            "wn_month_papers",
            self.write_papers,
            inside,
            enabled=False,
            toolTip=tr("A workbook for each crew and a PDF with maps for each of its days, in a folder"),
        )
        buttons = QWidget(inside)
        buttons.setLayout(WrappingRow(self.items_button, self.papers_button))
        self._change = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self.refresh)
        vertical(
            self._month_line(inside), self.crews, self.working, self.headline, self.answer, (self.tabs, 1),
            buttons, parent=inside, spacing=4, margins=(8, 4, 8, 8),
        )  # fmt: skip
        inside.setMinimumWidth(WIDTH - 40)
        return inside

    def _month_line(self, parent: QWidget) -> Any:
        home = pane.home_button(self.NAME, self.session, parent)
        today = datetime.date.today()
        first = QDate(today.year, today.month, 1)
        self.month_box = QDateEdit(
            first.addMonths(1),
            parent,
            objectName="wn_month_month",
            displayFormat="yyyy-MM",
            minimumDate=first,
            currentSection=QDateEdit.Section.MonthSection,
            accessibleName=tr("Month"),
        )
        self.month_box.setFixedHeight(_CONTROL)
        self.month_box.dateChanged.connect(lambda _day: self._change.start())
        self.add_button = pane.tool(
            tr("Add a crew"),
            "wn_month_add",
            self.crews.add_crew,
            parent,
            toolTip=tr("A crew that no grid names; untick one that takes no part"),
        )
        self.plan_button = pane.tool(tr("Plan again"), "wn_month_plan", self.refresh, parent)
        menu = QMenu(self, objectName="wn_month_menu")
        menu_entry(menu, tr("Save the duties…"), "wn_month_save", self._save)
        menu_entry(menu, tr("Open the algorithm…"), "wn_month_algorithm", self._open_algorithm)
        more = menu_button("wn_month_more", menu, parent)
        # Words of other fonts and languages take a second line.
        controls = QWidget(parent)
        controls.setLayout(WrappingRow(self.month_box, self.add_button, self.plan_button))
        return horizontal(home, (controls, 1), more)

    def _lists(self, parent: QWidget) -> QTabWidget:
        tabs = QTabWidget(parent, objectName="wn_month_tabs", documentMode=True)
        self.plot = PlotView(self.session, "wn_month_plot", tabs, with_title=False)
        self.rates = make_narrow(RowsView(month_rows.rate_columns(), "wn_month_rates", tabs))
        self.duties = make_narrow(RowsView(month_rows.duty_columns(), "wn_month_duties", tabs))
        self.rates.picked.connect(lambda row: self._show_asset("compound", row["compound_id"]))
        self.duties.picked.connect(lambda row: self._show_asset(row["table"], row["asset"]))
        for widget, label in (
            (self.plot, tr("Hours")),
            (self.rates, tr("Rates")),
            (self.duties, tr("Duties")),
        ):
            tabs.addTab(widget, label)
        return tabs

    # Planning.

    def _refresh_shown(self) -> None:
        if self._is_own_write:
            # The work items are those of the plan that shows.
            self._is_own_write = False
            return
        super()._refresh_shown()

    def refresh(self) -> None:
        """Plan by the network as it is now; nothing is written."""
        self._plan(tr("Planning the month"), self.show_month)

    def _plan(self, title: str, done: Any, *, stores: bool = False) -> None:
        from waternet_plugin.core.months import Month

        day, choice = self.month_box.date(), self.crews.choice
        month = Month(day.year(), day.month())

        def work(network: Any, progress: Progress) -> Any:
            from waternet_plugin.core.errors import InputError
            from waternet_plugin.operations.compounds.month_crews import month_crews
            from waternet_plugin.operations.compounds.plan_duties import PlanRequest, plan_network_duties

            proposed = month_crews(network, month, datetime.date.today())
            crews = choice.taking_part(proposed)
            if not crews:
                raise InputError(tr("No crew takes part. Tick one."))
            result = plan_network_duties(
                network, PlanRequest(month=month, crews=crews, store=stores), progress
            )
            return month_rows.listed_month(result, month, choice.offered(proposed))

        self._set_ready(is_ready=False)

        def failed(error: WaterNetError) -> None:
            # What shows is of other crews, or of another month.
            cancelled = tr("Planning was stopped. Press “Plan again”.")
            self._forget(cancelled if isinstance(error, CancelledError) else error.message)

        self._latest.begin(
            title, on_network(self.session.network_path, work), done, failed, section=self.working
        )

    def _set_ready(self, *, is_ready: bool) -> None:
        self.items_button.setEnabled(is_ready and self.found is not None and bool(self.found.work.crews))
        self.papers_button.setEnabled(is_ready and self.found is not None and bool(self.found.work.crews))

    def _forget(self, sentence: str) -> None:
        self.found = None
        self.headline.setText("")
        self.answer.setText(sentence)
        self.plot.set_plots([])
        self.rates.set_rows([])
        self.duties.set_rows([])
        self._set_ready(is_ready=False)

    def show_month(self, found: ListedMonth) -> None:
        """Show a plan."""
        self.found = found
        first, *more = found.lines
        self.headline.setText(first)
        self.answer.setText(joined(more))
        self.crews.show_crews(found.crews, found.planned_h, found.short)
        plot = hours_of_month(found.chart, found.month.text, network=self.session.network_title)
        self.plot.set_plots([(tr("Hours"), plot)])
        self.rates.set_rows(found.rates)
        self.duties.set_rows(found.duties)
        self._set_ready(is_ready=True)

    def _crews_changed(self) -> None:
        self.session.remember(_CREWS, self.crews.choice.to_plain())
        self._change.start()

    # What is done with the plan.

    def make_items(self) -> None:
        """Write the plan as work items, as one batch that can be undone."""

        def written(found: ListedMonth) -> None:
            self.show_month(found)
            self._is_own_write = True
            self.session.written("work_item")
            text = tr("%n work item(s) of {month} written.", "", len(found.work.orders)).format(
                month=found.month.text
            )
            work_orders.say_written(self.session, self.working, text, found.batch_id)

        self._plan(tr("Writing work items"), written, stores=True)

    def write_papers(self) -> None:
        """Write the workbook and the day sheets of each crew into a folder."""
        found, title = self.found, self.session.network_title
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Folder of the lists and day sheets"), str(self.session.paper_folder)
        )
        if not chosen or found is None:
            return
        folder = Path(chosen)

        def work(progress: Progress) -> list[Path]:
            from waternet_plugin.atlas.crew_papers import write_crew_papers

            return write_crew_papers(folder, found.work, title, progress)

        def done(written: list[Path]) -> None:
            self.session.remember("folder", folder.as_posix())
            text = tr("%n list(s) and day sheet(s) written to {path}.", "", len(written)).format(path=folder)
            self.session.say(text, "success", (tr("Open"), lambda: file_dialogs.open_file(folder)))

        self.session.run(tr("Writing lists and day sheets"), work, done, section=self.working)

    def _show_asset(self, table: str, asset: str | None) -> None:
        """Show an asset of a row on the map."""
        layer = self.wanted_layer(table) if asset else None
        if layer is None:
            return
        wanted = QgsExpression.createFieldEqualityExpression(f"{table}_id", asset)
        feature = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)), None)
        if feature is None:
            self.session.say(tr("{asset} is no longer in the network.").format(asset=asset), "warning")
            return
        shape = feature.geometry()
        self.show_row({"wkb": b"" if shape.isNull() else bytes(shape.asWkb())})

    def _save(self) -> None:
        pane.save_shown(self, self.duties, month_rows.duty_columns()[1:], tr("duties", "name of a file"))

    def _open_algorithm(self) -> None:
        self.session.open_algorithm(PLAN, {"NETWORK": self.session.network_path})
