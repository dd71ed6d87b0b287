"""The pane of flow: infer it, see how sure that is and what stays undetermined, keep it; run SWMM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.drainage import flow_rows, run_rows
from waternet_plugin.gui.drainage.flow_rows import InferredFlow
from waternet_plugin.gui.drainage.flow_tool import FlowTool
from waternet_plugin.gui.network.picking import PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import divided, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.hydraulics.run_depths import RunDepths
    from waternet_plugin.store import Network

SWMM = "runswmm"


class FlowPane(SidePane):
    """Infers which way drains flow; nothing is written before it is kept."""

    NAME = "wn_flow"
    TOPIC = "drainage"
    TABLES = ("pipe", "node", "setting")
    ICON = "inferdirection"
    ALGORITHM = "inferdirection"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Point at a drain to see which way it flows and how sure that is; a click keeps it as seen."),
            tr("Flow here"),
        )

    def build(self) -> QWidget:
        """Return tool, list, calibration and the button that keeps the flow."""
        self.setWindowTitle(tr("Flow of drains"))
        self.found: InferredFlow | None = None
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the drains to look at, how far a confidence holds, and what is done."""
        page = QWidget(parent)
        self.list = narrow_list(flow_rows.columns(), "wn_flow_list", page, self._picked_row)
        self.prose = pane.Prose("wn_flow_prose", page)
        split = divided((self.list, 3), (self.prose, 2), parent=page)
        self.again_button = pane.button(
            tr("Infer"),
            "wn_flow_infer",
            self.infer,
            page,
            toolTip=tr("Infer the flow of all drains again; nothing is written"),
        )
        self.store_button = pane.button(
            tr("Store"),
            "wn_flow_store",
            self.store,
            page,
            toolTip=tr("Write the inferred flow as one batch that can be undone"),
        )
        self.order_button = pane.button(
            tr("Work item"),
            "wn_flow_order",
            self.order,
            page,
            toolTip=tr("Write a work order that sends a crew to see which way the drain flows"),
        )
        self.run_button = pane.button(
            tr("SWMM"),
            "wn_flow_swmm",
            self.run_swmm,
            page,
            toolTip=tr("Run SWMM on the drains as they are, keep the run and show it"),
        )
        buttons = WrappingRow(self.again_button, self.store_button, self.order_button, self.run_button)
        vertical((split, 1), buttons, parent=page, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Add the newest run that is kept."""
        menu_entry(menu, tr("Run of SWMM on the map"), "wn_flow_run", self.show_run)

    def make_tool(self) -> PickTool:
        """Return the tool that shows the flow under the pointer."""
        return FlowTool(self.session, lambda: self.found.of if self.found else {}, self.observe)

    # Inferring.

    def ask(self, **wanted: Any) -> None:
        """Infer the flow; ``starts`` lets clicks on the map be heard."""
        if wanted.get("starts"):
            self.start()
        self.infer()

    def refresh(self) -> None:
        """Infer again after an edit."""
        if self.found is not None:
            self.infer()

    def infer(self) -> None:
        """Infer the flow of all drains; nothing is written."""

        def work(network: Network, progress: Progress) -> InferredFlow:
            from waternet_plugin.operations.drainage.infer_direction import infer_direction

            return flow_rows.inferred_flow(infer_direction(network, progress=progress))

        self.read_network(tr("Inferring the flow"), work, self.show_found)

    def show_found(self, found: InferredFlow) -> None:
        """Show what was inferred."""
        self.found = found
        count = found.undetermined
        self.headline.setText(
            tr("%n drain(s) undetermined", "", count) if count else tr("The flow of every drain is known")
        )
        self.place_note.setText(joined(found.lines))
        self.list.set_rows(found.to_check)
        self.order_button.setEnabled(False)
        self.prose.setHtml(flow_rows.calibration_text(found))
        self.show_answer()
        self.overlay.show(*found.drawn, self.crs)

    def _picked_row(self, row: dict[str, Any]) -> None:
        if self.found is None:
            return
        text = pane.paragraph(
            tr("{pipe}: {reasons}").format(pipe=row["pipe_id"], reasons=row["reasons"]), bold=True
        )
        self.prose.setHtml(text + flow_rows.calibration_text(self.found))
        self.order_button.setEnabled(True)
        line = flow_rows.chosen_line(row)
        lines, marks = self.found.drawn
        self.overlay.show([line, *lines], marks, self.crs)
        shape = QgsGeometry()
        shape.fromWkb(line.wkb)
        self.show_point(shape)

    # A run of SWMM.

    def run_swmm(self) -> None:
        """Run SWMM on the drains as they are, in a process of its own, keep the run and show it."""
        self.tell("")

        def done(results: dict[str, Any]) -> None:
            work_orders.say_written(
                self.session, self, tr("The run of SWMM is kept."), str(results["BATCH_ID"])
            )
            self.show_run(tuple(str(results["LACKS"] or "").splitlines()))

        parameters = {"NETWORK": self.session.network_path, "STORE": True}
        self.session.run_algorithm(SWMM, parameters, done, failed=self.refuse, section=self)

    def show_run(self, lacks: tuple[str, ...] = ()) -> None:
        """Show the newest run that is kept: drains by their filling, and nodes that are surcharged."""

        def work(network: Network, _progress: Progress) -> RunDepths:
            from waternet_plugin.operations.hydraulics.run_depths import run_depths

            return run_depths(network)

        def done(run: RunDepths) -> None:
            self.headline.setText(run_rows.run_headline(run))
            self.place_note.setText("")
            self.prose.setHtml(run_rows.run_text(run) + "".join(map(pane.paragraph, lacks)))
            self.show_answer()
            self.overlay.show(run_rows.run_lines(run), run_rows.run_marks(run), self.crs)

        self.read_network(tr("Reading the run"), work, done)

    # Keeping.

    def store(self) -> None:
        """Write the inferred flow as one batch; given and observed flow stays."""

        def work(network: Any, progress: Progress) -> str:
            from waternet_plugin.operations.drainage.infer_direction import DirectionRequest, infer_direction

            return infer_direction(
                network, DirectionRequest(store=True, with_report=False), progress
            ).batch_id

        def done(batch: str) -> None:
            if not batch:
                self.session.say(tr("Nothing to store: this flow is recorded already."))
                return
            self.session.written("pipe")
            work_orders.say_written(self.session, self, tr("The inferred flow is stored."), batch)

        self.session.run(
            tr("Storing the flow"), on_network(self.session.network_path, work), done, section=self
        )

    def observe(self, pipe_id: str, flow: str) -> None:
        """Keep the flow of a drain as it was seen."""

        def work(network: Any, progress: Progress) -> str:
            from waternet_plugin.operations.drainage.observe_flow import ObserveFlowRequest, observe_flow

            return observe_flow(network, ObserveFlowRequest(pipe_id, flow), progress).batch_id

        def done(batch: str) -> None:
            self.session.written("pipe")
            text = tr("{pipe}: {flow}, as seen.").format(pipe=pipe_id, flow=domain("flow")[flow].label)
            work_orders.say_written(self.session, self, text, batch)

        path = self.session.network_path
        self.session.run(tr("Keeping the flow"), on_network(path, work), done, section=self)

    def order(self) -> None:
        """Write a work order for each chosen drain, as one batch that can be undone."""
        chosen = [str(row["pipe_id"]) for row in self.list.chosen]
        text = tr("Work order {item} to look at {asset} is written.")
        note = tr("See which way the water flows in this drain.")
        if chosen:
            work_orders.order_assets(
                self.session, self, chosen, text, table="pipe", type="inspect", note=note
            )

    def forget(self) -> None:
        """Forget what was inferred."""
        self.found = None
        self.list.set_rows([])
