"""The tab of night flow: the alarm of the chosen area in words, a year, a week and the ranking as plots."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QStackedWidget, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.dma.leaks import leak_texts, night_use
from waternet_plugin.gui.dma.leaks.dig_form import DigForm
from waternet_plugin.gui.dma.leaks.leak_search import LeakSearch
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.plots import night_flow as plots
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.gui.network.overlay import OverlayLine
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.leakage.zone_flow import LeakageState, ZoneFlow

# Which tables the pictures are of, and which say which meters an area has.
_TABLES = ("", "zone_night", "leak_alarm", "reading", "zone", "setting", "node")
_OF_METERS = ("", "zone", "node")
_RANKING = 2


class FlowPage(QWidget):
    """The tab of night flow.

    Parameters
    ----------
    session
        Reads the network, and runs what is asked for.
    model
        Says which zone is drawn.
    show_lines
        Shows lines on the map; none for what is drawn.
    section
        Shows how far the work is.
    parent
        Owner.
    """

    # What is stored of the areas was read anew.
    states_read = pyqtSignal()

    def __init__(
        self,
        session: Session,
        model: DrawingModel,
        show_lines: Callable[[list[OverlayLine]], Any],
        section: Any,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName="wn_dma_flow_page")
        self.session, self.model, self._section = session, model, section
        self.states: dict[str, LeakageState] = {}
        self.flow: ZoneFlow | None = None
        self._meters: Any = None
        self._latest = LatestReading(session.run, self)
        self._zone = ""
        self._next_shown: int | None = None
        self._wants_worst = self._is_due = False
        self._show_lines = show_lines
        self.note = plain_label(
            "",
            self,
            objectName="wn_dma_flow_note",
            wordWrap=True,
            font=sized(self.font(), NOTE_PT + 0.5),
            textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        self.compute_button = pane.tool(
            tr("Night flow"),
            "wn_dma_flow_run",
            self.compute,
            self,
            toolTip=literal(
                tr("Night flow and leak alarms of all areas from their readings, stored as one batch")
            ),
            visible=zone_runs.has(leak_texts.NIGHT_FLOW),
        )
        self.rank_button = pane.tool(
            tr("Rank the pipes"),
            "wn_dma_flow_rank",
            self.rank,
            self,
            toolTip=literal(
                tr("The pipes of the area by the chance that they leak, on the map and in a list")
            ),
            enabled=False,
        )
        self.dig_button = pane.tool(
            tr("Record a dig…"),
            "wn_dma_flow_dig",
            self.record_dig,
            self,
            toolTip=literal(
                tr("What was found where the leak of this alarm was searched: the leak becomes a failure")
            ),
            enabled=False,
        )
        self.norm_button = pane.tool(
            tr("Night use by norm"),
            "wn_dma_flow_norm",
            self.take_norm,
            self,
            toolTip=literal(
                tr("Night use of the area as good areas of its type and size have it, one batch")
            ),
            enabled=False,
        )
        self.plot = PlotView(session, "wn_dma_flow_plot", self, with_title=False)
        self.plot.chosen.connect(self._say)
        self.search = LeakSearch(session, show_lines, self.show_flow, section, self)
        self.dig = DigForm(session, self.show_flow, section, self)
        flow = QWidget(self)
        line = WrappingRow(self.rank_button, self.dig_button, self.compute_button, self.norm_button)
        vertical(self.note, line, (self.plot, 1), parent=flow, spacing=4, margins=0)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(flow)
        self.pages.addWidget(self.search)
        self.pages.addWidget(self.dig)
        vertical((self.pages, 1), parent=self, margins=4)
        model.replaced.connect(self._zone_chosen)
        model.zone_changed.connect(self._zone_chosen)
        session.data_changed.connect(self._data_changed)

    # Reading.

    def _data_changed(self, name: str) -> None:
        if name in _TABLES and not sip.isdeleted(self):
            if name in _OF_METERS:
                self._meters = None
            self.read_states()

    def read_states(self) -> None:
        """Read what is stored of all areas, then of the chosen one."""
        path = self.session.network_path
        if not path:
            return

        def work(network: Any, _progress: Any) -> Any:
            from waternet_plugin.operations.leakage.zone_flow import leakage_states

            return leakage_states(network)

        def done(states: tuple[LeakageState, ...]) -> None:
            if sip.isdeleted(self) or path != self.session.network_path:
                return
            self.states = {one.zone_id: one for one in states}
            self.states_read.emit()
            if not self._go_to_worst():
                self.read_flow()

        self.session.run(tr("Reading night flow"), on_network(path, work), done, is_quiet=True)

    def _zone_chosen(self) -> None:
        is_other, self._zone = self.model.zone_id != self._zone, self.model.zone_id
        if is_other:
            self.show_flow()
        if self.model.ground is not None and not self._go_to_worst():
            self.read_flow(shown=0 if is_other else None)

    def read_flow(self, shown: int | None = None) -> None:
        """Read the nights, alarms and last week of the chosen area, and show them.

        Parameters
        ----------
        shown
            The plot that shows then; None for the one that did.
        """
        # Reading again, before this is shown, does not take it back.
        self._next_shown = self._next_shown if shown is None else shown
        # Pictures that nobody sees are drawn when the tab is opened.
        self._is_due = not self.isVisible()
        if self._is_due:
            return
        zone, path, known = self.model.zone_id, self.session.network_path, self._meters
        # Another zone may be chosen by now, or another picture of it.
        self._latest.drop()
        if not path or zone not in self.states:
            self._show_nothing()
            return

        def work(network: Any, _progress: Any) -> Any:
            from waternet_plugin.operations.leakage.zone_flow import read_zone_meters, zone_flow

            meters = read_zone_meters(network) if known is None else known
            return zone_flow(network, zone, meters), meters

        def done(found: tuple[ZoneFlow, Any]) -> None:
            self.flow, self._meters = found
            self._show()

        self._latest.begin(
            tr("Reading night flow"), on_network(path, work), done, self.session.say_error, is_quiet=True
        )

    # Showing.

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Read what was not, while nobody saw it."""
        super().showEvent(event)
        if self._is_due:
            self.read_flow()

    def _ranking(self) -> Any:
        lengths = {}
        if self.model.ground is not None:
            zones = self.model.drawing.zones
            for number in range(zones.count):
                figures = self.model.drawing.figures(number, with_shape=False)
                lengths[str(zones.tree.zone_id[number])] = figures.length_m
        return plots.leakage_ranking([*self.states.values()], lengths, network=self.session.network_title)

    def _show_nothing(self) -> None:
        self.flow = None
        for button in (self.rank_button, self.dig_button, self.norm_button):
            button.setEnabled(False)
        nights = [one for one in self.states.values() if one.night is not None]
        if not self.model.zone_id:
            text = tr("Choose a zone of the list to see its night flow.")
        else:
            text = tr("{zone} is not in the network yet: night flow is only computed for zones that are.")
        self.note.setText(text.format(zone=self.model.zone_id))
        self.plot.set_plots([(tr("Ranking"), self._ranking())] if nights else [])

    def _show(self) -> None:
        shown, self._next_shown = self._next_shown, None
        state = self.states.get(self.flow.zone_id)
        if state is None:
            self._show_nothing()
            return
        for button in (self.rank_button, self.dig_button):
            button.setEnabled(self.flow.open_alarm is not None)
        self.norm_button.setEnabled(state.night is not None)
        if state.night is None:
            self.plot.set_plots([])
            self._say()
            return
        told = {"zone": state.name, "network": self.session.network_title}
        labelled = [
            (tr("Year"), plots.year_of_nights(self.flow, **told)),
            (tr("Week"), plots.week_of_flow(self.flow, **told)),
            (tr("Ranking"), self._ranking()),
        ]
        self.plot.set_plots(labelled, shown)
        self._say()

    def _say(self) -> None:
        """Say what the shown plot says, for that of a year why it is so."""
        plot = self.plot.plot
        # The states may have been read since, and the zone be gone.
        if self.flow is None or self.flow.zone_id not in self.states:
            return
        if plot is None or plot.name.startswith(plots.YEAR):
            self.note.setText(leak_texts.flow_sentences(self.states[self.flow.zone_id], self.flow))
        else:
            self.note.setText(plot.title)

    def show_flow(self) -> None:
        """Show the flow, and on the map what is drawn."""
        if self.pages.currentIndex() != 0:
            self.pages.setCurrentIndex(0)
            self._show_lines([])

    def show_worst(self) -> None:
        """Choose the area of the worst alarm once it is known, and show the ranking of the areas."""
        self._wants_worst = True
        self.read_states()

    def _go_to_worst(self) -> bool:
        """Choose the worst area where that is wanted and known; return whether one was."""
        if not (self._wants_worst and self.states and self.model.is_ready):
            return False
        self._wants_worst = False
        worst = next(iter(self.states))
        ids = [str(one) for one in self.model.drawing.zones.tree.zone_id]
        if worst not in ids:
            return False
        if self.model.zone_id != worst:
            self.model.choose(ids.index(worst))
        self.read_flow(shown=_RANKING)
        return True

    # Doing.

    def compute(self) -> None:
        """Compute night flow and alarms of all areas and store them."""
        parameters = {"NETWORK": self.session.network_path, "STORE": True}

        def done(_results: dict[str, Any]) -> None:
            if not sip.isdeleted(self):
                self.show_worst()

        self.session.run_algorithm(leak_texts.NIGHT_FLOW, parameters, done, section=self._section)

    def rank(self) -> None:
        """Rank the pipes of the area's open alarm."""
        alarm = self.flow.open_alarm if self.flow is not None else None
        if alarm is not None:
            self.search.rank(alarm.alarm_id, lambda: self.pages.setCurrentWidget(self.search))

    def record_dig(self) -> None:
        """Ask what was found where the leak of the area's open alarm was searched."""
        alarm = self.flow.open_alarm if self.flow is not None else None
        if alarm is not None:
            self.dig.begin(alarm.alarm_id, lambda: self.pages.setCurrentWidget(self.dig))

    def take_norm(self) -> None:
        """Write the night use of the area by the norm of its type and size, of the last four weeks."""
        state = self.states.get(self.flow.zone_id) if self.flow is not None else None
        if state is not None and state.night is not None:
            night_use.take_norm(self.session, self._section, state.zone_id, state.night)
