"""Pressure and search: the lowest point, what was searched this month, and the ways to the tabs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.pressure.tab_list import tab_titles
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.pressure.pressure_summary import PressureSummary


def _read(network: Any) -> PressureSummary:
    """Read what the section shows."""
    from waternet_plugin.operations.pressure.pressure_summary import pressure_summary

    return pressure_summary(network)


class PressureSection(PanelSection):
    """Where the pressure is lowest; a click shows the point."""

    KEY = "pressure"
    READ = staticmethod(_read)
    TOPIC = "pressure"
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.summary: PressureSummary | None = None
        self.searched = self.add_link("searched")
        self._open_tab = partial(open_pane_of, session, "pressure")
        self._show_zones, self._plan = (partial(self._open_tab, tab=key) for key in ("zones", "search"))
        self.add_menu_actions(
            *(
                (tr("{tab}…").format(tab=tab), partial(self._open_tab, tab=key), f"wn_pressure_menu_{key}")
                for key, tab in tab_titles().items()
            ),
            (tr("Pressure on the map"), partial(session.show_theme, "pressure"), "wn_pressure_menu_map"),
        )

    def title(self) -> str:
        """Return the title."""
        return tr("Pressure and search")

    def _show(self, summary: PressureSummary) -> None:
        self.summary = summary
        self.searched.setVisible(bool(summary.planned_km))
        if not summary.zones and not summary.loggers and not summary.searches:
            self.set_empty(
                tr("Shows where pressure is too low, once there are pressure zones, loggers or searches."),
                tr("Draw zones"),
                self._show_zones,
                kind="pressure",
            )
            return
        loggers = tr("%n logger(s)", "", summary.loggers)
        if summary.lowest_mpa is not None:
            text = tr("lowest {mpa} MPa at {node}").format(
                mpa=amounts.number(summary.lowest_mpa, 2), node=summary.worst_node
            )
            self.set_figure(text, partial(self._open_tab, tab="zones", worst=True))
            self.set_note(loggers)
        elif summary.zones:
            self.set_figure(tr("%n pressure zone(s)", "", summary.zones), self._show_zones)
            self.set_note(tr("{loggers}, no pressure read yet").format(loggers=loggers))
        else:
            self.set_figure(loggers, self._show_zones)
            self.set_note(tr("no pressure read yet"))
        self.figure.setToolTip(literal(tr("Click for the pressure zones and their worst points.")))
        self.set_button(tr("Plan search"), self._plan, tr("Plan the nights of a year of leak search"))
        month = QLocale(texts.language()).standaloneMonthName(summary.month)
        text = tr("{month}: {done} of {all} km searched")
        done, planned = (amounts.number(km) for km in (summary.searched_km, summary.planned_km))
        self.searched.set_figure(text.format(month=month, done=done, all=planned), self._plan)
        self.searched.setToolTip(literal(tr("Click for the nights of the search.")))
