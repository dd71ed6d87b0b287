"""Metered areas: how many are proven closed, and the ways to check, draw, propose and test them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.colours import FAULT, GREY, PASSED, WARNING
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.status_dot import StatusDot

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.contents.zone_states import ZoneStates

_NIGHT_FLOW = "nightflow"
_VALID, _NOT_VALID, _NOT_PROVABLE = "valid", "not_valid", "not_provable"


def _read(network: Any) -> ZoneStates:
    """Read what the section shows."""
    from waternet_plugin.operations.contents.zone_states import zone_states

    return zone_states(network)


class DmaSection(PanelSection):
    """How many metered areas are valid; a click lists them on the map."""

    KEY = "dma"
    READ = staticmethod(_read)
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.states: ZoneStates | None = None
        self.dot = StatusDot(self, "wn_section_dma_dot")
        self.head.insertWidget(self.head.count() - 1, self.dot)
        self.dot.hide()
        self.alarms = self.add_link("alarms")
        self.newer = self.add_link("newer")
        show = partial(open_pane_of, session, "dma")
        self._draw = partial(show, starts=True)
        self.add_menu_action(tr("Draw…"), self._draw, "wn_dma_menu_draw", kind="dma")
        if zone_runs.has(zone_runs.PROPOSE):
            self.add_menu_action(
                tr("Propose…"), partial(show, proposes=True), "wn_dma_menu_propose", kind="dma"
            )
        if zone_runs.has(zone_runs.TEST_PLAN):
            self.add_menu_action(tr("Test plan…"), partial(show, tests=True), "wn_dma_menu_test")
        if zone_runs.has(_NIGHT_FLOW):
            self.add_menu_action(
                tr("Compute night flow"), self._compute, "wn_dma_menu_night_flow", kind="dma"
            )
        self.menu.addSeparator()
        self._show_on_map, self._show_leakage = (
            partial(session.show_theme, theme) for theme in ("dma", "leakage")
        )
        self.add_menu_actions(
            (tr("Show on the map"), self._show_on_map, "wn_dma_menu_map"),
            (tr("Leakage on the map"), self._show_leakage, "wn_dma_menu_leakage"),
        )

    def title(self) -> str:
        """Return the title."""
        return tr("DMA")

    def _show(self, states: ZoneStates) -> None:
        from waternet_plugin.gui.dma.leaks.leak_texts import alarms_line

        self.states = states
        self.dot.setVisible(bool(states.count))
        if states.has_new_readings and zone_runs.has(_NIGHT_FLOW):
            self.alarms.set_figure(tr("compute night flow of the readings"), self._compute)
            self.alarms.setToolTip(tr("Click to find leaks by the night flow of all metered areas."))
        else:
            self.alarms.set_figure(alarms_line(states.leakage), self._show_leaks)
            self.alarms.setToolTip(
                tr("Click for the metered areas ranked by leakage, and for them on the map.")
            )
        self.alarms.setVisible(bool(self.alarms.text()))
        if states.has_newer_readings and zone_runs.has(_NIGHT_FLOW):
            self.newer.set_figure(tr("newer readings: compute night flow again"), self._compute)
            self.newer.setToolTip(tr("There are readings of a night after the newest one that was computed."))
        self.newer.setVisible(states.has_newer_readings and bool(self.newer.text()))
        if not states.count:
            self.set_empty(
                tr("Shows whether the metered areas are closed, once one is drawn."),
                tr("Draw") if states.pipes else "",
                self._draw,
                kind="dma",
            )
            return
        figure = tr("{valid} of {all} valid").format(
            valid=amounts.number(states.verdicts.get(_VALID, 0)), all=amounts.number(states.count)
        )
        self.set_figure(figure, self._show_zones)
        self.figure.setToolTip(tr("Click for the list of metered areas, and for them on the map."))
        self.dot.show_state(*self._dot(states))
        self.set_note(self._note_text(states), joined(self._tips(states)))
        if zone_runs.has(zone_runs.CHECK):
            self.set_button(
                tr("Check"), self._check, tr("Check whether all metered areas are closed"), kind="check"
            )
        else:
            self.set_button("")

    def _dot(self, states: ZoneStates) -> tuple[str, str, str]:
        """Return colour, letter and words of the worst verdict."""
        labels = domain("zone_verdict")
        for code, colour, letter in ((_NOT_VALID, FAULT, "×"), (_NOT_PROVABLE, WARNING, "?")):
            if states.verdicts.get(code):
                return colour, letter, labels[code].label
        if states.verdicts.get(""):
            return GREY, "–", tr("Not checked yet")
        return PASSED, "✓", labels[_VALID].label

    def _note_text(self, states: ZoneStates) -> str:
        parts = []
        for code, word in (
            (_NOT_VALID, tr("{n} not valid")),
            (_NOT_PROVABLE, tr("{n} not provable")),
            ("", tr("{n} not checked")),
        ):
            many = states.verdicts.get(code, 0)
            if many:
                parts.append(word.format(n=amounts.number(many)))
        if states.retests:
            parts.append(tr("{n} to be tested again").format(n=amounts.number(states.retests)))
        if states.checked_on:
            parts.append(tr("checked {date}").format(date=states.checked_on))
        if states.edited:
            parts.append(issue_counts.changed(states.edited))
        return " · ".join(parts)

    def _tips(self, states: ZoneStates) -> tuple[str, ...]:
        return (
            self._note_text(states),
            tr("Valid: connected inside, fed through meters, every other crossing closed."),
        )

    def _show_zones(self) -> None:
        self._show_on_map()
        open_pane_of(self.session, "dma")

    def _show_leaks(self) -> None:
        self._show_leakage()
        open_pane_of(self.session, "dma", leaks=True)

    def _compute(self) -> None:
        self._show_leakage()
        open_pane_of(self.session, "dma", computes=True)

    def _check(self) -> None:
        zone_runs.check(
            self.session, lambda found: open_pane_of(self.session, "dma", found=found), section=self
        )
