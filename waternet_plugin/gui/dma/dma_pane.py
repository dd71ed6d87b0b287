"""The pane of metered areas: the scenario that is drawn, the zones, and tabs about the drawn one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsPointXY
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QMenu, QTabWidget, QWidget

from waternet_plugin.core.dma.drawing.drawing_units import COMPOUND, PIPE, SEGMENT, STREET
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma import figure_texts, zone_rows, zone_runs
from waternet_plugin.gui.dma.balance_page import BalancePage
from waternet_plugin.gui.dma.boundaries import boundary_menu, drawing_marks
from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
from waternet_plugin.gui.dma.boundaries.zone_tool import ZoneTool
from waternet_plugin.gui.dma.kept_scenario import KeptScenario
from waternet_plugin.gui.dma.leaks.flow_page import FlowPage
from waternet_plugin.gui.dma.live_line import LiveLine
from waternet_plugin.gui.dma.scenario_line import ScenarioLine
from waternet_plugin.gui.dma.zone_tasks import ZoneTasks
from waternet_plugin.gui.dma.zone_tests_page import ZoneTestsPage
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import ListAbove, make_narrow_tabs, narrow_list
from waternet_plugin.gui.widgets.layouts import horizontal, vertical

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.network.overlay import OverlayLine
    from waternet_plugin.gui.network.picking import PickTool
    from waternet_plugin.operations.dma.begin_zone_drawing import DrawingGround
    from waternet_plugin.operations.network.live_network import LiveNetwork
    from waternet_plugin.store import Network

_REACH_PX = 16.0
_UNIT = "dma/unit"
_ZONES_PX = 150


def unit_words() -> dict[str, str]:
    """Return what people call what one click takes."""
    return {
        SEGMENT: tr("Valve segment"),
        PIPE: tr("Pipe"),
        STREET: tr("Street"),
        COMPOUND: tr("Compound"),
    }


class DmaPane(SidePane):
    """Draws zones on the map and says, while they are drawn, whether they are closed."""

    NAME = "wn_dma"
    TOPIC = "dma"
    TABLES = ("pipe", "node", "customer", "zone", "setting")
    ICON = "dma"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Draw metered areas on the map and see at each click whether they are closed."),
            tr("Draw"),
        )

    # The inside.

    def build(self) -> QWidget:
        """Return scenario, tools, zones and tabs."""
        self.setWindowTitle(tr("DMA"))
        self.model = DrawingModel(self)
        self.model.unit = str(self.session.remembered(_UNIT, SEGMENT))
        self._take_question_back: Callable[[], None] = lambda: None
        self.scenario = KeptScenario(self.session, self.model, self)
        self.scenario.stored_wanted.connect(self.load)
        self.tasks = ZoneTasks(self)
        inside = super().build()
        self.live = LiveLine(self.session.iface.mapCanvas(), self.model)
        # It lies on the map, which stays.
        self.destroyed.connect(self.live.deleteLater)
        self.live.pressed.connect(self.show_members)
        self.model.replaced.connect(self.show_drawing)
        self.model.changed.connect(self.show_drawing)
        self.model.zone_changed.connect(self.show_drawing)
        self.model.refused.connect(lambda sentence: self.session.say(sentence, "warning"))
        return inside

    def head_lines(self, parent: QWidget) -> tuple[QHBoxLayout, ...]:
        """Return the line of the scenario above that of the tool."""
        return (self._scenario_line(parent), self._tool_line(parent))

    def _tool_line(self, parent: QWidget) -> QHBoxLayout:
        line = super()._tool_line(parent)
        self.clear_button.hide()
        self.unit_box = QComboBox(parent, objectName="wn_dma_unit", toolTip=tr("What one click takes"))
        for code, word in unit_words().items():
            self.unit_box.addItem(word, code)
        self.unit_box.setCurrentIndex(max(0, self.unit_box.findData(self.model.unit)))
        self.unit_box.setFixedHeight(24)
        self.unit_box.currentIndexChanged.connect(self._unit_chosen)
        line.insertWidget(1, self.unit_box)
        # Nothing is done more rarely; the line of the scenario is full.
        line.itemAt(line.count() - 1).widget().hide()
        self.scenario_line.compare_button.setText("⇄")
        line.addWidget(self.scenario_line.compare_button)
        return line

    def _scenario_line(self, parent: QWidget) -> QHBoxLayout:
        line = ScenarioLine(self.scenario, self.model, parent)
        line.chosen.connect(self._choose_scenario)
        line.branched.connect(self.branch)
        line.saved.connect(self.scenario.save)
        line.compared.connect(self.tasks.compare)
        line.adopted.connect(self.adopt)
        self.scenario_line, self.scenario_box = line, line.box
        return horizontal((line, 1))

    def _choose_scenario(self, scenario_id: str) -> None:
        self.stop()
        self.scenario.save(lambda: self.load(scenario_id))

    def branch(self) -> None:
        """Go on in a new scenario, with what is drawn."""
        if self.model.is_ready:
            self.scenario.save(self.scenario.branch)

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list of zones and the tabs below it."""
        self.split = split = ListAbove(_ZONES_PX, parent)
        top = QWidget(split)
        self.zones = narrow_list(
            zone_rows.zone_columns(), "wn_dma_zones", top, lambda row: self.model.choose(row["zone"])
        )
        self.zones.doubleClicked.connect(lambda _index: self.show_members("zone"))
        self.new_button = pane.tool("+", "wn_dma_new", self.new_zone, top, toolTip=tr("Draw a new zone"))
        self.new_button.setFixedWidth(24)
        line = horizontal(self.new_button, *self.tasks.buttons(top), 1, spacing=2)
        vertical((self.zones, 1), line, parent=top, spacing=4, margins=0)
        self.tabs = QTabWidget(split, objectName="wn_dma_tabs", documentMode=True)
        self.boundary = narrow_list(
            zone_rows.crossing_columns(), "wn_dma_boundary", self.tabs, self._show_crossing
        )
        self.tabs.addTab(self.boundary, tr("Boundary"))
        self.findings = narrow_list(
            zone_runs.finding_columns(), "wn_dma_findings", self.tabs, self._show_finding
        )
        self.tabs.addTab(self.findings, tr("Findings ({n})").format(n=0))
        self.tests = ZoneTestsPage(self.session, self.model, self.tasks.plan_test, self.tabs)
        self.tabs.addTab(self.tests, tr("Test"))
        self.flow = FlowPage(self.session, self.model, self._show_suspects, self, self.tabs)
        self.flow.states_read.connect(self.show_drawing)
        self.tabs.addTab(self.flow, tr("Flow", "tab of night flow"))
        self.balance = BalancePage(self.session, self, self.tabs)
        self.tabs.addTab(self.balance, tr("Balance", "tab of the water balance"))
        make_narrow_tabs(self.tabs)
        self.tabs.currentChanged.connect(lambda _place: self.show_drawing())
        split.addWidget(top)
        split.addWidget(self.tabs)
        split.setStretchFactor(1, 1)
        page = QWidget(parent)
        vertical((split, 1), parent=page, margins=0)
        return page

    def make_tool(self) -> PickTool:
        """Return the tool that draws."""
        tool = ZoneTool(self.session, self.model, self._key, self._open_menu, self.TOPIC)
        tool.activated.connect(self.live.show_below)
        tool.deactivated.connect(self.live.hide)
        return tool

    def _unit_chosen(self, _index: int) -> None:
        self.model.unit = str(self.unit_box.currentData())
        self.session.remember(_UNIT, self.model.unit)

    # Reading.

    def ask(self, **wanted: Any) -> None:
        """Show the zones; ``starts`` lets clicks on the map draw at once."""
        if "found" in wanted:
            self.show_findings(wanted["found"])
        if wanted.get("proposes"):
            self.tasks.propose()
        if wanted.get("tests"):
            self.tasks.plan_test()
        if wanted.get("leaks") or wanted.get("computes"):
            self.tabs.setCurrentWidget(self.flow)
            (self.flow.compute if wanted.get("computes") else self.flow.show_worst)()
        if wanted.get("starts"):
            self.start()
        elif self.model.ground is None:
            self.load()

    def load(self, scenario_id: str = "", *, opens_tool: bool = False) -> None:
        """Read the network for drawing, with a scenario where one is named."""
        canvas = self.session.iface.mapCanvas()
        before = canvas.mapTool()

        def work(kept: LiveNetwork, progress: Progress) -> DrawingGround:
            from waternet_plugin import store
            from waternet_plugin.operations.dma.begin_zone_drawing import begin_zone_drawing

            with store.open_network(kept.uri) as network:
                return begin_zone_drawing(kept, network, scenario_id, progress)

        def done(ground: DrawingGround) -> None:
            self.model.begin(ground)
            self.flow.read_states()
            self.scenario.begin(self.session.network_path, ground.scenarios, scenario_id, ground.seen)
            self.show_answer()
            # Whoever has taken another tool meanwhile keeps it.
            if opens_tool and canvas.mapTool() is before:
                self.start()

        self.put(tr("Reading the network"), work, done)

    def refresh(self) -> None:
        """Follow an edit of the network, with what is drawn."""
        if self.model.ground is None:
            return
        basis = self.model.ground.basis

        def differs(network: Network, _progress: Progress) -> bool:
            from waternet_plugin.operations.dma.begin_zone_drawing import drawing_basis

            return drawing_basis(network) != basis

        self.read_network(tr("Reading the network"), differs, lambda is_other: is_other and self._follow())

    def _follow(self) -> None:
        """Read the network again and go on with what is drawn."""
        self.model.is_waiting = True
        drawing = self.model.drawing

        def work(kept: LiveNetwork, progress: Progress) -> DrawingGround:
            from dataclasses import replace

            from waternet_plugin import store
            from waternet_plugin.core.dma.drawing.following import follow
            from waternet_plugin.operations.dma.begin_zone_drawing import begin_zone_drawing

            with store.open_network(kept.uri) as network:
                ground = begin_zone_drawing(kept, network, progress=progress)
            return replace(ground, drawing=follow(drawing, ground.drawing.network, ground.drawing.ground_m))

        def done(ground: DrawingGround) -> None:
            self.model.carry_on(ground)
            self.scenario.know(ground.scenarios)

        self.put(tr("Reading the network"), work, done)

    def failed(self) -> None:
        """Let gestures be taken again."""
        self.model.is_waiting = False

    # Drawing.

    def start(self) -> None:
        """Draw: with the chosen zone, else with a new one."""
        if self.model.ground is None:
            self.load(opens_tool=True)
            return
        if self.model.zone < 0:
            self.model.add_zone()
        super().start()

    def new_zone(self) -> None:
        """Draw a new zone."""
        if self.model.is_ready:
            self.model.add_zone()
            self.start()

    def show_drawing(self) -> None:
        """Show list, boundary and map as they are now."""
        model = self.model
        if model.ground is None:
            return
        self.zones.set_rows(zone_rows.zone_rows(model, self.flow.states))
        self.split.fit(self.zones)
        self.boundary.set_rows(zone_rows.crossing_rows(model))
        self.headline.setText(zone_rows.summary(model))
        figures = model.figures()
        self.place_note.setText("" if figures is None else figure_texts.estimates_text(figures))
        if (self.flow.isVisible() or self.balance.isVisible()) and not self.is_listening:
            # The colours of the areas and their labels tell leakage.
            self.overlay.clear()
        else:
            self.overlay.show(*drawing_marks.drawn(model), self.crs)

    def show_members(self, key: str) -> None:
        """Zoom round what a figure of the live line counts."""
        box = drawing_marks.box_of(self.model, key)
        if box is not None:
            self.session.zoom_to(box)

    def _show_finding(self, row: dict[str, Any]) -> None:
        """Show where a finding is: the pipes that it names over the drawing, such as an unmetered way."""
        way = drawing_marks.way_of(self.model, str(row.get("assets") or ""))
        if way is None:
            self.show_row(row)
            return
        lines, marks = drawing_marks.drawn(self.model)
        self.overlay.show([*lines, way[0]], marks, self.crs)
        self.session.zoom_to(way[1])

    def _show_suspects(self, lines: list[OverlayLine]) -> None:
        """Show suspected pipes on the map, what is drawn where there are none."""
        self.overlay.show(lines, [], self.crs) if lines else self.show_drawing()

    def _show_crossing(self, row: dict[str, Any]) -> None:
        self.show_point(QgsGeometry.fromPointXY(QgsPointXY(row["x"], row["y"])))
        self.live.tell(zone_rows.why_text(self.model, row["vertex"]))

    def _open_menu(self, pipe: int, point: QgsPointXY, position: Any) -> None:
        reach = self.session.iface.mapCanvas().mapSettings().mapUnitsPerPixel() * _REACH_PX
        vertex = boundary_menu.meant_vertex(self.model, pipe, point.x(), point.y(), reach)
        menu = boundary_menu.boundary_menu(self.model, vertex, pipe, self._tell_why, self)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu_at_click: QMenu = menu
        menu.popup(position)

    def _tell_why(self, vertex: int) -> None:
        """Say why the drawn zone is open or closed at a vertex, and draw the way of water to it."""
        self.live.tell(zone_rows.why_text(self.model, vertex))
        lines, marks = drawing_marks.drawn(self.model)
        way = drawing_marks.entering_way_of(self.model, vertex)
        self.overlay.show([*lines, *([] if way is None else [way])], marks, self.crs)

    def adopt(self) -> None:
        """Write the scenario to the network as one batch, which can be undone."""
        self.stop()
        self.scenario.save(lambda: self.scenario.adopt(self.load))

    def show_findings(self, found: dict[str, Any]) -> None:
        """Show verdicts and findings of a check."""
        self.model.verdicts = {zone: str(row["verdict"]) for zone, row in found["zones"].items()}
        self.findings.set_rows(found["findings"])
        self.tabs.setTabText(1, tr("Findings ({n})").format(n=len(found["findings"])))
        self.tabs.setCurrentIndex(1)
        self.show_drawing()
        self.session.say(zone_runs.told(found))

    # Keys.

    def _key(self, key: str) -> None:
        if key == "save":
            self.scenario.save()
        elif self.model.is_unsaved:
            self._ask_to_leave()
        else:
            self.stop()

    def _ask_to_leave(self) -> None:
        """Ask what becomes of what is not stored."""
        text = tr("What you drew in {name} is not stored yet.").format(name=self.scenario.name)
        answers = (
            (tr("Save and leave"), lambda: self.scenario.save(self.stop)),
            (tr("Leave without saving"), self.discard),
            (tr("Go on drawing"), lambda: None),
        )
        self._take_question_back()
        self._take_question_back = self.session.ask(text, *answers)

    def discard(self) -> None:
        """Leave, and forget what is not stored."""
        self.stop()
        self.scenario.stop()
        self.load(self.scenario.scenario_id)

    def event(self, event: QEvent) -> bool:
        """Answer undo and redo in the pane too, while it draws."""
        # Events come while a widget is being made, too.
        tool = getattr(self, "tool", None)
        if tool is not None and self.is_listening and tool.answers_key(event):
            return True
        return bool(super().event(event))

    # Going.

    def forget(self) -> None:
        """Forget what is drawn."""
        self.live.hide()
        self.scenario.stop()
        self.model.begin(None)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Store what is drawn, and leave the map as it was."""
        if self.model.ground is not None:
            self.scenario.save()
        self._take_question_back()
        super().closeEvent(event)
