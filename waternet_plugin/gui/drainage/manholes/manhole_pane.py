"""The pane of a search for the source of sewage: which cover to open next, what each answer leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.drainage.manholes import manhole_rows
from waternet_plugin.gui.drainage.manholes.manhole_rows import CLEAN, DIRTY
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.drainage.searched_manholes import SearchedManholes
    from waternet_plugin.store import Network


_KEYS = {Qt.Key.Key_D: DIRTY, Qt.Key.Key_C: CLEAN}


def answer_of(event: QEvent) -> str:
    """Return what a plain key says of a manhole, DIRTY or CLEAN, '' for any other key."""
    if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        return ""
    if event.modifiers() != Qt.KeyboardModifier.NoModifier:
        return ""
    return _KEYS.get(event.key(), "")


class ManholeTool(PickTool):
    """Hands over the manhole that is clicked, and D or C.

    Parameters
    ----------
    session
        Knows the layers.
    on_pick, on_answer
        Called with each `Pick`, and with DIRTY or CLEAN.
    """

    def __init__(
        self, session: Session, on_pick: Callable[[Pick], Any], on_answer: Callable[[str], Any]
    ) -> None:
        super().__init__(
            session, on_pick, systems=frozenset(systems("drain")), takes_nodes=True, topic="drainage"
        )
        self._on_answer = on_answer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Answer D and C before QGIS does."""
        answer = answer_of(event)
        if answer:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._on_answer(answer)
            return True
        return bool(super().eventFilter(watched, event))


_PULSE_MS = 500


class ManholePane(SidePane):
    """Narrows down where sewage enters the storm drains, a cover at a time; nothing is written."""

    NAME = "wn_manholes"
    TOPIC = "drainage"
    TABLES = ("pipe", "node", "customer", "reading", "setting")
    ICON = ALGORITHM = "nextmanhole"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Click a manhole where sewage was seen to learn which one to open next."),
            tr("Next manhole"),
        )

    def build(self) -> QWidget:
        """Return the tool, what was opened, and the covers to open."""
        self.setWindowTitle(tr("Source of sewage"))
        self.opened: dict[str, str] = {}
        self.chosen = ""
        self.found: SearchedManholes | None = None
        self._is_wide = False
        self._pulse = QTimer(self, interval=_PULSE_MS, timeout=self._beat)
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the question, its two answers, and the covers in their order."""
        page = QWidget(parent)
        self.question = plain_label("", page, objectName="wn_manholes_question", wordWrap=True)
        dirty, clean, back = (
            pane.button(text, name, click, page, toolTip=literal(tip))
            for text, name, click, tip in (
                (
                    tr("Dirty (D)"),
                    "wn_manholes_dirty",
                    lambda: self.answer(DIRTY),
                    tr("Sewage seen there"),
                ),
                (tr("Clean (C)"), "wn_manholes_clean", lambda: self.answer(CLEAN), tr("No sewage there")),
                (tr("Back"), "wn_manholes_back", self.take_back, tr("Forget the last answer")),
            )
        )
        self.answer_buttons = (dirty, clean)
        self.back_button = back
        self.list = narrow_list(manhole_rows.columns(), "wn_manholes_list", page, self._picked_row)
        self.said = plain_label("", page, objectName="wn_manholes_opened", wordWrap=True)
        self.order_button = pane.button(
            tr("Work item"),
            "wn_manholes_order",
            self.order,
            page,
            toolTip=literal(
                tr("Write work orders to open the chosen covers, without a choice all that are listed")
            ),
        )
        vertical(
            self.question,
            horizontal((dirty, 1), (clean, 1), back),
            (self.list, 1),
            horizontal((self.said, 1), self.order_button),
            parent=page,
            margins=0,
        )
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the readings."""
        menu_entry(menu, tr("Begin with the newest readings"), "wn_manholes_readings", self._begin_readings)

    def make_tool(self) -> PickTool:
        """Return the tool that picks manholes."""
        return ManholeTool(self.session, self.picked, self.answer)

    # Asking.

    def ask(self, **wanted: Any) -> None:
        """Wait for a click on a dirty manhole."""
        if wanted.get("starts"):
            self.start()

    def picked(self, pick: Pick) -> None:
        """Take the first manhole as dirty; of any other one ask whether it is."""
        if not pick.node_id:
            self.tell(tr("Click a manhole, not the drain between two."))
            return
        self.tell("")
        if not self.opened:
            self.begin(pick.node_id)
        else:
            self.chosen = pick.node_id
            self._show()

    def begin(self, node_id: str) -> None:
        """Begin a search at a dirty manhole."""
        self.opened = {node_id: DIRTY}
        self._search()

    def answer(self, answer: str) -> None:
        """Take D or C for the manhole that is asked about: the one that was clicked, else the next one."""
        name = self.chosen or (self.found.next if self.found else "")
        if not name:
            return
        # The newest answer counts, and stands last.
        self.opened.pop(name, None)
        self.opened[name] = answer
        self._search()

    def take_back(self) -> None:
        """Forget the last answer."""
        if len(self.opened) > 1:
            self.opened.popitem()
            self._search()
        else:
            self.clear()

    def refresh(self) -> None:
        """Search again after an edit."""
        if self.found is not None:
            self._search()

    def _begin_readings(self) -> None:
        self.opened = {}
        self._search()

    def _search(self) -> None:
        dirty, clean = (
            tuple(name for name, answer in self.opened.items() if answer == wanted)
            for wanted in (DIRTY, CLEAN)
        )

        def work(network: Network, progress: Progress) -> SearchedManholes:
            from waternet_plugin.operations.drainage.searched_manholes import searched_manholes

            return searched_manholes(network, dirty, clean, progress)

        def done(found: SearchedManholes) -> None:
            self.found, self.chosen = found, ""
            self._show()

        self.read_network(tr("Searching the drains"), work, done)

    def failed(self) -> None:
        """Forget the manhole that could not be taken."""
        if self.opened:
            self.opened.popitem()
        if self.found is None:
            self.overlay.clear()

    # Showing.

    def _show(self) -> None:
        found = self.found
        if found is None:
            return
        openings = round(found.expected)
        if found.notes:
            self.headline.setText(tr("At least two sources"))
        elif len(found.candidates) == 1:
            self.headline.setText(tr("Source: {node}").format(node=found.candidates[0]["node_id"]))
        else:
            self.headline.setText(tr("About %n opening(s) left", "", openings))
        places = tr("%n place(s) where the sewage may enter", "", len(found.candidates))
        self.place_note.setText(joined(found.notes) if found.notes else places)
        asked = self.chosen or found.next
        self.question.setText(
            tr("Open {node} and look: D dirty, C clean.").format(node=asked)
            if asked
            else tr("Opening more manholes would add nothing. Look at the places marked on the map.")
        )
        for button in self.answer_buttons:
            button.setEnabled(bool(asked))
        self.list.set_rows(found.covers)
        self.order_button.setEnabled(bool(found.covers))
        dirty, clean = (sum(one == wanted for one in self.opened.values()) for wanted in (DIRTY, CLEAN))
        self.said.setText(tr("Opened: {dirty} dirty, {clean} clean.").format(dirty=dirty, clean=clean))
        self.show_answer()
        self._draw()
        if asked:
            self._pulse.start()
        else:
            self._pulse.stop()

    def _draw(self) -> None:
        if self.found is not None:
            lines, marks = manhole_rows.drawn(self.found, self.opened, self.chosen, is_wide=self._is_wide)
            self.overlay.show(lines, marks, self.crs)

    def _beat(self) -> None:
        """Let the sign of the next cover pulse while it can be seen."""
        self._is_wide = not self._is_wide
        if self.isVisible() and self.overlay.is_on_map:
            self._draw()

    def _picked_row(self, row: dict[str, Any]) -> None:
        self.chosen = str(row["node_id"])
        self._show()
        reach = 60.0
        self.session.zoom_to((row["x"] - reach, row["y"] - reach, row["x"] + reach, row["y"] + reach))

    def order(self) -> None:
        """Write a work order for each chosen cover, else for all, as one batch that can be undone."""
        covers = [str(row["node_id"]) for row in self.list.chosen or self.list.rows]
        text = tr("Work order {item} to open {asset} is written.")
        note = tr("Open the cover and look for sewage.")
        work_orders.order_assets(self.session, self, covers, text, table="node", type="inspect", note=note)

    def event(self, event: QEvent) -> bool:
        """Answer D and C in the pane too."""
        answer = answer_of(event) if getattr(self, "found", None) is not None else ""
        if answer:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.answer(answer)
            return True
        return bool(super().event(event))

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return the covers that were opened."""
        named = {
            wanted: ";".join(n for n, a in self.opened.items() if a == wanted) for wanted in (DIRTY, CLEAN)
        }
        return {"NETWORK": self.session.network_path, "DIRTY": named[DIRTY], "CLEAN": named[CLEAN]}

    def forget(self) -> None:
        """Forget what was opened."""
        self._pulse.stop()
        self.opened, self.chosen, self.found = {}, "", None
        self.list.set_rows([])
