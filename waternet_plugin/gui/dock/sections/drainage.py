"""Drains: how many are joined wrongly, of how many the flow is known, and the ways to check both."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.drainage.inspection_import import InspectionImport
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.drainage.drain_state import DrainState

_FIND, _ZONES = "findmisconnections", "buildzones"


def _read(network: Any) -> DrainState:
    """Read what the section shows."""
    from waternet_plugin.operations.drainage.drain_state import drain_state

    return drain_state(network)


class DrainageSection(PanelSection):
    """How many drains are joined wrongly; a click lists and explains them."""

    KEY = "drainage"
    READ = staticmethod(_read)
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.state: DrainState | None = None
        # The second figure links to its list, too.
        self.flow = self.add_link("flow")
        show = partial(open_pane_of, session)
        self._show_list, self._show_flow = partial(show, "misconnections"), partial(show, "flow")
        self.add_menu_actions(
            (tr("Misconnections…"), self._show_list, "wn_drainage_menu_misconnections"),
            (tr("Flow…"), self._show_flow, "wn_drainage_menu_flow"),
            (tr("Source of sewage…"), partial(show, "manholes", starts=True), "wn_drainage_menu_manholes"),
            (tr("Catchments…"), partial(show, "catchments"), "wn_drainage_menu_catchments"),
            (tr("Condition…"), partial(show, "condition"), "wn_drainage_menu_condition"),
            (tr("Camera inspections…"), self._import, "wn_drainage_menu_inspections"),
        )
        if zone_runs.has(_ZONES):
            self.add_menu_action(
                tr("Zero-discharge zones…"), partial(show, "zones"), "wn_drainage_menu_zones"
            )

    def title(self) -> str:
        """Return the title."""
        return tr("Drainage")

    def _show(self, state: DrainState) -> None:
        self.state = state
        self.flow.setVisible(bool(state.drains))
        if not state.drains:
            self.set_empty(
                tr("Shows misconnections and flow, once there are drains: bring in a table of drains."),
                tr("Bring in data"),
                self.session.open_wizard,
            )
            return
        self._say_misconnections(state)
        share = (state.drains - state.unknown) / state.drains
        text = tr("flow known of {share}, %n drain(s) not", "", state.unknown)
        self.flow.set_figure(
            text.format(share=amounts.share(share, 0)) if state.unknown else tr("flow of all drains known"),
            self._show_flow,
        )
        self.flow.setToolTip(literal(self.flow.text()))
        tip = tr("Look for misconnections and keep them as issues")
        self.set_button(tr("Check", "drains"), self._check, tip, kind="check")

    def _say_misconnections(self, state: DrainState) -> None:
        if state.checked_on or state.misconnections:
            figure = tr("%n misconnection(s)", "", state.misconnections)
            day = tr("checked {date}").format(date=state.checked_on)
            if state.edited:
                day = f"{day} · {issue_counts.changed(state.edited)}"
            self.set_note(day if state.checked_on else tr("So far; not all drains have been checked."))
        else:
            figure = tr("not checked")
            self.set_note(tr("Finds drains joined to the wrong system."))
        self.set_figure(figure, self._show_list)
        self.figure.setToolTip(tr("Click for the list, each explained on the map."))

    def _import(self) -> None:
        """Import a file of inspections, grade them and show the drains by their grades."""
        kinds = tr("Inspections (*.xml *.csv *.xlsx *.txt);;All files (*)")
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose the file of inspections"), "", kinds)
        if path:
            InspectionImport(self.session, section=self, parent=self.window()).take([path])

    def _check(self) -> None:
        parameters = {"NETWORK": self.session.network_path, "STORE": True}
        self.session.run_algorithm(_FIND, parameters, lambda _results: self._show_list(), section=self)
