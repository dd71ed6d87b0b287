"""The pane of outfalls by risk: from one the drains, compounds and users upstream, on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.colours import ACCENT, FAULT, OTHER
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayArea, OverlayLine, OverlayMark
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.compounds.outfall_list import OutfallTrace
    from waternet_plugin.store import Network

_WIDTH_PX, _EDGE_PX, _FILL = 4, 2, 0.15
_MARGIN, _LEAST_M = 0.1, 40.0


def _columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of an outfall."""
    return (
        TableColumn("node_id", tr("Outfall"), width=84, fills=True),
        TableColumn("risk", tr("Risk"), width=60),
        TableColumn("compounds", tr("Compounds"), decimals=0, width=72),
        TableColumn("users", tr("Users"), decimals=0, width=50),
    )


class OutfallPane(SidePane):
    """Lists outfalls, the riskiest first; a chosen one shows what drains to it."""

    NAME = "wn_outfalls"
    TOPIC = "compounds"
    TABLES = ("pipe", "node", "compound", "customer", "zone", "setting")
    ICON = "outfallcatchments"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows outfalls by their risk, and the compounds and users that drain to one."),
            tr("Click an outfall"),
        )

    def build(self) -> QWidget:
        """Return tool, list and card."""
        self.setWindowTitle(tr("Outfalls by risk"))
        self.rows: tuple[dict[str, Any], ...] = ()
        self.trace: OutfallTrace | None = None
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list, and the card of the chosen outfall."""
        page = QWidget(parent)
        self.list = narrow_list(_columns(), "wn_outfalls_list", page, lambda row: self.choose(row["node_id"]))
        self.card = pane.Prose("wn_outfalls_card", page)
        split = divided(self.list, self.card, parent=page)
        self.order_button = pane.button(
            tr("Work item"),
            "wn_outfalls_order",
            self.order,
            page,
            toolTip=tr("Write a work order to trace what reaches the chosen outfall"),
        )
        vertical((split, 1), self.order_button, parent=page, spacing=4, margins=0)
        self._show_trace(None)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the trace of the chosen outfall."""
        menu_entry(menu, tr("Trace upstream…"), "wn_outfalls_trace", self._open_trace)

    def make_tool(self) -> PickTool:
        """Return the tool that picks a node."""
        return PickTool(self.session, self.picked, takes_nodes=True, topic=self.TOPIC)

    def refresh(self) -> None:
        """Read the outfalls anew, and the chosen one."""
        chosen = "" if self.trace is None else self.trace.node_id

        def work(network: Network, progress: Progress) -> tuple[dict[str, Any], ...]:
            from waternet_plugin.operations.compounds.outfall_list import outfall_list

            return outfall_list(network, progress)

        def done(rows: tuple[dict[str, Any], ...]) -> None:
            self.rows = rows
            self.list.set_rows(list(rows))
            high = sum(row["is_high"] for row in rows)
            self.headline.setText(tr("%n outfall(s), {high} of high risk", "", len(rows)).format(high=high))
            unknown = sum(row["risk"] is None for row in rows)
            self.place_note.setText(tr("%n without a risk on record", "", unknown) if unknown else "")
            self.show_answer()
            if chosen in {row["node_id"] for row in rows}:
                self.choose(chosen, zooms=False)
            else:
                self._show_trace(None)

        self.read_network(tr("Following the drains"), work, done)

    def picked(self, pick: Pick) -> None:
        """Choose the outfall that was clicked."""
        if pick.node_id not in {row["node_id"] for row in self.rows}:
            self.tell(tr("No outfall in use lies there."))
            return
        self.choose(pick.node_id, zooms=False)

    def choose(self, node_id: str, *, zooms: bool = True) -> None:
        """Show what drains to an outfall."""

        def work(network: Network, progress: Progress) -> OutfallTrace:
            from waternet_plugin.operations.compounds.outfall_list import trace_outfall

            return trace_outfall(network, node_id, progress)

        def done(trace: OutfallTrace) -> None:
            self._show_trace(trace)
            if zooms and trace.bounds is not None:
                west, south, east, north = trace.bounds
                wider = max(_LEAST_M, _MARGIN * max(east - west, north - south))
                self.session.zoom_to((west - wider, south - wider, east + wider, north + wider))

        self.read_network(tr("Following the drains"), work, done)

    def _show_trace(self, trace: OutfallTrace | None) -> None:
        self.trace = trace
        self.order_button.setEnabled(trace is not None)
        if trace is None:
            self.card.setHtml("")
            self.overlay.clear()
            return
        self.list.choose_where("node_id", trace.node_id)
        users = tr("%n user(s) drain there.", "", trace.users)
        drains = tr("Drains upstream: {length}.").format(length=amounts.length(trace.length_m))
        compounds = tr("Compounds: {listed}").format(listed=listed(trace.compounds) or "–")
        parts = [pane.paragraph(trace.node_id, bold=True), *map(pane.paragraph, (users, drains, compounds))]
        self.card.setHtml("".join(parts))
        areas = [OverlayArea(ground, OTHER, _FILL, _EDGE_PX) for ground in trace.grounds]
        marks = [OverlayMark(x, y, ACCENT, overlay.DOT, "", 0.6) for x, y in trace.places]
        if trace.at is not None:
            marks.append(OverlayMark(*trace.at, FAULT, overlay.RING, "▼"))
        lines = [] if trace.drains is None else [OverlayLine(trace.drains, ACCENT, _WIDTH_PX)]
        self.overlay.show(lines, marks, self.crs, areas)

    def order(self) -> None:
        """Write a work order to trace the chosen outfall, as one batch that can be undone."""
        if self.trace is not None:
            work_orders.order_trace(self.session, self, self.trace.node_id)

    def _open_trace(self) -> None:
        """Open the trace upstream of the chosen outfall, with its list of pipes and its long profile."""
        from waternet_plugin.core.network.tracing.trace_rules import UPSTREAM, WET
        from waternet_plugin.gui.network.traces.trace_pane import TracePane

        if self.trace is not None:
            # Overflows lead there, too.
            x_m, y_m = self.trace.at or (0.0, 0.0)
            begin = Pick(x_m, y_m, node_id=self.trace.node_id)
            pane.open_pane(self.session, TracePane, begin=begin, direction=UPSTREAM, weather=WET)

    def forget(self) -> None:
        """Forget the outfalls."""
        self.rows = ()
        self.list.set_rows([])
        self._show_trace(None)
