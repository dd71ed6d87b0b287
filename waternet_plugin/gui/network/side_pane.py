"""A pane beside the map for questions asked by a click on it: what to click, what came out, what to do."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateReferenceSystem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network import shared_network
from waternet_plugin.gui.network.overlay import Overlay
from waternet_plugin.gui.network.picking import Pick, PickTool, PlaceTool
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.paths import icon_path

if TYPE_CHECKING:
    from waternet_plugin.operations.network.live_network import LiveNetwork
    from waternet_plugin.store import Network

WIDTH = 340
# Of the link beside what lies next to the pipes without being joined.
_CHECK_SCHEME = "check"
_CONTROL = 24


class SidePane(pane.Pane):
    """Asks the kept network; a subclass says how to ask and how the answer looks.

    A subclass builds what shows under the headline in ``build_answer``, and sets ``ICON`` and ``EMPTY``
    texts.
    """

    AREA = Qt.DockWidgetArea.RightDockWidgetArea
    SIZE = (WIDTH, 520)
    ICON = ""
    # The algorithm that the menu opens; '' for none.
    ALGORITHM = ""
    # Shows a row of the list above the others, where a click on the map chooses one.
    choose: Callable[..., None]

    # What a subclass says.

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        raise NotImplementedError

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return what shows under the headline."""
        raise NotImplementedError

    def fill_menu(self, menu: QMenu) -> None:
        """Fill the menu of what is done more rarely."""

    def make_tool(self) -> PickTool:
        """Return the map tool: it picks a place unless a subclass says otherwise."""
        return PlaceTool(self.session, self.picked, topic=self.TOPIC)

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return with what the algorithm opens."""
        return {"NETWORK": self.session.network_path}

    def forget(self) -> None:
        """Forget question and answer."""
        raise NotImplementedError

    # What lies beside the pipes.

    def notes_of(self, notes: Iterable[str], figures: Mapping[str, Any]) -> list[str]:
        """Return notes as paragraphs of HTML, with the way to a check where something is not joined."""
        parts = [pane.paragraph(note) for note in notes if note]
        if figures["unjoined"]:
            label = html.escape(tr("Check the network"))
            parts.append(f'<p style="margin:0 0 4px 0"><a href="{_CHECK_SCHEME}:all">{label}</a></p>')
        return parts

    def follow(self, url: QUrl) -> None:
        """Answer a link of the notes."""
        if url.scheme() == _CHECK_SCHEME:
            self.session.check_all()

    # The inside.

    def build(self) -> QWidget:
        """Return headline, answer and buttons, over them the page for nothing asked yet."""
        self.overlay = Overlay(self.session.iface.mapCanvas())
        self.tool: PickTool | None = None
        # Qt calls a pane behind the tab of another one visible, too.
        self._is_in_front = False
        self._asked: tuple[Any, ...] | None = None
        self.visibilityChanged.connect(self._visibility_changed)
        inside = QWidget(self, objectName=f"{self.NAME}_inside")
        head = self.head_lines(inside)
        self._said = plain_label("", inside, objectName=f"{self.NAME}_said", wordWrap=True, visible=False)
        self._working = Working(self.NAME, inside)
        self._pages = QStackedWidget(inside, objectName=f"{self.NAME}_pages")
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._answer_page())
        vertical(
            *head, self._said, self._working, (self._pages, 1),
            parent=inside, margins=(8, 4, 8, 8),
        )  # fmt: skip
        inside.setMinimumWidth(WIDTH - 40)
        return inside

    def head_lines(self, parent: QWidget) -> tuple[QHBoxLayout, ...]:
        """Return the lines above the answer: the tool and what is done more rarely."""
        return (self._tool_line(parent),)

    def _tool_line(self, parent: QWidget) -> QHBoxLayout:
        self.pick_button = QToolButton(
            parent,
            objectName=f"{self.NAME}_pick",
            icon=QIcon(icon_path(self.ICON)),
            toolTip=tr("Click on the map; Esc stops"),
            checkable=True,
            clicked=lambda checked=False: self.start() if checked else self.stop(),
            toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            text=self.empty_text()[1],
        )
        self.pick_button.setFixedHeight(_CONTROL)
        self.home_button = pane.home_button(self.NAME, self.session, parent)
        line = horizontal(self.home_button, self.pick_button, 1)
        self.clear_button = pane.tool(
            tr("Clear"),
            f"{self.NAME}_clear",
            self.clear,
            parent,
            toolTip=tr("Remove the answer from the map and from this panel"),
        )
        self.menu = QMenu(self, objectName=f"{self.NAME}_menu")
        self.fill_menu(self.menu)
        if self.ALGORITHM:
            menu_entry(self.menu, tr("Open the algorithm…"), f"{self.NAME}_algorithm", self._open_algorithm)
        self.line = line
        line.addWidget(self.clear_button)
        line.addWidget(menu_button(f"{self.NAME}_more", self.menu, parent))
        return line

    def _empty_page(self) -> QWidget:
        page = QWidget(self)
        text, button = self.empty_text()
        self._empty_label = plain_label(text, page, objectName=f"{self.NAME}_empty", wordWrap=True)
        push = QPushButton(
            button,
            page,
            objectName=f"{self.NAME}_begin",
            default=True,
            clicked=lambda _checked=False: self.start(),
        )
        push.setFixedHeight(28)
        vertical(self._empty_label, (push, 0, Qt.AlignmentFlag.AlignLeft), 1, parent=page, margins=0)
        return page

    def _answer_page(self) -> QWidget:
        page = QWidget(self)
        self.headline = plain_label(
            "",
            page,
            objectName=f"{self.NAME}_headline",
            wordWrap=True,
            font=sized(self.font(), FIGURE_PT - 1, semibold=True),
        )
        self.place_note = plain_label(
            "", page, objectName=f"{self.NAME}_place", wordWrap=True, font=sized(self.font(), NOTE_PT)
        )
        vertical(
            self.headline, self.place_note, (self.build_answer(page), 1), parent=page, spacing=4, margins=0
        )
        return page

    def show_answer(self) -> None:
        """Show the page of the answer; the map shows this answer and no other.

        A pane that was pushed back follows edits without coming forward.
        """
        self._pages.setCurrentIndex(1)
        if self._is_in_front or self.overlay.is_visible:
            self._come_forward()

    def _come_forward(self) -> None:
        """Let the map show what this pane found, not what the others did."""
        for other in pane.panes_of(self.session, SidePane):
            if other is not self and not sip.isdeleted(other) and other.session is self.session:
                other.overlay.set_visible(False)
        self.overlay.set_visible(True)

    def _visibility_changed(self, is_visible: bool) -> None:
        # False also where a tab of something else comes in front: the map is still looked at then.
        self._is_in_front = is_visible
        if is_visible and not sip.isdeleted(self):
            self._come_forward()

    @property
    def shows_answer(self) -> bool:
        """Whether there is an answer."""
        return bool(self._pages.currentIndex() == 1)

    def tell(self, sentence: str) -> None:
        """Say something above the answer; '' for nothing."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def refuse(self, error: WaterNetError) -> None:
        """Say above the answer what was refused."""
        self.tell(error.message)

    def choose_or_tell(self, row: dict[str, Any] | None, sentence: str) -> None:
        """Choose what was clicked, by the pane's `choose`; say a sentence where nothing lies there."""
        self.tell("" if row is not None else sentence)
        if row is not None:
            self.choose(row)

    # The map tool.

    def start(self) -> None:
        """Let the next clicks on the map be heard."""
        self._come_forward()
        if self.tool is None or sip.isdeleted(self.tool):
            self.tool = self.make_tool()
            self.tool.activated.connect(self._tool_changed)
            self.tool.deactivated.connect(self._tool_changed)
        self.tool.take()
        self._tool_changed()

    def stop(self) -> None:
        """Give the map back."""
        if self.tool is not None:
            self.tool.leave()
        self._tool_changed()

    @property
    def is_listening(self) -> bool:
        """Whether clicks on the map are heard."""
        return self.tool is not None and self.session.iface.mapCanvas().mapTool() is self.tool

    def _tool_changed(self) -> None:
        if not sip.isdeleted(self):
            # While a tool is taken in or put away the canvas does not say yet which it is.
            shared_network.later(self, lambda: self.pick_button.setChecked(self.is_listening))

    def picked(self, pick: Pick) -> None:
        """Answer a click."""
        raise NotImplementedError

    # Asking.

    def ask(self, **wanted: Any) -> None:
        """Read the network as it is now; ``starts`` lets clicks on the map be heard."""
        if wanted.get("starts"):
            self.start()
        self.refresh()

    def read_network(
        self, title: str, work: Callable[[Network, Progress], Any], done: Callable[[Any], None]
    ) -> None:
        """Put a question to the network's file in a task, as `put` does."""

        def asked(kept: LiveNetwork, progress: Progress) -> Any:
            from waternet_plugin import store

            with store.open_network(kept.uri) as network:
                return work(network, progress)

        self.put(title, asked, done)

    def put(
        self,
        title: str,
        work: Callable[[LiveNetwork, Progress], Any],
        done: Callable[[Any], None],
    ) -> None:
        """Put a question to the kept network in a task; what was asked before is given up."""
        self._asked = title, work, done
        kept = shared_network.live_network(self.session)
        self.tell("")

        def end(result: Any) -> None:
            self._asked = None
            done(result)

        def failed(error: WaterNetError) -> None:
            self._asked = None
            self.tell("" if isinstance(error, CancelledError) else error.message)
            self.failed()

        self._latest.begin(title, lambda progress: work(kept, progress), end, failed, section=self)

    def _refresh_shown(self) -> None:
        # What was refused is still to be read: the answer that is read anew is to another question.
        said = self._said.text()
        if self._asked is None or self.isHidden() or not self.session.network_path:
            super()._refresh_shown()
        else:
            # It may be answered from before the edit; a refresh would ask the question before it instead.
            self.put(*self._asked)
        self.tell(said)

    def failed(self) -> None:
        """Follow a question that has no answer; the sentence is said already."""

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Show how far the work is."""
        self._working.show_progress(fraction, on_cancel)

    def hide_progress(self) -> None:
        """Long work ended."""
        self._working.hide_progress()

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """The network's coordinates."""
        layer = self.session.layer("pipe")
        return (
            layer.crs()
            if layer is not None
            else self.session.iface.mapCanvas().mapSettings().destinationCrs()
        )

    def _open_algorithm(self) -> None:
        self.session.open_algorithm(self.ALGORITHM, self.algorithm_parameters())

    # Going.

    def clear(self) -> None:
        """Take the answer off the map; the page for nothing asked shows."""
        self._latest.drop()
        self._asked = None
        self.overlay.clear()
        self.tell("")
        self.forget()
        self._pages.setCurrentIndex(0)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        self.clear()
        if self.tool is not None and not sip.isdeleted(self.tool):
            self.tool.close()
            self.tool.deleteLater()
        self.tool = None
        super().closeEvent(event)
