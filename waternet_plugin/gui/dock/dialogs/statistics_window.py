"""The statistics of the network: length by system, diameter, material, age and status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.plots.shares import group_titles, lengths_plot
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn, text_of
from waternet_plugin.gui.widgets.standard_buttons import add_button, speak

if TYPE_CHECKING:
    from waternet_plugin.core.reports.health.statistics import Statistics
    from waternet_plugin.gui.session.session import Session

# Map themes that show a group; the others have none.
_THEMES = {"system": "system", "material": "material", "age": "age", "status": "status"}


class StatisticsWindow(HelpKey, QDialog):
    """A plot a group, and its figures below, which can be copied as a table.

    Parameters
    ----------
    statistics
        The figures.
    """

    TOPIC = "statistics"

    def __init__(self, session: Session, statistics: Statistics, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            objectName="wn_statistics",
            windowTitle=tr("Statistics of {name}").format(name=session.network_name),
        )
        self.session = session
        self.resize(720, 520)
        head = plain_label(
            tr("{length} in %n pipe(s)", "", statistics.pipes).format(
                length=amounts.length(statistics.length_m)
            ),
            self,
            objectName="wn_statistics_head",
            font=sized(self.font(), FIGURE_PT, semibold=True),
        )
        note = plain_label(
            tr("Pipes in use; the page Status shows all pipes."), self, font=sized(self.font(), NOTE_PT)
        )
        columns = [
            TableColumn("name", tr("Name"), width=200, fills=True),
            TableColumn("km", tr("Length (km)"), decimals=3, width=90),
            TableColumn("pipes", tr("Pipes"), decimals=0, width=70),
            TableColumn("percent", tr("Share (%)"), decimals=1, width=90),
        ]
        self.table = RowsView(columns, "wn_statistics_list", self)
        self.plots = PlotView(session, "wn_statistics_plot", self)
        self.plots.chosen.connect(self._show_figures)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        add_button(buttons, tr("Copy as CSV"), "wn_statistics_copy", self.copy, autoDefault=False)
        self._map = add_button(
            buttons,
            tr("Show on the map"),
            "wn_statistics_map",
            lambda: self.session.show_theme(_THEMES[self.group]),
            autoDefault=False,
        )
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        speak(buttons).rejected.connect(self.reject)
        vertical(head, note, (self.plots, 3), (self.table, 2), buttons, parent=self, margins=12)
        self._plot_of = {
            group: lengths_plot(statistics, group, network=session.network_title) for group in group_titles()
        }
        self.plots.set_plots([*zip(group_titles().values(), self._plot_of.values())])
        self._show_figures()

    @property
    def group(self) -> str:
        """The group whose plot shows."""
        return next(group for group, plot in self._plot_of.items() if plot is self.plots.plot)

    def _show_figures(self) -> None:
        keys = [column.key for column in self.table.columns]
        self.table.set_rows([dict(zip(keys, row)) for row in self._plot_of[self.group].rows])
        self._map.setEnabled(self.group in _THEMES)

    def copy(self) -> None:
        """Put the figures of the plot that shows into the clipboard."""
        first, *others = self.table.columns
        columns = [replace(first, label=self._plot_of[self.group].columns[0]), *others]
        QApplication.clipboard().setText(text_of(columns, self.table.rows, ","))
