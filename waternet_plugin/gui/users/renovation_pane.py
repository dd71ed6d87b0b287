"""The pane of compounds to renovate: three dots and the cost; each figure leads to its rows; a sheet each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import file_dialogs, pane
from waternet_plugin.gui.panes.report_files import report_path
from waternet_plugin.gui.users import renovation_rows
from waternet_plugin.gui.users.answer_list import AnswerList, AnswerPane
from waternet_plugin.gui.widgets.menu_entries import menu_entry

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.rows_behind import FigureRows
    from waternet_plugin.operations.users.screen_compounds import ScreenResult

SCREEN = "screencompounds"


class RenovationPane(AnswerPane):
    """Screens the compounds by leakage, pressure and quality, and says what renovating them takes."""

    NAME = "wn_renovation"
    TABLES = ("compound", "volume", "customer", "node", "pipe", "failure", "assessment", "setting")
    ALGORITHM = SCREEN
    REPORT = "compounds_to_renovate"

    def build(self) -> QWidget:
        """Return the list and the card of the chosen compound."""
        self.setWindowTitle(tr("Compounds to renovate"))
        self.chosen: dict[str, Any] = {}
        self.card = pane.Prose("wn_renovation_card", anchorClicked=self.follow)
        self.set_page(AnswerList(self.session, self.NAME, renovation_rows.columns(), self, below=self.card))
        self.list.picked.connect(self.choose)
        self.sheet_button = self.page.add_button(
            tr("Print sheet"), "sheet", self.print_sheet, tr("One page of the chosen compound as PDF")
        )
        self.page.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        menu_entry(self.page.menu, tr("Report"), "wn_renovation_report", self.show_report)
        self.add_algorithm()
        self._show_card({})
        return self.page

    def refresh(self) -> None:
        """Screen the compounds by the network as it is now; nothing is written."""

        def work(network: Any, progress: Progress) -> tuple[ScreenResult, list[dict[str, Any]]]:
            from waternet_plugin.operations.users.screen_compounds import ScreenRequest, screen_compounds

            result = screen_compounds(network, ScreenRequest(), progress)
            return result, renovation_rows.rows_of(result)

        def refused(error: Any) -> None:
            self._show_card({})
            self.page.refuse(error)

        self.page.read(
            tr("Screening compounds"), work, lambda found: self.show_compounds(*found), failed=refused
        )

    def show_compounds(self, result: ScreenResult, rows: list[dict[str, Any]]) -> None:
        """Show compounds, and the one that was chosen."""
        self.result = result
        self.page.show_rows(joined(result.summary), rows, joined(result.notes))
        same = [row for row in rows if row["compound_id"] == self.chosen.get("compound_id")]
        self._show_card((same or rows or [{}])[0])

    def choose(self, row: dict[str, Any]) -> None:
        """Show one compound on the map and in words."""
        self._show_card(row)
        self.show_row(row)

    def _show_card(self, row: dict[str, Any]) -> None:
        self.chosen = row
        self.card.setHtml(renovation_rows.card(row) if row else "")
        self.sheet_button.setEnabled(bool(row))
        for place, one in enumerate(self.list.rows):
            if one is row:
                self.list.selectRow(place)

    # What is done with them.

    def follow(self, url: QUrl) -> None:
        """Select the rows behind a figure on the map."""
        if url.scheme() != renovation_rows.ROWS or self.result is None or not self.chosen:
            return
        figure, last = url.path(), self.result.period.last
        compound, verdict = str(self.chosen["compound_id"]), str(self.chosen["must_renovate"])

        def work(network: Any) -> FigureRows:
            from waternet_plugin.operations.users.rows_behind import FigureRequest, rows_behind

            return rows_behind(network, FigureRequest(compound, figure, last, verdict))

        self.page.read_beside(
            tr("Reading the network"),
            work,
            lambda found: self.page.select(found.table, found.field, found.ids),
        )

    def print_sheet(self) -> None:
        """Write the sheet of the chosen compound as PDF beside the network and open it."""
        if self.result is None or not self.chosen:
            return
        name = str(self.chosen["compound_id"])
        place = report_path(self.session.network_path, f"renovation_{name}").with_suffix(".pdf")
        wanted = {
            "NETWORK": self.session.network_path, "SUBJECT": name, "PAPER": str(place),
            "FROM": self.result.period.first.isoformat(), "TO": self.result.period.last.isoformat(),
        }  # fmt: skip

        def done(_results: dict[str, Any]) -> None:
            file_dialogs.open_file(place)
            self.session.say(tr("The sheet is at {path}.").format(path=place), "success")

        self.session.run_algorithm(SCREEN, wanted, done, section=self.page.working)

    def save(self) -> None:
        """Save the list."""
        shown = [one for one in renovation_rows.columns() if one.key in ("name", "loss_percent", "cost")]
        wanted = (*shown, *renovation_rows.further_columns())
        pane.save_shown(self, self.list, wanted, tr("Compounds to renovate"))
