"""The pane of a burst: which valves to close, who loses water, and the papers for crew and customers."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsPointXY
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.colours import ALERT
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network import answer_reports
from waternet_plugin.gui.network.bursts import burst
from waternet_plugin.gui.network.bursts.burst import BurstAnswer, BurstQuestion
from waternet_plugin.gui.network.bursts.closing_line import ClosingLine
from waternet_plugin.gui.network.bursts.valve_list import ValveList
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import divided, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry, menu_switch
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress

# Red that is read on light and dark alike.
_WARNING = f"; color:{ALERT}"
# How much of the map the answer takes when it comes up.
_MARGIN = 1.3


class BurstPane(SidePane):
    """Asks where it burst; answers with valves on the map and in a list."""

    NAME = "wn_burst"
    TOPIC = "burst"
    TABLES = ("pipe", "node", "customer", "setting")
    ICON = "isolateburst"
    ALGORITHM = "isolateburst"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Click the burst pipe to see here which valves to close and who loses water."),
            tr("Click a pipe"),
        )

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list of valves, the consequences below it, and the buttons."""
        self.setWindowTitle(tr("Burst"))
        self.question: BurstQuestion | None = None
        self.answer: BurstAnswer | None = None
        self._thinks = False
        self._question_gone: Callable[[], None] = lambda: None
        page = QWidget(parent)
        self.valves = ValveList("wn_burst_valves", page)
        self.valves.picked.connect(self._show_valve)
        self.valves.broken.connect(self.set_broken)
        self.prose = pane.Prose("wn_burst_prose", page, anchorClicked=self.follow)
        split = divided((self.valves, 3), (self.prose, 2), parent=page)
        self.closing = ClosingLine(self._keep_planned, page)
        vertical((split, 1), self.closing, self._buttons(page), parent=page, margins=0)
        return page

    def _buttons(self, parent: QWidget) -> WrappingRow:
        line = WrappingRow()
        for name, text, tooltip, click in (
            ("report", tr("Report"), tr("The isolation as a page in the browser"), self._report),
            (
                "notices",
                tr("Notification list…"),
                tr("Customers to notify and valves, as an .xlsx"),
                self._notices,
            ),
            (
                "order",
                tr("Shutdown order…"),
                tr("What the crew takes along: one page as a .pdf"),
                self._order,
            ),
            (
                "shutoff",
                tr("Keep shut-off"),
                tr("From now on, in the list of shut-offs"),
                self._keep_shutoff,
            ),
            (
                "planned",
                tr("Planned closing…"),
                tr("Keep it with the times from when to when it is planned"),
                self._ask_times,
            ),
        ):
            line.addWidget(pane.button(text, f"wn_burst_{name}", click, parent, toolTip=literal(tooltip)))
        return line

    def fill_menu(self, menu: QMenu) -> None:
        """Offer valves in thought, and what counts as a source."""
        self._think_action = menu_switch(
            menu,
            tr("Try a valve on a pipe…"),
            "",
            toolTip=tr("The next click on a pipe puts a hypothetical valve there"),
            triggered=self.think,
        )
        menu.addSeparator()
        self._tanks_action, self._directed_action = (
            menu_switch(
                menu,
                text,
                f"wn_burst_{name}",
                checked=bool(self.session.remembered(f"burst/{name}", name == "tanks_are_sources")),
                triggered=partial(self._set_option, name),
            )
            for name, text in (
                ("tanks_are_sources", tr("Tanks are sources")),
                ("directed", tr("One-way elements")),
            )
        )
        menu.addSeparator()
        keep = menu_entry(
            menu,
            tr("Keep as layers"),
            "wn_burst_keep",
            self._keep,
            toolTip=tr("Write valves, pipes and customers to a file next to the network, under Results"),
        )
        self._needs_answer = (self._think_action, keep)
        menu.aboutToShow.connect(self._update_menu)

    def _update_menu(self) -> None:
        for action in self._needs_answer:
            action.setEnabled(self.question is not None)

    def make_tool(self) -> PickTool:
        """Return the tool that picks a water pipe."""
        supply = frozenset(systems("supply"))
        return PickTool(self.session, self.picked, systems=supply, topic=self.TOPIC)

    # Asking.

    def picked(self, pick: Pick) -> None:
        """Answer a click: the pipe burst, or a valve is thought of on it."""
        if self._thinks and self.question is not None:
            self.think(False)
            self.put_question(self.question.thinking_of(pick.pipe_id))
            return
        self.put_question(
            BurstQuestion(
                pick.pipe_id,
                tanks_are_sources=self._tanks_action.isChecked(),
                directed=self._directed_action.isChecked(),
            ),
            zooms=True,
        )

    def put_question(self, question: BurstQuestion, *, zooms: bool = False) -> None:
        """Ask, and show what comes out; the answer is brought into view where it does not fit."""
        self.put(
            tr("Isolating a burst"),
            lambda kept, progress: burst.ask(kept, question, progress),
            partial(self.show_result, zooms=zooms),
        )

    def refresh(self) -> None:
        """Ask again after an edit."""
        if self.question is not None:
            self.put_question(self.question)

    def ask(self, **wanted: Any) -> None:
        """Ask about a pipe, or wait for a click."""
        if wanted.get("pipe_id"):
            self.picked(Pick(0.0, 0.0, wanted["pipe_id"]))
        elif wanted.get("starts"):
            self.start()

    def set_broken(self, valve: str, is_broken: bool) -> None:
        """Ask again with a valve that can't be closed, or can."""
        if self.question is not None:
            self.put_question(self.question.with_valve(valve, is_broken=is_broken))

    def think(self, thinks: bool) -> None:
        """Let the next click put a valve in thought, or not."""
        self._thinks = thinks
        self._think_action.setChecked(thinks)
        if thinks:
            self.tell(tr("Click the pipe to put a hypothetical valve on; nothing in the network changes."))
            self.start()

    def _set_option(self, name: str, checked: bool) -> None:
        self.session.remember(f"burst/{name}", checked)
        if self.question is not None:
            self.put_question(replace(self.question, **{name: checked}))

    def failed(self) -> None:
        """Let the list say again what was asked last: a box was ticked, or a valve thought of, in vain."""
        if self.answer is not None:
            self.valves.show_valves(self.answer.valves)

    # Showing.

    def show_result(self, answer: BurstAnswer, *, zooms: bool = False) -> None:
        """Show an answer on the map and in the pane."""
        self.question, self.answer = answer.question, answer
        lines, marks = burst.drawn(answer)
        self.overlay.show(lines, marks, self.crs)
        self.headline.setText(burst.headline(answer))
        place = tr("Burst on pipe {pipe}. Hydraulics not checked.")
        self.place_note.setText(place.format(pipe=answer.question.pipe_id))
        self.valves.show_valves(answer.valves)
        self.prose.setHtml(self._text(answer))
        self.show_answer()
        if zooms:
            self._bring_into_view(answer)

    def _bring_into_view(self, answer: BurstAnswer) -> None:
        west, south, east, north = answer.bounds
        wide, high = (_MARGIN - 1) / 2 * (east - west), (_MARGIN - 1) / 2 * (north - south)
        self.session.zoom_to((west - wide, south - high, east + wide, north + high))

    def _show_valve(self, row: dict[str, Any]) -> None:
        self.show_point(QgsGeometry.fromPointXY(QgsPointXY(row["x"], row["y"])))

    def _text(self, answer: BurstAnswer) -> str:
        """Return consequences and notes as HTML."""
        cells = "".join(
            f"<tr><td>{html.escape(name)}</td>"
            f'<td align="right" style="white-space: nowrap{_WARNING if warns else ""}">'
            f"<b>{html.escape(figure)}</b></td></tr>"
            for name, figure, warns in burst.consequences(answer)
        )
        parts = [f'<table width="100%" cellpadding="1">{cells}</table><p style="margin:0 0 4px 0"></p>']
        for place in answer.question.what_if:
            sentence = tr("Hypothetical valve on {pipe}.").format(pipe=place)
            link = QUrl.toPercentEncoding(place).data().decode()
            undo = tr("Remove")
            parts.append(
                f'<p style="margin:0 0 4px 0">{html.escape(sentence)} '
                f'<a href="thought:{link}">{html.escape(undo)}</a></p>'
            )
        parts += self.notes_of(answer.notes, answer.figures)
        return "".join(parts)

    def follow(self, url: QUrl) -> None:
        """Answer a link: take a thought valve away, or check the network."""
        super().follow(url)
        if url.scheme() == "thought" and self.question is not None:
            self.put_question(self.question.thinking_of(QUrl.fromPercentEncoding(url.path().encode())))

    def forget(self) -> None:
        """Forget the burst."""
        self.question = self.answer = None
        self.think(False)
        self.valves.show_valves(())

    # Papers.

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return the question as the algorithm takes it."""
        return self.question.parameters(self.session.network_path) if self.question else {}

    def _name(self) -> str:
        return f"{tr('burst')}_{self.question.pipe_id}" if self.question else tr("burst")

    def _report(self) -> None:
        self._overlaps_first(
            lambda: answer_reports.open_report(
                self.session, self.ALGORITHM, self.algorithm_parameters(), self._name(), self
            )
        )

    def _notices(self) -> None:
        self._save(("NOTICE_LIST", tr("Save the notification list"), "XLSX (*.xlsx)"), tr("notifications"))

    def _order(self) -> None:
        self._save(("ORDER", tr("Save the shutdown order"), "PDF (*.pdf)"), tr("order"))

    def _overlaps_first(self, make: Callable[[], Any]) -> None:
        """Make a paper; where stored shut-offs get in the way of it, say so and ask first."""
        question = self.question
        if question is None:
            return

        def work(network: Any, progress: Progress) -> tuple[str, ...]:
            from waternet_plugin.operations.network.keep_shutoff import overlaps_of_paper

            return overlaps_of_paper(network, burst.request_of(question), progress)

        def done(overlaps: tuple[str, ...]) -> None:
            if not overlaps:
                make()
                return
            self._question_gone()
            self._question_gone = self.session.ask(joined(overlaps), (tr("Print all the same"), make))

        self.session.run(
            tr("Looking for other shut-offs"), on_network(self.session.network_path, work), done, section=self
        )

    def _keep_shutoff(self) -> None:
        """Keep the burst as a shut-off that runs."""
        if self.question is not None:
            self._keep_from_to("", "")

    def _ask_times(self) -> None:
        if self.question is not None:
            self.closing.ask()

    def _keep_planned(self, first: str, last: str) -> None:
        """Keep a planned closing; without a begin it would be a burst from now on."""
        if first:
            self._keep_from_to(first, last)
        else:
            self.closing.refuse(tr("Enter when the shut-off begins."))

    def _keep_from_to(self, first: str, last: str) -> None:
        """Keep a shut-off, and say what it overlaps."""

        def done(results: dict[str, Any]) -> None:
            self.closing.hide()
            text = tr("Shut-off {id} is kept.").format(id=results["SHUTOFF"])
            work_orders.say_written(
                self.session, self, joined([text, *results["OVERLAPS"].splitlines()]), results["BATCH_ID"]
            )

        def failed(error: Any) -> None:
            if self.closing.isVisible():
                self.closing.refuse(error.message)
            else:
                self.session.say_error(error)

        parameters = {**self.algorithm_parameters(), "STORE": True, "FROM": first, "TO": last}
        self.session.run_algorithm(self.ALGORITHM, parameters, done, failed=failed, section=self)

    def _save(self, output: tuple[str, str, str], kind: str) -> None:
        name = f"{self._name()}_{kind}"
        self._overlaps_first(
            lambda: answer_reports.save_paper(
                self.session, self, self.ALGORITHM, self.algorithm_parameters(), output, name, self
            )
        )

    def _keep(self) -> None:
        from waternet_plugin.gui.network import keep

        if self.question is not None:
            keep.keep(self.session, self.ALGORITHM, self.algorithm_parameters(), self._name(), self)
