"""Zones drawn on the map: clicks, strokes, floods, menus, keys, and what pane, live line and map say."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from qgis.core import QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QKeyEvent, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QStyleOptionViewItem
from support.built_network import copied
from support.widgets import click

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma import zone_rows
from waternet_plugin.gui.dma.boundaries import drawing_marks

# The width that the pane has beside a map on a small screen.
NARROW_PX = 330
P2, P4, P5 = QgsPointXY(500150, 3000000.4), QgsPointXY(500350, 3000000.4), QgsPointXY(500450, 3000000.4)


@pytest.fixture(scope="module")
def drawn_town(tmp_path_factory: pytest.TempPathFactory, tool_town: Path) -> Path:
    from waternet_plugin import store

    path = copied(tool_town, tmp_path_factory.mktemp("zones"))
    with store.open_network(path) as network, network.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["V1", "V2", "V3"], "valve_state": "open"}))
    return path


@pytest.fixture
def dma_pane(plugin: Any, drawn_town: Path, open_tool_town: Any, until: Any) -> Any:
    """The pane of metered areas, open on a copy of the town, its tool on the map."""
    open_tool_town(drawn_town)
    plugin.actions.tools.actions["dma"].trigger()
    pane = plugin.session.window("wn_dma")
    until(lambda: pane.is_listening)
    return pane


def place_of(pane: Any, point: QgsPointXY) -> QPoint:
    """Return where a point of the map is on the canvas."""
    canvas = pane.session.iface.mapCanvas()
    there = canvas.getCoordinateTransform().transform(point)
    return QPoint(round(there.x()), round(there.y()))


def clicked(pane: Any, point: QgsPointXY, *keys: Any, button: Any = Qt.MouseButton.LeftButton) -> None:
    """Click a place of the map with the mouse."""
    modifiers = Qt.KeyboardModifier.NoModifier
    for key in keys:
        modifiers |= key
    viewport = pane.session.iface.mapCanvas().viewport()
    QTest.mouseClick(viewport, button, modifiers, place_of(pane, point))


def typed(pane: Any, key: Any, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> bool:
    """Press a key on the map; return whether its shortcut was taken before QGIS's."""
    canvas = pane.session.iface.mapCanvas()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    override.ignore()
    QApplication.sendEvent(canvas, override)
    QApplication.sendEvent(canvas, QKeyEvent(QEvent.Type.KeyPress, key, modifiers))
    return bool(override.isAccepted())


def drawn_ids(pane: Any) -> list[str]:
    drawing = pane.model.drawing
    return sorted(drawing.network.graph.pipe_id[drawing.pipes_of(pane.model.zone)])


@pytest.mark.slow
def test_a_click_adds_what_lies_between_valves(dma_pane: Any) -> None:
    assert dma_pane.model.name_of(dma_pane.model.zone) == "DMA-1"
    clicked(dma_pane, P4)
    assert drawn_ids(dma_pane) == ["p4"]
    assert "2 open crossings" in dma_pane.headline.text()
    assert dma_pane.live.text.startswith("2 open crossings")
    assert dma_pane.live.isVisible()
    clicked(dma_pane, P2)
    assert drawn_ids(dma_pane) == ["p2", "p3", "p4", "p6"]


@pytest.mark.slow
def test_ctrl_takes_out_and_z_and_y_go_back_and_forth(dma_pane: Any) -> None:
    clicked(dma_pane, P2)
    clicked(dma_pane, P4)
    clicked(dma_pane, P4, Qt.KeyboardModifier.ControlModifier)
    assert drawn_ids(dma_pane) == ["p2", "p3", "p6"]
    control = Qt.KeyboardModifier.ControlModifier
    assert typed(dma_pane, Qt.Key.Key_Z, control), "QGIS's own undo must not hear it"
    assert drawn_ids(dma_pane) == ["p2", "p3", "p4", "p6"]
    typed(dma_pane, Qt.Key.Key_Z, control)
    typed(dma_pane, Qt.Key.Key_Z, control)
    assert drawn_ids(dma_pane) == []
    assert typed(dma_pane, Qt.Key.Key_Y, control)
    assert drawn_ids(dma_pane) == ["p2", "p3", "p6"]


@pytest.mark.slow
def test_a_stroke_is_one_gesture(dma_pane: Any) -> None:
    viewport = dma_pane.session.iface.mapCanvas().viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place_of(dma_pane, P2))
    for point in (P4, P5):
        place = place_of(dma_pane, point)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(place),
            QPointF(viewport.mapToGlobal(place)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place_of(dma_pane, P5))
    assert drawn_ids(dma_pane) == ["p2", "p3", "p4", "p5", "p6", "p7"]
    typed(dma_pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert drawn_ids(dma_pane) == []


@pytest.mark.slow
def test_hovering_tells_what_a_click_would_change(dma_pane: Any, until: Any) -> None:
    clicked(dma_pane, P4)
    QTest.mouseMove(dma_pane.session.iface.mapCanvas().viewport(), place_of(dma_pane, P5))
    dma_pane.tool._place = P5
    dma_pane.tool._hover()
    assert dma_pane.live.preview == "Click: 2 pipes · −1 open crossing · +10 households · +324 m"
    assert drawn_ids(dma_pane) == ["p4"], "a look changes nothing"


@pytest.mark.slow
def test_a_flood_without_an_end_says_why_it_does_nothing(dma_pane: Any, plugin: Any) -> None:
    clicked(dma_pane, P4, Qt.KeyboardModifier.ShiftModifier)
    assert drawn_ids(dma_pane) == []
    assert "S" in plugin.session.iface.messageBar().currentItem().text()


@pytest.mark.slow
def test_the_menu_meters_and_closes_and_shift_floods_between(dma_pane: Any) -> None:
    clicked(dma_pane, P4)
    choose(dma_pane, QgsPointXY(500305, 3000000.4), "meter_in")
    choose(dma_pane, QgsPointXY(500395, 3000000.4), "close")
    # Behind V3 and the closed V4 nobody has water any more: that comes first.
    assert dma_pane.live.text.startswith("10 households cut off · 1 inlet")
    assert dma_pane.headline.text() == "DMA-1: closed, but 10 households cut off"
    assert [mark.text for mark in dma_pane.overlay.marks] == ["", "M"]
    rows = [(row["word"], row["node"]) for row in dma_pane.boundary.rows]
    assert rows == [("Inlet", "V2"), ("Closed", "V3")]
    choose(dma_pane, QgsPointXY(500395, 3000000.4), "why")
    assert dma_pane.live.preview == "Closed: the valve V3 parts DMA-1 from outside."


@pytest.mark.slow
def test_why_draws_the_way_of_water_to_an_open_crossing(dma_pane: Any) -> None:
    clicked(dma_pane, P4)
    choose(dma_pane, QgsPointXY(500305, 3000000.4), "why")
    assert dma_pane.live.preview.startswith("Open crossing: at V2")
    way = dma_pane.overlay.lines[-1]
    assert way.is_dashed and way.colour == drawing_marks.FAULT
    graph = dma_pane.model.drawing.network.graph
    shape = shapely.from_wkb(way.wkb)
    source, crossing = (graph.vertex_of(name) for name in ("S", "V2"))
    for vertex in (source, crossing):
        assert shape.distance(shapely.Point(graph.x_m[vertex], graph.y_m[vertex])) < 1.0
    # The next gesture shows the drawing alone again.
    clicked(dma_pane, P5)
    assert not any(line.is_dashed for line in dma_pane.overlay.lines)
    # What is closed lets no water in: nothing is drawn over it.
    choose(dma_pane, QgsPointXY(500305, 3000000.4), "close")
    choose(dma_pane, QgsPointXY(500305, 3000000.4), "why")
    assert not any(line.is_dashed for line in dma_pane.overlay.lines)


def choose(pane: Any, point: QgsPointXY, entry: str) -> None:
    """Right click a place of the map and choose from the menu."""
    clicked(pane, point, button=Qt.MouseButton.RightButton)
    menu = pane.menu_at_click
    action = next(each for each in menu.actions() if each.objectName() == f"wn_dma_{entry}")
    assert action.isEnabled()
    action.trigger()
    menu.close()


@pytest.mark.slow
def test_a_locked_zone_stays(dma_pane: Any, plugin: Any) -> None:
    clicked(dma_pane, P4)
    choose(dma_pane, P4, "lock")
    clicked(dma_pane, P2)
    assert drawn_ids(dma_pane) == ["p4"]
    assert "locked" in plugin.session.iface.messageBar().currentItem().text()


@pytest.mark.slow
def test_nothing_of_it_is_in_project_and_network(dma_pane: Any, plugin: Any) -> None:
    layers, dirty = set(QgsProject.instance().mapLayers()), QgsProject.instance().isDirty()
    clicked(dma_pane, P4)
    assert set(QgsProject.instance().mapLayers()) == layers
    assert QgsProject.instance().isDirty() == dirty
    with plugin.session.network() as network:
        assert network.read("pipe", ["dma_id"])["dma_id"].isna().all()


@pytest.mark.slow
def test_an_edit_meanwhile_is_followed(dma_pane: Any, plugin: Any, until: Any) -> None:
    clicked(dma_pane, P4)
    with plugin.session.network() as network, network.write("edit") as batch:
        batch.delete("pipe", ["p5"])
    plugin.session.written("pipe")
    until(lambda: dma_pane.model.drawing.network.graph.edge_of("p5") < 0)
    until(lambda: dma_pane.model.is_ready)
    assert drawn_ids(dma_pane) == ["p4"]
    clicked(dma_pane, P2)
    assert drawn_ids(dma_pane) == ["p2", "p3", "p4", "p6"]


def stored(plugin: Any) -> list[tuple[str, int]]:
    """Return names of the scenarios in the file and how many pipes each has."""
    with plugin.session.network() as network:
        heads = network.read("zone_scenario", ["scenario_id", "name"])
        pipes = network.read("scenario_pipe", ["scenario_id"])["scenario_id"]
        return [(name, int((pipes == one).sum())) for one, name in zip(heads["scenario_id"], heads["name"])]


@pytest.mark.slow
def test_enter_stores_a_scenario_from_which_another_branches(dma_pane: Any, plugin: Any, until: Any) -> None:
    assert dma_pane.scenario_box.currentText() == "Live"
    clicked(dma_pane, P4)
    assert dma_pane.scenario_box.currentText() == "Plan A *"
    assert typed(dma_pane, Qt.Key.Key_Return)
    until(lambda: not dma_pane.model.is_unsaved)
    assert stored(plugin) == [("Plan A", 1)]
    assert dma_pane.scenario_box.currentText() == "Plan A"
    clicked(dma_pane, P2)
    click(dma_pane, "wn_dma_branch")
    until(lambda: dma_pane.scenario.name == "Plan B")
    clicked(dma_pane, P5)
    click(dma_pane, "wn_dma_save")
    until(lambda: not dma_pane.model.is_unsaved)
    assert stored(plugin) == [("Plan A", 4), ("Plan B", 6)]
    # Back to the first: what is stored is what shows.
    dma_pane.scenario_box.setCurrentIndex(1)
    dma_pane.scenario_box.activated.emit(1)
    until(lambda: dma_pane.scenario.name == "Plan A")
    dma_pane.model.choose(0)
    assert drawn_ids(dma_pane) == ["p2", "p3", "p4", "p6"]


@pytest.mark.slow
def test_escape_asks_when_something_is_not_stored(dma_pane: Any, plugin: Any, until: Any) -> None:
    clicked(dma_pane, P4)
    assert typed(dma_pane, Qt.Key.Key_Escape)
    assert dma_pane.is_listening
    assert "Plan A" in plugin.session.iface.messageBar().currentItem().text()
    typed(dma_pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    dma_pane.discard()
    until(lambda: not dma_pane.is_listening and dma_pane.scenario.is_live)
    assert stored(plugin) == []


@pytest.mark.slow
def test_a_pause_and_closing_the_pane_store_what_is_drawn(dma_pane: Any, plugin: Any, until: Any) -> None:
    clicked(dma_pane, P4)
    assert dma_pane.scenario._pause.isActive() and dma_pane.scenario._pause.interval() == 60_000
    dma_pane.scenario._pause.timeout.emit()
    until(lambda: not dma_pane.model.is_unsaved)
    assert stored(plugin) == [("Plan A", 1)]
    clicked(dma_pane, P2)
    dma_pane.close()
    until(lambda: stored(plugin) == [("Plan A", 4)])
    assert dma_pane.overlay.is_empty and not dma_pane.live.isVisible()


@pytest.mark.slow
def test_what_is_drawn_while_a_storing_runs_is_stored_too(dma_pane: Any, plugin: Any, until: Any) -> None:
    done: list[str] = []
    clicked(dma_pane, P4)
    dma_pane.scenario.save()
    clicked(dma_pane, P2)
    dma_pane.scenario.save(lambda: done.append("then"))
    dma_pane.close()
    until(lambda: done)
    assert stored(plugin) == [("Plan A", 4)]


@pytest.mark.slow
def test_a_reading_given_up_for_another_leaves_the_pane_ready(dma_pane: Any, plugin: Any, until: Any) -> None:
    with plugin.session.network() as network, network.write("edit") as batch:
        batch.delete("pipe", ["p5"])
    plugin.session.written("pipe")
    until(lambda: dma_pane.model.is_waiting)
    clicked(dma_pane, P4)
    assert "Click again" in plugin.session.iface.messageBar().currentItem().text()
    dma_pane.load()
    until(lambda: dma_pane.model.is_ready)
    dma_pane.model.add_zone()
    clicked(dma_pane, P4)
    assert drawn_ids(dma_pane) == ["p4"]
    # Closed while it is read: it opens again.
    dma_pane.load()
    dma_pane.close()
    dma_pane.show()
    dma_pane.ask(starts=True)
    until(lambda: dma_pane.is_listening and dma_pane.model.is_ready)


@pytest.mark.slow
def test_an_edit_while_the_network_is_read_is_followed(
    dma_pane: Any, plugin: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin.operations.dma import begin_zone_drawing as operation

    begin, is_read, is_edited = operation.begin_zone_drawing, threading.Event(), threading.Event()

    def slow(*given: Any, **named: Any) -> Any:
        ground = begin(*given, **named)
        is_read.set()
        assert is_edited.wait(60)
        return ground

    monkeypatch.setattr(operation, "begin_zone_drawing", slow)
    dma_pane.load()
    until(is_read.is_set)
    with plugin.session.network() as network, network.write("edit") as batch:
        batch.delete("pipe", ["p5"])
    # As it comes from the session while the reading runs.
    dma_pane._settle.timeout.emit()
    is_edited.set()
    until(lambda: dma_pane.model.drawing.network.graph.edge_of("p5") < 0)
    until(lambda: dma_pane.model.is_ready)


@pytest.mark.slow
def test_a_network_that_did_not_change_is_not_read_again(dma_pane: Any, plugin: Any, until: Any) -> None:
    ground = dma_pane.model.ground
    dma_pane.refresh()
    assert dma_pane.model.is_ready
    until(lambda: plugin.session.is_idle)
    assert dma_pane.model.ground is ground


def cut_cells(view: Any, key: str) -> list[str]:
    """Return the texts of a column that need more room than it has."""
    place = [column.key for column in view.columns].index(key)
    room, model = view.columnWidth(place), view.model()
    option = QStyleOptionViewItem()
    option.initFrom(view)
    option.font, option.fontMetrics = view.font(), view.fontMetrics()
    cells = [model.index(row, place) for row in range(model.rowCount())]
    return [str(cell.data()) for cell in cells if view.itemDelegate().sizeHint(option, cell).width() > room]


@pytest.mark.slow
def test_states_and_crossings_are_read_whole_in_a_narrow_pane(dma_pane: Any, until: Any) -> None:
    clicked(dma_pane, P4)
    dma_pane.setFloating(True)
    dma_pane.resize(NARROW_PX, 600)
    until(lambda: dma_pane.zones.isVisible() and dma_pane.zones.width() <= NARROW_PX)
    zone, crossing = dma_pane.zones.rows[0], dma_pane.boundary.rows[0]
    states = [f"{sign} {zone_rows.state_word(code)}" for code in domain("zone_state") for sign in "✓×?"]
    dma_pane.zones.set_rows([{**zone, "state": state} for state in (*states, tr("locked"))])
    words = [zone_rows.crossing_word(what) for what in zone_rows.ORDER]
    dma_pane.boundary.set_rows([{**crossing, "word": word} for word in words])
    assert not cut_cells(dma_pane.zones, "state")
    assert not cut_cells(dma_pane.boundary, "word")
