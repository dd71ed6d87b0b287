"""The pane of meters due: a list, the map in the same colours, sums with the share of smart meters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.users import meter_rows
from waternet_plugin.gui.users.answer_list import AnswerList, AnswerPane
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.row_table import RowsView

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.schedule_meters import MeterResult


class MetersPane(AnswerPane):
    """Lists when customer meters are due for verification or replacement."""

    NAME = "wn_meters"
    TABLES = ("node", "customer", "zone", "setting")
    ALGORITHM = "schedulemeters"
    REPORT = "meters_due"

    def build(self) -> QWidget:
        """Return the choice, the list, and the sums under it."""
        self.setWindowTitle(tr("Meters due"))
        self.rows: list[dict[str, Any]] = []
        self.which = ChoiceBox(
            "wn_meters_which", (), None, accessibleName=tr("Meters"), chosen=lambda _key: self._show_wanted()
        )
        below = QWidget(self)
        self.group = ChoiceBox(
            "wn_meters_group",
            list(meter_rows.group_titles().items()),
            "compound",
            accessibleName=tr("Group"),
            chosen=lambda _key: self._show_sums(),
        )
        self.sums = make_narrow(RowsView(meter_rows.sum_columns(), "wn_meters_sums", below))
        vertical(self.group, (self.sums, 1), parent=below, spacing=4, margins=0)
        self.set_page(
            AnswerList(self.session, self.NAME, meter_rows.columns(), self, asks=self.which, below=below)
        )
        self.list.picked.connect(self.show_row)
        self.page.add_button(tr("Select on the map"), "select", self.select)
        self.page.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        menu_entry(self.page.menu, tr("Report"), "wn_meters_report", self.show_report)
        menu_entry(self.page.menu, tr("Save the sums…"), "wn_meters_save_sums", self._save_sums)
        self.add_algorithm()
        return self.page

    def ask(self, **wanted: Any) -> None:
        """Work out the days; ``which`` are the meters to list. The map takes the same colours."""
        self._fill_which(wanted.get("which") or self.which.key() or meter_rows.DUE)
        self.session.show_theme("meters")
        self.refresh()

    def _fill_which(self, wanted: str) -> None:
        choices = [
            (meter_rows.DUE, tr("overdue or due within a year")),
            *((year, tr("due in {year}").format(year=year)) for year in meter_rows.years_of(self.rows)),
            (meter_rows.ALL, tr("all meters")),
        ]
        self.which.fill(choices, wanted if wanted in dict(choices) else meter_rows.DUE)

    def refresh(self) -> None:
        """Work out the days by the network as it is now; nothing is written."""

        def work(network: Any, progress: Progress) -> tuple[MeterResult, list[dict[str, Any]]]:
            from waternet_plugin.operations.users.schedule_meters import MeterRequest, schedule_network_meters

            result = schedule_network_meters(network, MeterRequest(), progress)
            return result, meter_rows.rows_of(result)

        self.page.read(tr("Working out when meters are due"), work, lambda found: self.show_meters(*found))

    def show_meters(self, result: MeterResult, rows: list[dict[str, Any]]) -> None:
        """Show meters."""
        self.result, self.rows = result, rows
        self._fill_which(str(self.which.key() or meter_rows.DUE))
        self._show_wanted()
        self._show_sums()

    def _show_wanted(self) -> None:
        rows = meter_rows.wanted(self.rows, str(self.which.key()))
        further = () if self.result is None else self.result.summary[1:] if self.rows else self.result.summary
        self.page.show_rows(meter_rows.headline(rows, self.rows), rows, joined(further))

    def _show_sums(self) -> None:
        sums = () if self.result is None else self.result.sums[str(self.group.key())]
        self.sums.set_rows(meter_rows.sum_rows(sums))

    # What is done with them.

    def select(self) -> None:
        """Select the chosen meters on the map, all that are listed where one or none is chosen."""
        self.select_listed("node", "node_id", "node_id")

    def save(self) -> None:
        """Save what is listed."""
        wanted = (*meter_rows.columns()[1:], *meter_rows.further_columns())
        pane.save_shown(self, self.list, wanted, tr("Rotation plan of meters"))

    def _save_sums(self) -> None:
        pane.save_shown(self, self.sums, meter_rows.sum_columns(), tr("Sums of meters"))
