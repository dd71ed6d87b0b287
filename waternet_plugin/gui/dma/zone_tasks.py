"""What is asked of drawn zones: a check, proposals, a test plan, a comparison of scenarios."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.dma.boundaries import drawing_marks
from waternet_plugin.gui.network import answer_reports
from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.plain_text import literal


class ZoneTasks:
    """Stores what is drawn, then asks; answers are shown by the pane, by windows and on the map.

    Parameters
    ----------
    owner
        The pane of metered areas.
    """

    def __init__(self, owner: Any) -> None:
        self._pane = owner

    def buttons(self, parent: QWidget) -> list[QWidget]:
        """Return the buttons of the algorithms that are installed."""
        made: list[QWidget] = []
        for algorithm, name, text, tooltip, click in (
            (zone_runs.CHECK, "check", tr("Check"), tr("Are the zones closed?"), self.check),
            (zone_runs.PROPOSE, "propose", tr("Propose…"), tr("Three solutions to compare"), self.propose),
            (
                zone_runs.TEST_PLAN,
                "test",
                tr("Test plan…"),
                tr("Zero-pressure test of the chosen zone, as a PDF"),
                self.plan_test,
            ),
        ):
            if zone_runs.has(algorithm):
                made.append(pane.tool(text, f"wn_dma_{name}", click, parent, toolTip=literal(tooltip)))
        return made

    def check(self) -> None:
        """Store what is drawn and check it."""
        self._pane.scenario.save(
            lambda: zone_runs.check(
                self._pane.session,
                self._pane.show_findings,
                scenario=self._pane.scenario.scenario_id,
                section=self._pane,
            )
        )

    def propose(self) -> None:
        """Open the window of proposals."""
        from waternet_plugin.gui.dma.proposals.proposal_window import ProposalWindow

        self._pane.session.show_window(
            ProposalWindow(self._pane.session, self._show_solution, self._pane.load)
        )

    def _show_solution(self, solution: Any) -> None:
        """Show a proposed solution on the map, None for what is drawn."""
        if self._pane.model.ground is None:
            return
        if solution is None:
            self._pane.show_drawing()
            return
        lines, marks = drawing_marks.proposed(self._pane.model.ground, solution)
        self._pane.overlay.show(lines, marks, self._pane.crs)

    def plan_test(self) -> None:
        """Plan the zero-pressure test of the chosen zone, to a PDF."""
        zone = self._pane.model.zone_id
        if not zone:
            self._pane.session.say(tr("Choose a zone of the list first: its test is planned."), "warning")
            return

        def run() -> None:
            parameters = {
                "NETWORK": self._pane.session.network_path,
                "ZONE": zone,
                "SCENARIO": self._pane.scenario.scenario_id,
            }
            name = tr("test plan of {zone}").format(zone=zone)
            output = ("PAPER", tr("Save the test plan"), "PDF (*.pdf)")
            answer_reports.save_paper(
                self._pane.session, self._pane, zone_runs.TEST_PLAN, parameters, output, name, self._pane
            )

        self._pane.scenario.save(run)

    def compare(self, other: str) -> None:
        """Compare what is drawn with another scenario, '' for the network as it is."""

        def run() -> None:
            from waternet_plugin.gui.dma.comparison.comparison_pane import ComparisonPane

            drawn = self._pane.scenario.scenario_id
            before, after = (other, drawn) if drawn else ("", other)
            pane.open_pane(
                self._pane.session,
                ComparisonPane,
                heads=self._pane.scenario.heads,
                before=before,
                after=after,
                show=self._show_comparison,
            )

        self._pane.stop()
        self._pane.scenario.save(run)

    def _show_comparison(self, found: tuple[list[OverlayLine], list[OverlayMark]] | None) -> None:
        """Show a comparison on the map, None for what is drawn."""
        if found is not None:
            self._pane.overlay.show(*found, self._pane.crs)
        elif self._pane.model.ground is None:
            self._pane.overlay.clear()
        else:
            self._pane.show_drawing()
