"""The pane of compounds: those that need something today, and the clicked one with its figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.compounds import compound_lines
from waternet_plugin.gui.compounds.area_map import AreaMap
from waternet_plugin.gui.compounds.score_card import ScoreCard
from waternet_plugin.gui.network.overlay import OverlayArea
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, FigureLink, sized
from waternet_plugin.gui.widgets.layouts import horizontal, scrolled, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry, menu_switch
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.status_dot import StatusDot

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.network.picking import Pick
    from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds
    from waternet_plugin.operations.compounds.compound_score import StoredGrade
    from waternet_plugin.operations.compounds.compound_state import CompoundFigure, CompoundState
    from waternet_plugin.operations.compounds.score_details import CountedRows, ScoreDetails
    from waternet_plugin.store import Network

    # What all compounds need, the one that is looked at, the grades that are kept.
    _Read = tuple[CompoundNeeds, CompoundState | None, tuple[StoredGrade, ...]]

FACTS, SCORES = "compoundfacts", "scorecompounds"
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
        self.grades: tuple[StoredGrade, ...] = ()
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list, and the figures of the chosen compound."""
        split = QSplitter(Qt.Orientation.Vertical, parent, childrenCollapsible=False)
        self.list = narrow_list(
            compound_lines.columns(),
            "wn_compounds_list",
            split,
            lambda row: self._look(row["compound_id"], zooms=True),
        )
        split.addWidget(self.list)
        card = QWidget()
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
        self.dots, self.links, self.order_buttons = {}, {}, {}
        for key in KEYS:
            lines.addLayout(self._figure_line(key, card))
        self.score = ScoreCard(
            card, self.read_details, self._select, partial(work_orders.order_groups, self.session, self)
        )
        self.print_button = pane.button(
            tr("Print…"),
            "wn_compounds_print",
            self._print,
            card,
            toolTip=tr("Print the map of this compound"),
        )
        vertical(
            self.title, self.heading, lines, self.sentence, self.score, 1, horizontal(1, self.print_button),
            parent=card, spacing=4, margins=0,
        )  # fmt: skip
        # Folded out it is higher than the screen.
        self.card = scrolled(card, "wn_compounds_card")
        split.addWidget(self.card)
        self.card.hide()
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 3)
        page = QWidget(parent)
        vertical((split, 1), parent=page, margins=0)
        return page

    def _figure_line(self, key: str, parent: QWidget) -> Any:
        dot = StatusDot(parent, f"wn_compounds_{key}_dot")
        link = FigureLink(parent, objectName=f"wn_compounds_{key}")
        order = pane.tool(
            tr("Work item"),
            f"wn_compounds_{key}_order",
            partial(self._order, key),
            parent,
            toolTip=literal(compound_lines.order_text(key)),
        )
        self.dots[key], self.links[key], self.order_buttons[key] = dot, link, order
        return horizontal(dot, plain_label(compound_lines.figure_label(key), parent), 1, link, order)

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the map of scores, the scoring of a month, and the table of all compounds."""
        self.map_action = menu_switch(
            menu,
            tr("Score map"),
            "wn_compounds_map",
            toolTip=tr("Compounds in the colour of the grade that was kept last"),
            triggered=lambda _checked=False: self._show_map(),
        )
        self.map = AreaMap(self.session, lambda: self.map_action.setChecked(False))
        menu_entry(menu, tr("Score another month…"), "wn_compounds_scores", self._open_scores)
        menu_entry(menu, tr("Facts of all compounds…"), "wn_compounds_algorithm", self._open_facts)

    # Reading.

    def ask(self, **wanted: Any) -> None:
        """List what is needed; ``starts`` lets clicks on the map pick a compound.

        ``lowest`` chooses the compound with the lowest score and tells what raises it.
        """
        if wanted.get("starts"):
            self.start()
        if wanted.get("lowest"):
            self._look_at_lowest()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Read what compounds need in the network as it is now, and the chosen one anew."""
        self._read(self.state.compound_id if self.state is not None else "", self._show_needs)

    def _look_at_lowest(self) -> None:
        """Choose the compound with the lowest score that is kept, and read what raises it."""

        def done(read: _Read) -> None:
            self._show_needs(read)
            if self.state is not None and self.state.shape is not None:
                self.session.zoom_to(self._shape(self.state))
            self.read_details()

        self._read(None, done)

    def _read(self, compound_id: str | None, done: Callable[[_Read], None]) -> None:
        """Read needs, grades and one compound: '' for none, None for that with the lowest score."""

        def work(network: Network, _progress: Progress) -> _Read:
            from waternet_plugin.core.errors import InputError
            from waternet_plugin.operations.compounds.compound_needs import compound_needs
            from waternet_plugin.operations.compounds.compound_score import stored_grades
            from waternet_plugin.operations.compounds.compound_state import compound_state

            needs, grades = compound_needs(network), stored_grades(network)
            chosen = compound_id
            if chosen is None:
                chosen = grades[0].compound_id if grades else ""
            try:
                return needs, compound_state(network, chosen) if chosen else None, grades
            except InputError:
                # It was deleted meanwhile.
                return needs, None, grades

        self.read_network(tr("Reading compounds"), work, done)

    def _show_needs(self, read: _Read) -> None:
        self.needs, state, self.grades = read
        if self.map.is_shown:
            self._show_grades()
        self.headline.setText(compound_lines.need_sentence(self.needs))
        self.place_note.setText(compound_lines.need_note(self.needs))
        self.list.set_rows(list(self.needs.rows))
        self.show_answer()
        self._show_state(state)

    def picked(self, pick: Pick) -> None:
        """Show the compound that was clicked."""

        def work(network: Network, _progress: Progress) -> CompoundState | None:
            from waternet_plugin.operations.compounds.compound_state import compound_at, compound_state

            found = compound_at(network, pick.x_m, pick.y_m)
            return None if found is None else compound_state(network, found)

        def done(state: CompoundState | None) -> None:
            if state is None:
                self.tell(tr("No compound lies there."))
                return
            self.show_answer()
            self._show_state(state)

        self.read_network(tr("Reading a compound"), work, done)

    def _look(self, compound_id: str, *, zooms: bool) -> None:
        def work(network: Network, _progress: Progress) -> CompoundState:
            from waternet_plugin.operations.compounds.compound_state import compound_state

            return compound_state(network, compound_id)

        def done(state: CompoundState) -> None:
            self._show_state(state)
            if zooms and state.shape is not None:
                self.session.zoom_to(self._shape(state))

        self.read_network(tr("Reading a compound"), work, done)

    # Showing.

    def _show_state(self, state: CompoundState | None) -> None:
        # What was told of the score is told anew where the compound is the same.
        before = self.score.details
        again = before is not None and state is not None and before.compound_id == state.compound_id
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
            self.order_buttons[figure.key].setEnabled(bool(figure.assets))
        self.score.show_score(state.score)
        areas = [] if state.shape is None else [OverlayArea(state.shape, ACCENT, _FILL, _EDGE_PX)]
        self.overlay.show([], [], self.crs, areas)
        self.list.choose_where("compound_id", state.compound_id)
        if again or self.score.wants_details:
            self.read_details()

    def _select(self, figure: CompoundFigure | CountedRows) -> None:
        """Select on the map what a figure counts, and show all of it."""
        layer = self.wanted_layer(figure.table)
        if layer is None:
            return
        layer.selectByIds(list(figure.fids))
        box = layer.boundingBoxOfSelected()
        if not box.isNull():
            box.grow(max(10.0, 0.2 * max(box.width(), box.height())))
            self.session.zoom_to(box)
        else:
            # Rows without a place are seen in their table.
            self.session.iface.showAttributeTable(layer, "is_selected()")

    @staticmethod
    def _shape(state: CompoundState) -> QgsGeometry:
        shape = QgsGeometry()
        shape.fromWkb(state.shape)
        return shape

    # The score.

    def read_details(self) -> None:
        """Read what the score rests on and what raises it: all are scored for that, nothing is written."""
        state = self.state
        if state is None:
            return
        month = "" if state.score is None else state.score.month

        def work(network: Network, progress: Progress) -> ScoreDetails:
            from waternet_plugin.operations.compounds.score_details import score_details

            return score_details(network, state.compound_id, month, progress)

        def done(details: ScoreDetails) -> None:
            if self.state is not None and self.state.compound_id == details.compound_id:
                self.score.show_details(details)

        self.read_network(tr("Scoring the compounds"), work, done)

    # Work orders.

    def _order(self, key: str) -> None:
        """Write work orders for what a figure counts, as one batch; what is ordered already is left out."""
        from waternet_plugin.operations.work.write_orders import LEAVE_OUT, REPEAT

        if self.state is None:
            return
        figure = next(each for each in self.state.figures if each.key == key)
        table, type_ = compound_lines.ORDERS[key]
        work_orders.order_assets(
            self.session,
            self,
            figure.assets,
            tr("Work order {item} for {asset} is written."),
            table=table,
            type=type_,
            note=compound_lines.order_text(key),
            running=REPEAT if table == "compound" else LEAVE_OUT,
        )

    def _print(self) -> None:
        from waternet_plugin.gui.printing.print_dialog import open_print_dialog

        if self.state is not None:
            open_print_dialog(self.session, self.state.compound_id)

    def _show_grades(self) -> bool:
        from waternet_plugin.bridge.styling import areas

        signs = areas.score_signs({one.fid: one.grade for one in self.grades})
        return self.map.show("compound", signs, areas.score_renderer)

    def _show_map(self) -> None:
        """Switch the map of scores on or off."""
        if self.map.is_shown:
            self.map.end()
        elif not self.grades:
            self.session.say(tr("No score is kept: score the month and keep it in the network."), "warning")
        elif self.wanted_layer("compound") is not None:
            self._show_grades()
        self.map_action.setChecked(self.map.is_shown)

    def _open_scores(self) -> None:
        self.session.open_algorithm(SCORES, {"NETWORK": self.session.network_path, "STORE": True})

    def _open_facts(self) -> None:
        self.session.open_algorithm(FACTS, {"NETWORK": self.session.network_path})

    def forget(self) -> None:
        """Forget the compounds."""
        from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds

        self.needs, self.state, self.grades = CompoundNeeds(), None, ()
        self.map.end()
        self.map_action.setChecked(False)
        self.list.set_rows([])
        self.card.hide()
