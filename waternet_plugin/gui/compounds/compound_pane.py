"""The pane of compounds: those that need something today, and the clicked one with its figures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.compounds import compound_lines
from waternet_plugin.gui.compounds.score_card import ScoreCard
from waternet_plugin.gui.drainage.place_tool import PlaceTool
from waternet_plugin.gui.network.overlay import OverlayArea
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, FigureLink, sized
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView
from waternet_plugin.gui.widgets.status_dot import StatusDot

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.network.picking import Pick, PickTool
    from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds
    from waternet_plugin.operations.compounds.compound_state import CompoundFigure, CompoundState
    from waternet_plugin.operations.network.live_network import LiveNetwork

FACTS = "compoundfacts"
KEYS = ("tanks", "misconnections", "permits", "defects", "work")
_FILL, _EDGE_PX = 0.08, 3


class CompoundPane(SidePane):
    """Lists compounds that need something; a click in one tells what there is to do."""

    NAME = "wn_compounds"
    TOPIC = "compounds"
    TABLES = (
        *("compound", "zone", "node", "pipe", "customer", "issue", "inspection", "work_item", "tank_due"),
        "indicator",
    )
    ICON = "outfallcatchments"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows what a compound needs: tanks, misconnections, permits, defects, work."),
            tr("Which compound"),
        )

    def build(self) -> QWidget:
        """Return tool, list and the figures of one compound."""
        from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds

        self.setWindowTitle(tr("Compounds"))
        self.needs = CompoundNeeds()
        self.state: CompoundState | None = None
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list, and the figures of the chosen compound."""
        split = QSplitter(Qt.Orientation.Vertical, parent, childrenCollapsible=False)
        self.list = make_narrow(RowsView(compound_lines.columns(), "wn_compounds_list", split))
        self.list.picked.connect(lambda row: self._look(row["compound_id"], zooms=True))
        split.addWidget(self.list)
        card = QWidget(split)
        self.title = plain_label(
            "",
            card,
            objectName="wn_compounds_title",
            wordWrap=True,
            font=sized(self.font(), FIGURE_PT, semibold=True),
        )
        self.heading = plain_label(
            "", card, objectName="wn_compounds_heading", wordWrap=True, font=sized(self.font(), NOTE_PT)
        )
        self.sentence = plain_label("", card, objectName="wn_compounds_sentence", wordWrap=True)
        lines = QVBoxLayout(spacing=4)
        self.dots, self.links = {}, {}
        for key in KEYS:
            lines.addLayout(self._figure_line(key, card))
        self.score = ScoreCard(card, self._raise)
        self.print_button = pane.button(tr("Print…"), "wn_compounds_print", self._print, card)
        self.print_button.setToolTip(tr("Print the map of this compound"))
        vertical(
            self.title, self.heading, lines, self.sentence, self.score, 1, horizontal(1, self.print_button),
            parent=card, spacing=4, margins=0,
        )  # fmt: skip
        split.addWidget(card)
        self.card = card
        card.hide()
        page = QWidget(parent)
        vertical((split, 1), parent=page, margins=0)
        return page

    def _figure_line(self, key: str, parent: QWidget) -> Any:
        dot = StatusDot(parent, f"wn_compounds_{key}_dot")
        link = FigureLink(parent, objectName=f"wn_compounds_{key}")
        self.dots[key], self.links[key] = dot, link
        return horizontal(dot, plain_label(compound_lines.figure_label(key), parent), 1, link)

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the table of all compounds."""
        menu_entry(menu, tr("Facts of all compounds…"), "wn_compounds_algorithm", self._open_algorithm)

    def make_tool(self) -> PickTool:
        """Return the tool that picks a place."""
        return PlaceTool(self.session, self.picked, topic=self.TOPIC)

    # Reading.

    def ask(self, **wanted: Any) -> None:
        """List what is needed; ``starts`` lets clicks on the map pick a compound."""
        if wanted.get("starts"):
            self.start()
        self.refresh()

    def refresh(self) -> None:
        """Read what compounds need in the network as it is now, and the chosen one anew."""
        chosen = self.state.compound_id if self.state is not None else ""

        def work(kept: LiveNetwork, _progress: Progress) -> tuple[CompoundNeeds, CompoundState | None]:
            from waternet_plugin import store
            from waternet_plugin.core.errors import InputError
            from waternet_plugin.operations.compounds.compound_needs import compound_needs
            from waternet_plugin.operations.compounds.compound_state import compound_state

            with store.open_network(kept.uri) as network:
                needs = compound_needs(network)
                try:
                    return needs, compound_state(network, chosen) if chosen else None
                except InputError:
                    # It was deleted meanwhile.
                    return needs, None

        self.put(tr("Reading compounds"), work, self._show_needs)

    def _show_needs(self, found: tuple[CompoundNeeds, CompoundState | None]) -> None:
        self.needs, state = found
        self.headline.setText(compound_lines.need_sentence(self.needs))
        self.place_note.setText(compound_lines.need_note(self.needs))
        self.list.set_rows(list(self.needs.rows))
        self.show_answer()
        self._show_state(state)

    def picked(self, pick: Pick) -> None:
        """Show the compound that was clicked."""

        def work(kept: LiveNetwork, _progress: Progress) -> CompoundState | None:
            from waternet_plugin import store
            from waternet_plugin.operations.compounds.compound_state import compound_at, compound_state

            with store.open_network(kept.uri) as network:
                found = compound_at(network, pick.x_m, pick.y_m)
                return None if found is None else compound_state(network, found)

        def done(state: CompoundState | None) -> None:
            if state is None:
                self.tell(tr("No compound lies there."))
                return
            self.show_answer()
            self._show_state(state)

        self.put(tr("Reading a compound"), work, done)

    def _look(self, compound_id: str, *, zooms: bool) -> None:
        def work(kept: LiveNetwork, _progress: Progress) -> CompoundState:
            from waternet_plugin import store
            from waternet_plugin.operations.compounds.compound_state import compound_state

            with store.open_network(kept.uri) as network:
                return compound_state(network, compound_id)

        def done(state: CompoundState) -> None:
            self._show_state(state)
            if zooms and state.shape is not None:
                self.session.zoom_to(self._shape(state))

        self.put(tr("Reading a compound"), work, done)

    # Showing.

    def _show_state(self, state: CompoundState | None) -> None:
        self.state = state
        self.card.setVisible(state is not None)
        if state is None:
            self.overlay.clear()
            return
        self.title.setText(compound_lines.title(state))
        self.heading.setText(compound_lines.heading(state))
        self.sentence.setText(compound_lines.sentence(state))
        self.sentence.setVisible(bool(self.sentence.text()))
        for figure in state.figures:
            self.dots[figure.key].show_state(*compound_lines.figure_mark(figure))
            leads = partial(self._select, figure) if figure.fids else None
            self.links[figure.key].set_figure(compound_lines.figure_text(figure), leads)
        self.score.show_score(state.score)
        areas = [] if state.shape is None else [OverlayArea(state.shape, ACCENT, _FILL, _EDGE_PX)]
        self.overlay.show([], [], self.crs, areas)
        for place, row in enumerate(self.list.rows):
            if row["compound_id"] == state.compound_id:
                self.list.selectRow(place)

    def _select(self, figure: CompoundFigure) -> None:
        """Select on the map what a figure counts, and show all of it."""
        layer = self.session.layer(figure.table)
        if layer is None:
            self.session.say(tr("This project has no layer of it. Rebuild the project first."), "warning")
            return
        layer.selectByIds(list(figure.fids))
        box = layer.boundingBoxOfSelected()
        if not box.isNull():
            box.grow(max(10.0, 0.2 * max(box.width(), box.height())))
            self.session.zoom_to(box)

    @staticmethod
    def _shape(state: CompoundState) -> QgsGeometry:
        shape = QgsGeometry()
        shape.fromWkb(state.shape)
        return shape

    def _raise(self) -> None:
        """Tell what raises the score of the compound: all of them are scored for that, nothing is written."""
        state = self.state
        if state is None:
            return
        month = "" if state.score is None else state.score.month

        def work(kept: LiveNetwork, progress: Progress) -> tuple[str, ...]:
            from waternet_plugin import store
            from waternet_plugin.operations.compounds.score_compounds import raising_lines

            with store.open_network(kept.uri) as network:
                return raising_lines(network, state.compound_id, month, progress)

        def done(lines: tuple[str, ...]) -> None:
            if self.state is not None and self.state.compound_id == state.compound_id:
                self.score.show_lines(lines)

        self.put(tr("Scoring the compounds"), work, done)

    def _print(self) -> None:
        from waternet_plugin.gui.printing.print_dialog import open_print_dialog

        if self.state is not None:
            open_print_dialog(self.session, self.state.compound_id)

    def _open_algorithm(self) -> None:
        self.session.open_algorithm(FACTS, {"NETWORK": self.session.network_path})

    def forget(self) -> None:
        """Forget the compounds."""
        from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds

        self.needs, self.state = CompoundNeeds(), None
        self.list.set_rows([])
        self.card.hide()
