"""Health: how many km to renew now, of which day, and the ways to ask why and to assess again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.dock.tools import open_pane_of, open_settings
from waternet_plugin.gui.health.assessing import AssessOptions
from waternet_plugin.gui.panes.report_files import make_and_show
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.health.recorded_runs import Run, Runs


def _read(network: Any) -> tuple[Runs, str]:
    """Read the runs, and say from when to when failures are on record, as everywhere else."""
    # Beside the window: it takes a tenth of a second to load.
    from waternet_plugin.core.reports.health.health import window_sentence
    from waternet_plugin.operations.health.recorded_runs import read_runs, summary_of

    runs = read_runs(network)
    is_told = runs.shown is not None and bool(runs.shown.figures)
    return runs, window_sentence(summary_of(runs.shown)) if is_told else ""


def open_report(session: Session, run: Run, *, section: PanelSection | None = None) -> None:
    """Write the report of a run in the language of the interface, beside the network, and open it."""
    title = session.network_title

    def make() -> Report:
        from waternet_plugin.core.reports.health.health import health_report
        from waternet_plugin.operations.health.recorded_runs import summary_of, worse_of

        return health_report(summary_of(run), network=title, worse=worse_of(run))

    make_and_show(session, make, run.run_id, section=section)


class HealthSection(PanelSection):
    """The shown run in one figure; a click on it says why."""

    KEY = "health"
    IS_OF_RUN = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.runs: Runs | None = None
        self.options = AssessOptions(session, self, self)
        self.body.addWidget(self.options)
        show = partial(open_pane_of, session)
        self._open_why = partial(show, "why", mode="network")
        self._of_run = self.add_menu_actions(
            (tr("Why…"), self._open_why, "wn_health_why"),
            (tr("Show on the map"), self._show_on_map, "wn_health_on_map"),
            (tr("Classes and weights…"), partial(show, "weigh"), "wn_health_weigh"),
            (tr("Assessments…"), self._open_runs, "wn_health_runs"),
        )
        self._compare = self.add_menu_action(
            tr("Compare two assessments…"), partial(show, "compare"), "wn_health_compare"
        )
        self.menu.addSeparator()
        self.add_menu_action(tr("Match failures to pipes"), self._match, "wn_health_match")
        self._of_run.append(self.add_menu_action(tr("Report"), self._open_report, "wn_health_report"))
        self.menu.addSeparator()
        self.add_menu_action(tr("Settings…"), partial(open_settings, session))

    def title(self) -> str:
        """Return the title."""
        return tr("Health")

    def refresh(self, session: Session) -> None:
        """Read the figures anew."""
        if session.network_path:
            from waternet_plugin.gui.health.compare import drop_leftovers

            drop_leftovers(session)
            self.read(_read, lambda found: self._show(*found))

    def _show(self, runs: Runs, on_record: str) -> None:
        self.runs = runs
        run = self.runs.shown
        for action in self._of_run:
            action.setEnabled(run is not None)
        self._compare.setEnabled(len(self.runs.runs) > 1)
        if run is None:
            if runs.pipes:
                self.set_empty(
                    tr("Shows how many km to renew now, and why."),
                    tr("Assess"),
                    self.options.open,
                    kind="assess",
                )
            else:
                self.set_empty(tr("Shows what to renew, once there are pipes."))
            return
        self.set_figure(tr("{km} to renew now").format(km=amounts.km(run.renew_now_m)), self._show_health)
        self.figure.setToolTip(tr("Why? Click for the reasons, the list of pipes, and health on the map."))
        note = tr("as of {date}").format(date=run.as_of.isoformat() if run.as_of else "–")
        if self.runs.chosen and run is not self.runs.runs[-1]:
            note = tr("{note}, an earlier assessment").format(note=note)
        if run.got_worse:
            note = tr("{first}, {second}").format(
                first=note, second=tr("%n pipe(s) got worse", "", run.got_worse)
            )
        if run.has_other_limits:
            note = tr("{first}, {second}").format(first=note, second=tr("limits were changed"))
        rated = tr("{run}: {rated} assessed, mean {rate} failures per 100 km per year.").format(
            run=run.run_id, rated=amounts.length(run.rated_m), rate=amounts.number(run.network_rate, 1)
        )
        self.set_note(note, joined(filter(None, (rated, on_record))))
        self.set_button(
            tr("Assess"), self.options.open, tr("Assess the health of all pipes again"), kind="assess"
        )

    def _show_health(self) -> None:
        """Turn the map to health and say why."""
        self._show_on_map()
        self._open_why()

    def _show_on_map(self) -> None:
        from waternet_plugin.gui.health.why_pane import show_on_map

        if self.runs is not None and self.runs.shown is not None:
            show_on_map(self.session, self.runs.shown)

    def _open_runs(self) -> None:
        from waternet_plugin.gui.health.runs import RunsDialog

        if self.runs is not None:
            self.session.show_window(RunsDialog(self.session, self.runs, self.session.iface.mainWindow()))

    def _match(self) -> None:
        def done(results: dict[str, Any]) -> None:
            text = tr("{matched} of %n failure(s) are matched to a pipe.", "", int(results["FAILURES"]))
            matched = amounts.number(results["MATCHED"])
            self.session.say(text.format(matched=matched), "info", (tr("Assess"), self.options.open))

        self.session.run_algorithm(
            "matchfailures", {"NETWORK": self.session.network_path}, done, section=self
        )

    def _open_report(self) -> None:
        if self.runs is not None and self.runs.shown is not None:
            open_report(self.session, self.runs.shown, section=self)
