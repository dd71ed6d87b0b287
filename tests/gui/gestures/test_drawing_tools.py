"""The editing tools, by clicks and keys on the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsPointXY, QgsRectangle, QgsSnappingUtils
from qgis.gui import QgsMapToolPan
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from support.built_network import EAST, NORTH

from waternet_plugin.bridge.edits import id_numbers
from waternet_plugin.bridge.edits.id_numbers import highest_number

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
THREE = {"P-1", "P-2", "P-3"}


class Person:
    """A person with mouse and keyboard at the map."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.canvas = desk.session.iface.mapCanvas()
        self.clicks = 0

    def pixel(self, x: float, y: float) -> QPoint:
        found = self.canvas.getCoordinateTransform().transform(QgsPointXY(EAST + x, NORTH + y))
        return QPoint(round(found.x()), round(found.y()))

    def move(self, x: float, y: float) -> None:
        """Move the mouse to a place of the map.

        The map is told of it: Qt sends a mouse that is moved to whichever window lies there, such as one that
        an earlier test has left.
        """
        place = QPointF(self.pixel(x, y))
        none = Qt.MouseButton.NoButton
        view = self.canvas.viewport()
        there = QPointF(view.mapToGlobal(self.pixel(x, y)))
        kind, keys = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
        QCoreApplication.sendEvent(view, QMouseEvent(kind, place, there, none, none, keys))
        QCoreApplication.processEvents()

    def click(self, x: float, y: float, button: Any = LEFT) -> None:
        self.move(x, y)
        QTest.mouseClick(self.canvas.viewport(), button, Qt.KeyboardModifier.NoModifier, self.pixel(x, y))
        self.clicks += 1

    def key(self, key: Any) -> None:
        QTest.keyClick(self.canvas, key)

    def press(self, name: str) -> Any:
        """Press the button of a tool and return the tool."""
        self.desk.actions.drawing.actions[name].trigger()
        self.clicks += 1
        return self.desk.actions.drawing.tool(name)


@pytest.fixture
def person(desk: Any) -> Iterator[Person]:
    """A person at the map, which shows the network; the pan tool is QGIS's current one."""
    made = Person(desk)
    desk.session.iface.window.resize(1200, 800)
    desk.session.iface.window.show()
    made.canvas.setDestinationCrs(desk.session.layer("pipe").crs())
    made.canvas.setExtent(QgsRectangle(EAST - 50, NORTH - 150, EAST + 450, NORTH + 150))
    QCoreApplication.processEvents()
    pan = QgsMapToolPan(made.canvas)
    made.canvas.setMapTool(pan)
    yield made
    desk.actions.drawing.leave()
    made.canvas.unsetMapTool(pan)


def drawn(joint: Any) -> str:
    (name,) = joint.ends().keys() - THREE
    return str(name)


@pytest.mark.slow
def test_a_joined_pipe_takes_four_clicks(joint: Any, person: Person) -> None:
    tool = person.press("draw_pipe")
    person.clicks = 0
    person.click(200.4, 0.4)
    person.click(300, 50)
    person.click(350, 50)
    person.click(350, 50, RIGHT)
    assert person.clicks == 4
    name = drawn(joint)
    start, end = joint.ends()[name]
    assert start == "N-3"
    assert joint.place(joint.pipe, name)[0] == (200.0, 0.0)
    assert joint.place(joint.node, end) == [joint.place(joint.pipe, name)[-1]]
    # The tool stays for the next pipe.
    assert person.canvas.mapTool() is tool and not tool.points


@pytest.mark.slow
def test_enter_ends_backspace_takes_back_and_escape_leaves(joint: Any, person: Person) -> None:
    tool = person.press("draw_pipe")
    person.click(200, 0)
    person.click(300, 80)
    person.key(Qt.Key.Key_Backspace)
    assert len(tool.points) == 1
    person.click(300, -80)
    person.key(Qt.Key.Key_Return)
    assert len(joint.place(joint.pipe, drawn(joint))) == 2
    person.click(0, -100)
    person.key(Qt.Key.Key_Escape)
    assert person.canvas.mapTool() is not tool and not tool.bar.isVisible()
    assert len(joint.ends()) == 4
    assert not person.desk.actions.drawing.actions["draw_pipe"].isChecked()


@pytest.mark.slow
def test_the_bar_says_what_the_next_pipe_is_and_the_next_begins_with_it(joint: Any, person: Person) -> None:
    from waternet_plugin.gui.drawing.tool_bars import choose

    bar = person.press("draw_pipe").bar
    assert bar.isVisible()
    choose(bar.system, "sewage")
    bar.diameter.setText("DN400")
    choose(bar.material, "concrete")
    person.click(250, -100)
    person.click(350, -100)
    person.key(Qt.Key.Key_Return)
    row = joint.rows(joint.pipe)[drawn(joint)]
    assert (row["system"], row["diameter_mm"], row["material"]) == ("sewage", 400.0, "concrete")
    person.desk.actions.drawing.leave()
    bar = person.press("draw_pipe").bar
    assert (bar.system.currentData(), bar.diameter_mm, bar.material.currentData()) == (
        "sewage",
        400.0,
        "concrete",
    )


@pytest.mark.slow
def test_the_slope_is_shown_and_red_where_it_climbs(joint: Any, person: Person) -> None:
    bar = person.press("draw_pipe").bar
    # Inverts fall by a metre in a hundred from N-1 to N-3.
    person.click(0, 0)
    person.move(200, 0)
    assert bar.slope.text() == "i = 10.0 ‰" and not bar.slope.styleSheet()
    person.key(Qt.Key.Key_Backspace)
    person.click(200, 0)
    person.move(0, 0)
    assert bar.slope.text() == "i = -10.0 ‰" and "#d7165a" in bar.slope.styleSheet()


@pytest.mark.slow
def test_heights_are_those_of_the_nodes_or_unknown(joint: Any, person: Person) -> None:
    person.press("draw_pipe")
    person.click(0, 0)
    person.click(100, -50)
    person.click(200, 0)
    person.key(Qt.Key.Key_Return)
    geometry = joint.rows(joint.pipe)[drawn(joint)].geometry()
    heights = [vertex.z() for vertex in geometry.vertices()]
    assert (heights[0], heights[-1]) == (10.0, 8.0)


@pytest.mark.slow
def test_inserting_a_valve_takes_two_clicks_and_splits(joint: Any, person: Person) -> None:
    person.press("insert_node")
    person.click(50, 0.5)
    assert person.clicks == 2
    new = [row for name, row in joint.rows(joint.node).items() if row["kind"] == "valve"]
    assert len(new) == 1
    assert joint.place(joint.node, new[0]["node_id"])[0][1] == 0.0
    ends = joint.ends()
    assert [new[0]["node_id"] in pair for pair in ends.values()].count(True) == 2
    assert new[0]["system"] == "potable"


@pytest.mark.slow
def test_replacing_keeps_the_old_pipe_with_its_failures(joint: Any, person: Person) -> None:
    from waternet_plugin.gui.drawing.tool_bars import choose

    bar = person.press("replace_pipe").bar
    bar.diameter.setText("300")
    choose(bar.material, "pe")
    person.click(50, 0)
    rows = joint.rows(joint.pipe)
    name = drawn(joint)
    assert (rows["P-1"]["status"], rows[name]["status"]) == ("abandoned", "in_use")
    assert (rows[name]["diameter_mm"], rows[name]["material"]) == (300.0, "pe")
    assert rows[name]["street"] == "High Street"
    assert joint.ends()[name] == ("N-1", "N-2")
    assert joint.rows(joint.failure)["F-1"]["pipe_id"] == "P-1"
    assert "P-1" in person.desk.session.iface.messages()[0]
    joint.pipe.undoStack().undo()
    assert joint.rows(joint.pipe)["P-1"]["status"] == "in_use" and set(joint.ends()) == THREE


@pytest.mark.slow
def test_reversing_swaps_ends_and_levels(joint: Any, person: Person) -> None:
    person.press("reverse_pipe")
    person.click(50, 0)
    row = joint.rows(joint.pipe)["P-1"]
    assert (row["from_node"], row["to_node"]) == ("N-2", "N-1")
    assert (row["invert_start_m"], row["invert_end_m"]) == (9.0, 10.0)
    assert joint.place(joint.pipe, "P-1") == [(100.0, 0.0), (0.0, 0.0)]


def test_the_pointer_waits_for_no_rows_but_a_click_does(
    joint: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = person.press("draw_pipe")
    waits: list[bool] = []
    utilities = tool._snapping._utilities
    snap = utilities.snapToMap

    def noted(place: Any, which: Any = None, is_relaxed: bool = False) -> Any:
        waits.append(not is_relaxed)
        return snap(place, which, is_relaxed)

    monkeypatch.setattr(utilities, "snapToMap", noted)
    person.move(100, 20)
    assert waits and not any(waits)
    waits.clear()
    person.click(200.4, 0.4)
    assert waits[-1] and tool.points[0].x() == pytest.approx(EAST + 200)


def test_rows_are_indexed_for_snapping_only_while_the_tool_is_taken(joint: Any, person: Person) -> None:
    tool = person.press("draw_pipe")
    assert tool._snapping.has_index
    person.key(Qt.Key.Key_Escape)
    assert not tool._snapping.has_index
    assert person.press("draw_pipe")._snapping.has_index


def test_what_the_map_shows_is_indexed_near_by_and_a_part_of_it_far_off(joint: Any, person: Person) -> None:
    tool = person.press("draw_pipe")
    canvas, utilities = person.desk.session.iface.mapCanvas(), tool._snapping._utilities
    ways = QgsSnappingUtils.IndexingStrategy
    for scale, way in ((2_000.0, ways.IndexExtent), (50_000.0, ways.IndexHybrid), (500.0, ways.IndexExtent)):
        canvas.zoomScale(scale)
        person.move(100, 20)
        assert utilities.indexingStrategy() == way, scale
    # Rows that come into sight later are found, too.
    canvas.setCenter(QgsPointXY(EAST + 5_000, NORTH))
    person.move(5_000, 0)
    canvas.setCenter(QgsPointXY(EAST + 100, NORTH))
    person.click(200.4, 0.4)
    assert tool.points[0].x() == pytest.approx(EAST + 200)


def test_ids_are_looked_through_before_somebody_edits(desk: Any, until: Any) -> None:
    path = desk.session.network_path
    id_numbers._looked_at.clear()
    desk.forms.editing._network_changed()
    until(lambda: {place[3] for place in id_numbers._looked_at if place[0] == path} == {"pipe", "node"})
    before = dict(id_numbers._looked_at)
    ((prefix, highest),) = {(place[4], facts[2]) for place, facts in before.items() if place[3] == "node"}
    assert highest_number(desk.session.layer("node"), "node", prefix) == highest > 0
    # No other beginning of ids was asked for.
    assert id_numbers._looked_at == before


def test_the_tools_are_on_the_toolbar_and_in_the_menu_of_the_panel(desk: Any) -> None:
    actions = list(desk.actions.drawing.actions.values())
    assert [action.text() for action in actions] == [
        "Draw pipe",
        "Insert node",
        "Replace pipe",
        "Reverse pipe",
    ]
    desk.dock.fill_menu()
    assert set(actions) <= set(desk.dock.menu.actions())
    assert all(not action.icon().isNull() for action in actions)
