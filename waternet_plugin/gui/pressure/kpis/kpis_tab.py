"""The tab of indicators: figures that lead to their rows, targets, projects by their money, and the page."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QLocale, QModelIndex
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core import texts
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import file_dialogs, pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import make_narrow, narrow_list
from waternet_plugin.gui.panes.report_files import report_path
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.pressure.kpis import kpi_table
from waternet_plugin.gui.pressure.kpis.target_line import TargetLine
from waternet_plugin.gui.pressure.pressure_tab import PressureTab
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.users.question_line import QuestionLine
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.programmes.kpi_sheet import KpiRequest, KpiResult

_YEARS = 6
WHOLE_YEAR = 0
# More rows are listed, but nobody looks at them on the map.
_MOST_SELECTED = 20_000


class KpisTab(PressureTab):
    """Shows the sheet of a year or month; each numerator and denominator leads to the rows that it counts."""

    KEY = "kpis"
    ALGORITHM = "kpis"
    TABLES = (
        "pipe", "node", "zone", "volume", "reading", "project", "failure", "leak_alarm", "shutoff",
        "work_item", "target", "setting",
    )  # fmt: skip

    def __init__(self, session: Session, owner: pane.Pane) -> None:
        name = f"{owner.NAME}_{self.KEY}"
        self.result: KpiResult | None = None
        self.chosen: dict[str, Any] = {}
        # Until a sheet was seen it is that of the newest year with anything to judge.
        self.opens_newest = True
        today = datetime.date.today()
        months = QLocale(texts.language())
        self.year = ChoiceBox(
            f"{name}_year",
            _year_choices(today.year - _YEARS + 1),
            today.year,
        )
        self.month = ChoiceBox(
            f"{name}_month",
            [
                (WHOLE_YEAR, tr("whole year")),
                *((month, months.standaloneMonthName(month)) for month in range(1, 13)),
            ],
            WHOLE_YEAR,
        )
        self.unit = ChoiceBox(
            f"{name}_unit",
            [("all", tr("whole network")), ("dma", tr("metered areas")), ("district", tr("districts"))],
            "all",
        )
        for box, label, width in (
            (self.year, tr("Year"), 58), (self.month, tr("Month"), 100), (self.unit, tr("By unit"), 126),
        ):  # fmt: skip
            box.setAccessibleName(label)
            box.setMinimumWidth(width)
            box.chosen.connect(lambda _key: self._ask_chosen())
        asks = QuestionLine(
            tr("{year} {month} {unit}"), {"year": self.year, "month": self.month, "unit": self.unit}
        )
        below = QWidget()
        self.facts = plain_label("", below, objectName=f"{name}_facts", wordWrap=True)
        self.facts.setFont(sized(self.facts.font(), NOTE_PT))
        self.target = TargetLine(f"{name}_target", self.set_target, below)
        self.counted = make_narrow(RowsView(_counted_columns(), f"{name}_counted", below))
        self.projects = narrow_list(kpi_table.project_columns(), f"{name}_projects", below, self.show_project)
        vertical(self.facts, self.target, (self.counted, 1), (self.projects, 1), parent=below, spacing=4,
                 margins=0)  # fmt: skip
        super().__init__(session, owner, kpi_table.columns(), asks=asks, below=below)
        self.list.clicked.connect(self._cell_clicked)
        self.add_button(tr("Print"), "print", self.print_sheet, tr("The sheet as PDF and XLSX"))
        self.add_button(
            tr("Projects by money"), "money", self.show_projects, tr("By type, the leakiest zones first")
        )
        menu_entry(self.menu, tr("Save the list…"), f"{name}_save", self._save)
        self._show_none()

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return the time and the units of the sheet."""
        month = self.month.key()
        when = {"MONTH": f"{self.year.key()}-{month:02d}"} if month else {"YEAR": self.year.key()}
        return {**when, "UNIT": self.unit.key()}

    # Reading and showing.

    def _request(self) -> KpiRequest:
        from waternet_plugin.core.months import Month
        from waternet_plugin.operations.programmes.kpi_sheet import KpiRequest

        year, month = int(self.year.key()), int(self.month.key())
        wanted = (None, Month(year, month)) if month else (year, None)
        return KpiRequest(*wanted, by=str(self.unit.key()))

    def _ask_chosen(self) -> None:
        self.opens_newest = False
        self.refresh()

    def refresh(self) -> None:
        """Compute the sheet; nothing is written."""
        from waternet_plugin.core.errors import InputError

        try:
            request = self._request()
        except InputError as error:
            self.refuse(error)
            return

        opens_newest = self.opens_newest

        def work(network: Any, progress: Progress) -> tuple[Any, ...]:
            from waternet_plugin.operations.programmes.judged_year import newest_judged_year
            from waternet_plugin.operations.programmes.kpi_sheet import report_kpis

            asked = request
            if opens_newest:
                asked = replace(request, year=newest_judged_year(network, datetime.date.today()))
            found = report_kpis(network, asked, progress)
            return asked.period.first.year, found, kpi_table.rows_of(found), kpi_table.project_rows(found)

        self.read(tr("Computing indicators"), work, lambda found: self._show_year(*found))

    def _show_year(self, year: int, result: KpiResult, *rows: list[dict[str, Any]]) -> None:
        """Show the sheet of a year, which is said where nobody chose it."""
        now = datetime.date.today().year
        if self.opens_newest:
            self.opens_newest = False
            self.year.fill(_year_choices(min(year, now - _YEARS + 1)), year)
            if year < now:
                text = tr("{now} has nothing to judge yet: this is {year}.").format(now=now, year=year)
                result = replace(result, notes=(text, *result.notes))
        self.show_sheet(result, *rows)

    def show_sheet(
        self, result: KpiResult, rows: list[dict[str, Any]], projects: list[dict[str, Any]]
    ) -> None:
        """Show a sheet; what was chosen stays so."""
        self.result = result
        self.show_rows(joined(result.summary), rows, joined(result.notes))
        self.projects.set_rows(projects)
        keys = ("unit", "indicator")
        same = [row for row in rows if all(row[key] == self.chosen.get(key) for key in keys)]
        if same and self.projects.isHidden():
            self._choose(same[0])
        elif self.projects.isHidden():
            self._show_none()

    def refuse(self, error: Any) -> None:
        """Say why there is no sheet."""
        self.result = None
        super().refuse(error)
        self.projects.set_rows([])
        self._show_none()

    def _show_none(self) -> None:
        self.chosen = {}
        self.facts.setText(tr("Click a numerator or a denominator to see the rows that it counts."))
        self.target.hide()
        self.counted.hide()
        self.projects.hide()

    def _choose(self, row: dict[str, Any]) -> None:
        self.chosen = row
        self.projects.hide()
        self.counted.hide()
        self.facts.setText(row["name"])
        self.target.ask(row)

    def _cell_clicked(self, index: QModelIndex) -> None:
        row, key = self.list.rows[index.row()], self.list.columns[index.column()].key
        self._choose(row)
        if key in (kpi_table.NUMERATOR, kpi_table.DENOMINATOR):
            self.show_counted(row, key)

    def show_counted(self, row: dict[str, Any], side: str) -> None:
        """List the rows that a figure counts, and select them on the map where they have places."""
        if self.result is None:
            return
        name, ids = self.result.behind(row["unit"], row["indicator"], side)
        amounts = self.result.shares(row["unit"], row["indicator"], side)
        self.counted.set_rows([{"asset": asset, "amount": amount} for asset, amount in amounts])
        self.counted.setVisible(bool(ids))
        what = tr("Numerator") if side == kpi_table.NUMERATOR else tr("Denominator")
        if not ids:
            self.facts.setText(tr("{name}, {side}: no rows.").format(name=row["name"], side=what))
            return
        text = tr("{name}, {side}: %n row(s) of “{table}”.", "", len(ids))
        self.facts.setText(text.format(name=row["name"], side=what, table=table(name).label))
        layer = self.session.layer(name)
        if layer is not None and layer.isSpatial() and len(ids) <= _MOST_SELECTED:
            self.select(name, table(name).id_field, ids)

    def show_projects(self) -> None:
        """Show the projects of the year by type, with their money and the leakage of their zone."""
        self._show_none()
        self.projects.setVisible(bool(self.projects.rows))
        text = tr(
            "%n project(s) by type; those of the zone that loses most come first.",
            "",
            len(self.projects.rows),
        )
        self.facts.setText(text)

    def show_project(self, row: dict[str, Any]) -> None:
        """Select a project on the map."""
        self.select("project", "project_id", [row["project_id"]])

    # What is done with it.

    def set_target(self, value: float | None) -> None:
        """Set the target of the chosen indicator, as one batch that can be undone."""
        unit, indicator, year = self.chosen["unit"], self.chosen["indicator"], int(self.year.key())

        def work(network: Any, progress: Progress) -> str:
            from waternet_plugin.operations.programmes.set_target import TargetRequest, set_target

            return set_target(network, TargetRequest(unit, year, indicator, value), progress).batch_id

        def done(batch: str) -> None:
            self.session.written("target")
            text = tr("Target of {indicator}, {year}, is set.")
            said = text.format(indicator=label_of("kpi", indicator), year=year)
            work_orders.say_written(self.session, self.working, said, batch)

        self.session.run(
            tr("Setting a target"), on_network(self.session.network_path, work), done,
            failed=self.say_refusal, section=self.working,
        )  # fmt: skip

    def print_sheet(self) -> None:
        """Write the sheet as PDF and XLSX beside the network, and open the page."""
        wanted = self.algorithm_parameters()
        name = "_".join(str(wanted[key]) for key in ("YEAR", "MONTH", "UNIT") if key in wanted)
        page = report_path(self.session.network_path, f"kpis_{name}").with_suffix(".pdf")
        book = page.with_suffix(".xlsx")

        def done(_results: dict[str, Any]) -> None:
            text = tr("Written: {page} and {book}.").format(page=page.name, book=book.name)
            self.session.say(text, "success", (tr("Open the workbook"), lambda: file_dialogs.open_file(book)))
            file_dialogs.open_file(Path(page))

        files = {"PAPER": str(page), "WORKBOOK": str(book)}
        self.session.run_algorithm(
            self.ALGORITHM, {"NETWORK": self.session.network_path, **wanted, **files}, done,
            failed=self.say_refusal, section=self.working,
        )  # fmt: skip

    def _save(self) -> None:
        pane.save_shown(self, self.list, kpi_table.columns()[1:], tr("KPI sheet"))


def _counted_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("asset", tr("Id"), width=140, fills=True),
        TableColumn("amount", tr("Amount"), decimals=3, width=90),
    )


def _year_choices(oldest: int) -> list[tuple[int, str]]:
    """Return the years down to the oldest, with their labels."""
    return [(year, str(year)) for year in range(datetime.date.today().year, oldest - 1, -1)]
