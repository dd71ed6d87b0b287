"""The tab of the water balance: what was lost in a month, at which level, and the report of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.panes import pane, report_files
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.plots import water_balance as plots
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.gui.plots.plot import Plot
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.leakage.water_balance import WaterBalanceResult

BALANCE = "waterbalance"
_TABLES = ("", "volume", "reading", "zone", "setting", "node", "customer", "compound", "pipe")
_CRITERION = "double_criterion"
# Months that can be chosen, the newest first, before the whole period.
_MOST_MONTHS = 24


class BalancePage(QWidget):
    """The tab of the water balance.

    Parameters
    ----------
    session
        Reads the network, and runs what is asked for.
    section
        Shows how far the work is.
    parent
        Owner.
    """

    def __init__(self, session: Session, section: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_dma_balance_page")
        self.session, self._section = session, section
        self.balance: WaterBalanceResult | None = None
        self._whole: Plot | None = None
        self._is_due = True
        self._latest = LatestReading(session.run, self)
        self.note = plain_label(
            "",
            self,
            objectName="wn_dma_balance_note",
            wordWrap=True,
            font=sized(self.font(), NOTE_PT + 0.5),
            textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        self.report_button = pane.tool(
            tr("Report"),
            "wn_dma_balance_report",
            self.report,
            self,
            toolTip=literal(
                tr("The water balance by CJJ 92 and IWA, with all levels and compounds, as a page to print")
            ),
            enabled=False,
        )
        self.table_button = pane.tool(
            tr("Leakage table…"),
            "wn_dma_balance_table",
            self.table,
            self,
            toolTip=literal(
                tr("Choose the period, give pressure and frost, and save leakage table and workbook")
            ),
            visible=zone_runs.has(BALANCE),
        )
        self.keep_button = pane.tool(
            tr("Show on the map"),
            "wn_dma_balance_keep",
            self.keep,
            self,
            toolTip=literal(
                tr("Store the leakage rate of each area and month, and colour the areas by it and night flow")
            ),
            visible=zone_runs.has(BALANCE),
            enabled=False,
        )
        self.plot = PlotView(session, "wn_dma_balance_plot", self, with_title=False)
        self.plot.chosen.connect(self._say)
        line = WrappingRow(self.report_button, self.table_button, self.keep_button)
        vertical(self.note, line, (self.plot, 1), parent=self, spacing=4, margins=4)
        session.data_changed.connect(self._data_changed)

    def _data_changed(self, name: str) -> None:
        if name in _TABLES and not sip.isdeleted(self):
            self.read()

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Read what was not, while nobody saw it."""
        super().showEvent(event)
        if self._is_due:
            self.read()

    def read(self) -> None:
        """Compute the balance of all volumes, month by month, and show the newest month."""
        self._is_due = not self.isVisible()
        path = self.session.network_path
        if self._is_due or not path:
            return

        def work(network: Any, progress: Any) -> Any:
            from waternet_plugin.operations.leakage.water_balance import WaterBalanceRequest, water_balance

            try:
                return water_balance(network, WaterBalanceRequest(), progress)
            except InputError as error:
                # Nothing can be told yet, and the sentence says what is missing.
                return error.message

        title = tr("Computing the water balance")
        self._latest.begin(title, on_network(path, work), self._show, self.session.say_error, is_quiet=True)

    def _show(self, found: WaterBalanceResult | str) -> None:
        self.balance = None if isinstance(found, str) else found
        for button in (self.report_button, self.keep_button):
            button.setEnabled(self.balance is not None)
        if isinstance(found, str):
            self.plot.set_plots([])
            self.note.setText(found)
            return
        labelled = []
        title = self.session.network_title
        for first, rows in [*found.periods.groupby("from_date", sort=True)][::-1][:_MOST_MONTHS]:
            month = f"{first:%Y-%m}"
            labelled.append((month, plots.balance_tree(rows.reset_index(drop=True), month, network=title)))
        text = found.period.text
        self._whole = plots.balance_tree(found.rows, text, network=title)
        labelled.append((text, self._whole))
        self.plot.set_plots(labelled)
        self._say()

    def _say(self) -> None:
        """Say what the shown period lost, for all of it what is to be known besides."""
        plot, found = self.plot.plot, self.balance
        if plot is None or found is None:
            return
        self.note.setText(plot.title if plot is not self._whole else joined((*found.summary, *found.notes)))

    def report(self) -> None:
        """Write the report of all months beside the network and open it."""
        balance = self.balance
        if balance is not None:
            report_files.make_and_show(
                self.session,
                lambda: balance.report,
                tr("water balance", "name of a file"),
                section=self._section,
            )

    def table(self) -> None:
        """Open the dialog that computes a period and saves leakage table and workbook."""
        self.session.open_algorithm(BALANCE, {"NETWORK": self.session.network_path})

    def keep(self) -> None:
        """Store the leakage rates of the areas and show them beside their night flow."""
        parameters = {"NETWORK": self.session.network_path, "STORE": True}

        def done(_results: dict[str, Any]) -> None:
            if not sip.isdeleted(self):
                self.session.show_theme(_CRITERION)

        self.session.run_algorithm(BALANCE, parameters, done, section=self._section)
