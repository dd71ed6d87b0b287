"""Compounds: how many need something today, and the ways to what is due in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.compounds import compound_lines
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds

_FACTS, _TANKS, _SCORES = "compoundfacts", "scheduletanks", "scorecompounds"


def _read(network: Any) -> CompoundNeeds:
    """Read what the section shows."""
    from waternet_plugin.operations.compounds.compound_needs import compound_needs

    return compound_needs(network)


class CompoundsSection(PanelSection):
    """How many compounds need something today; a click lists them."""

    KEY = "compounds"
    READ = staticmethod(_read)
    TOPIC = "compounds"
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.needs: CompoundNeeds | None = None
        show = partial(open_pane_of, session)
        self.add_menu_actions(
            (tr("Compounds…"), self._show_list, "wn_compounds_menu_list"),
            (tr("Tanks due…"), partial(show, "tanks"), "wn_compounds_menu_tanks"),
            (tr("Plan of a month…"), self._plan, "wn_compounds_menu_plan"),
            (tr("Open work…"), partial(show, "work"), "wn_compounds_menu_work"),
            (
                tr("Checklists…"),
                partial(show, "checklists", list="zero_discharge"),
                "wn_compounds_menu_checklists",
            ),
            (
                tr("Intake points…"),
                partial(show, "checklists", list="intake_point"),
                "wn_compounds_menu_intake",
            ),
            (tr("Outfalls by risk…"), partial(show, "outfalls", starts=True), "wn_compounds_menu_outfalls"),
            (tr("Facts of all compounds…"), self._facts, "wn_compounds_menu_facts"),
        )
        if zone_runs.has(_SCORES):
            self.add_menu_action(
                tr("Score the month"), self._score, "wn_compounds_menu_score", kind="drainage"
            )

    def title(self) -> str:
        """Return the title."""
        return tr("Compounds")

    def _show(self, needs: CompoundNeeds) -> None:
        self.needs = needs
        if not needs.compounds:
            self.set_empty(
                tr("Shows what is due in compounds, once there are any: bring in their boundaries."),
                tr("Bring in data"),
                self.session.open_wizard,
            )
            return
        self.set_figure(compound_lines.need_sentence(needs), self._show_list)
        self.figure.setToolTip(literal(tr("Click for the list; a click in a compound tells what is due.")))
        day = tr("tanks as scheduled on {date}").format(date=needs.scheduled_on) if needs.scheduled_on else ""
        note = compound_lines.need_note(needs)
        self.set_note(note, f"{note} · {day}" if day else note)
        if needs.tanks_overdue is None:
            tip = tr("Work out when each tank is due and keep it for the map")
            self.set_button(tr("Schedule", "tanks"), self._schedule, tip)
        else:
            self.set_button(tr("Plan", "duties"), self._plan, tr("Plan the duties of a month"))

    def _show_list(self) -> None:
        open_pane_of(self.session, "compounds", starts=True)

    def _schedule(self) -> None:
        self.session.run_algorithm(
            _TANKS, {"NETWORK": self.session.network_path, "STORE": True}, lambda _results: None, section=self
        )

    def _facts(self) -> None:
        self.session.open_algorithm(_FACTS, {"NETWORK": self.session.network_path})

    def _plan(self) -> None:
        open_pane_of(self.session, "month")

    def _score(self) -> None:
        """Score the last month, keep it, and tell what raises the lowest score."""
        parameters = {"NETWORK": self.session.network_path, "STORE": True}

        def scored(_results: dict[str, Any]) -> None:
            open_pane_of(self.session, "compounds", lowest=True)

        self.session.run_algorithm(_SCORES, parameters, scored, section=self)
