"""The pane of a trace: where from and which way, what it sums up to, its pipes, its long profile."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.network.tracing.trace_rules import DRY, SHORTEST, Rules, direction_labels
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.network import answer_reports
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.network.traces import trace_answer
from waternet_plugin.gui.network.traces.preset_form import WishForm
from waternet_plugin.gui.network.traces.trace_answer import TraceAnswer, TraceQuestion
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry, menu_switch
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.network.live_network import LiveNetwork

_MARGIN = 1.2


def _columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a pipe."""
    return (
        TableColumn("distance_m", tr("Dist., m", "distance, a short heading"), decimals=0, width=52),
        TableColumn("pipe_id", table("pipe").field("pipe_id").label, width=70, fills=True),
        TableColumn("diameter_mm", "DN", write=lambda value: f"DN{value:.0f}", decimals=0, width=54),
        TableColumn("length_m", tr("Length, m"), decimals=1, width=48),
        TableColumn("street", table("pipe").field("street").label, width=52, wraps=True),
    )


class TracePane(SidePane):
    """Asks where to begin; answers with the way on the map and its sums."""

    NAME = "wn_trace"
    TOPIC = "trace"
    TABLES = ("pipe", "node", "customer", "setting")
    ICON = "tracenetwork"
    ALGORITHM = "tracenetwork"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Click a pipe or a node to see here where its water comes from or goes to."),
            tr("Click a start"),
        )

    def build(self) -> QWidget:
        """Return the wishes over what every such pane has."""
        self.setWindowTitle(tr("Trace"))
        self.question: TraceQuestion | None = None
        self.answer: TraceAnswer | None = None
        self._start: Pick | None = None
        self._end: Pick | None = None
        self._barriers: tuple[str, ...] = ()
        self._bars = False
        inside = super().build()
        self.form = WishForm(inside)
        inside.layout().insertWidget(1, self.form)
        self.form.show_wish(trace_answer.remembered(self.session.remembered("trace/wish", {}) or {}))
        self.form.changed.connect(self._wish_changed)
        return inside

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the sums, the list of pipes, and the buttons."""
        page = QWidget(parent)
        self.prose = pane.Prose("wn_trace_prose", page, anchorClicked=self.follow)
        self.pipes = narrow_list(_columns(), "wn_trace_pipes", page, self.show_row)
        split = divided((self.prose, 2), (self.pipes, 3), parent=page)
        self._profile_button = pane.button(
            tr("Long profile"),
            "wn_trace_profile",
            self.open_profile,
            page,
            toolTip=tr("Ground, pipe, inverts and crossings along the way"),
        )
        report = pane.button(
            tr("Report"),
            "wn_trace_report",
            self._report,
            page,
            toolTip=tr("The totals as a page in the browser"),
        )
        vertical((split, 1), horizontal((self._profile_button, 1), (report, 1)), parent=page, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer barriers and layers."""
        self._bar_action = menu_switch(
            menu,
            tr("Set a barrier…"),
            "wn_trace_barrier",
            toolTip=tr("The trace does not pass the pipe or node you click next"),
            triggered=self.bar,
        )
        self._unbar_action = menu_entry(
            menu, tr("Remove all barriers"), "wn_trace_unbar", lambda: self._set_barriers(())
        )
        menu.addSeparator()
        keep = menu_entry(menu, tr("Keep as layers"), "wn_trace_keep", self._keep)
        self._needs_answer = (self._bar_action, keep)
        menu.aboutToShow.connect(self._update_menu)

    def _update_menu(self) -> None:
        for action in self._needs_answer:
            action.setEnabled(self.question is not None)
        self._unbar_action.setEnabled(bool(self._barriers))

    def make_tool(self) -> PickTool:
        """Return the tool that picks a pipe or a node."""
        return PickTool(self.session, self.picked, takes_nodes=True, topic=self.TOPIC)

    # What is wanted.

    @property
    def wish(self) -> Rules:
        """The settings as they stand in the pane."""
        return self.form.wish

    def _wish_changed(self) -> None:
        self.session.remember("trace/wish", self.wish.saved())
        if self.wish.direction == SHORTEST and self._end is None:
            if self._start is not None:
                self.tell(tr("Now click where the way ends."))
                self.start()
            return
        self._put_again()

    def take_wish(self, wish: Rules) -> None:
        """Take other settings and ask again."""
        self.form.show_wish(wish)
        self._wish_changed()

    # Asking.

    def picked(self, pick: Pick) -> None:
        """Answer a click: a barrier, the end of the shortest way, or a start."""
        if self._bars:
            self.bar(False)
            self._set_barriers((*self._barriers, pick.label))
            return
        shortest = self.wish.direction == SHORTEST
        if shortest and self._start is not None and self._end is None:
            self._end = pick
        else:
            self._start, self._end = pick, None
            if shortest:
                self.overlay.clear()
                self.tell(tr("Now click where the way ends."))
                return
        self._put_again(zooms=True)

    def ask(self, **wanted: Any) -> None:
        """Wait for a click, or trace from a thing (``begin``, ``end``) in a direction (``direction``).

        ``weather`` is that of the trace, dry where it is not said.
        """
        if wanted.get("direction"):
            self.form.show_wish(Rules(direction=wanted["direction"], weather=wanted.get("weather", DRY)))
        if wanted.get("begin"):
            self._start, self._end = wanted["begin"], wanted.get("end")
            self._put_again(zooms=True)
        elif wanted.get("starts"):
            self.start()

    def _put_again(self, *, zooms: bool = False, with_profile: bool = False) -> None:
        if self._start is None:
            return
        end = self._end.name if self._end is not None and self.wish.direction == SHORTEST else ""
        question = TraceQuestion(self._start.name, self.wish, end, self._barriers)

        opened = self.session.window("wn_profile")
        wanted = with_profile or (opened is not None and bool(opened.isVisible()))

        def work(kept: LiveNetwork, progress: Progress) -> TraceAnswer:
            return trace_answer.ask(kept, question, progress, with_profile=wanted)

        def done(answer: TraceAnswer) -> None:
            self.show_result(answer, zooms=zooms)
            if with_profile:
                self._show_profile()

        self.put(tr("Tracing"), work, done)

    def refresh(self) -> None:
        """Ask again after an edit."""
        if self.question is not None:
            self._put_again()

    def failed(self) -> None:
        """Show nothing that belongs to another question."""
        self.overlay.clear()
        self._pages.setCurrentIndex(0)

    def bar(self, bars: bool) -> None:
        """Let the next click set a barrier, or not."""
        self._bars = bars
        self._bar_action.setChecked(bars)
        if bars:
            self.tell(tr("Click the pipe or node that the trace must not pass."))
            self.start()

    def _set_barriers(self, barriers: tuple[str, ...]) -> None:
        self._barriers = tuple(dict.fromkeys(barriers))
        self._put_again()

    # Showing.

    def show_result(self, answer: TraceAnswer, *, zooms: bool = False) -> None:
        """Show an answer on the map and in the pane."""
        self.question, self.answer = answer.question, answer
        lines, marks = trace_answer.drawn(answer)
        self.overlay.show(lines, marks, self.crs)
        self.headline.setText(trace_answer.headline(answer))
        self.place_note.setText(self._place_text())
        self.prose.setHtml(self._text(answer))
        self.pipes.set_rows(answer.pipes)
        self._profile_button.setEnabled(bool(answer.pipes))
        self.show_answer()
        if zooms and answer.line is not None:
            west, south, east, north = answer.bounds
            wide, high = (_MARGIN - 1) / 2 * (east - west), (_MARGIN - 1) / 2 * (north - south)
            self.session.zoom_to((west - wide, south - high, east + wide, north + high))
        self._follow_profile(answer)

    def _place_text(self) -> str:
        start = self._start.label if self._start is not None else ""
        direction = direction_labels()[self.wish.direction]
        if self._end is not None and self.wish.direction == SHORTEST:
            return tr("{direction}, from {start} to {end}").format(
                direction=direction, start=start, end=self._end.label
            )
        return tr("{direction}, from {start}").format(direction=direction, start=start)

    def _text(self, answer: TraceAnswer) -> str:
        cells = "".join(
            f'<tr><td>{html.escape(name)}</td><td align="right">'
            f"<b>{html.escape(figure).replace(' ', '&nbsp;')}</b></td></tr>"
            for name, figure in trace_answer.sums(answer)
        )
        parts = [f'<table width="100%" cellpadding="1">{cells}</table><p style="margin:0 0 4px 0"></p>']
        if answer.question.barriers:
            parts.append(
                pane.paragraph(tr("Barriers: {listed}.").format(listed=listed(answer.question.barriers)))
            )
        more = answer.figures["pipes"] - len(answer.pipes)
        if more > 0:
            parts.append(pane.paragraph(tr("%n more pipe(s) are not listed here.", "", more)))
        parts += self.notes_of((*answer.notes, answer.profile_note), answer.figures)
        return "".join(parts)

    def forget(self) -> None:
        """Forget the trace."""
        self.question = self.answer = self._start = self._end = None
        self._barriers = ()
        self.bar(False)
        self.pipes.set_rows([])

    # The long profile, papers and layers.

    def open_profile(self) -> None:
        """Show the long profile below the map."""
        if self.answer is not None and self.answer.profile is None:
            self._put_again(with_profile=True)
        else:
            self._show_profile()

    def _show_profile(self) -> None:
        from waternet_plugin.gui.network.traces.profile_pane import ProfilePane

        if self.answer is not None and self.answer.profile is not None:
            pane.open_pane(self.session, ProfilePane, profile=self.answer.profile)

    def _follow_profile(self, answer: TraceAnswer) -> None:
        """Let an open profile show this trace."""
        opened = self.session.window("wn_profile")
        if opened is not None and opened.isVisible() and answer.profile is not None:
            opened.ask(profile=answer.profile)

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return the question as the algorithm takes it."""
        return self.question.parameters(self.session.network_path) if self.question else {}

    def _name(self) -> str:
        start = self._start.label if self._start is not None else ""
        kind = tr("trace")
        return f"{kind}_{start}_{self.wish.direction}"

    def _report(self) -> None:
        answer_reports.open_report(
            self.session, self.ALGORITHM, self.algorithm_parameters(), self._name(), self
        )

    def _keep(self) -> None:
        from waternet_plugin.gui.network import keep

        if self.question is not None:
            keep.keep(self.session, self.ALGORITHM, self.algorithm_parameters(), self._name(), self)
