"""Loggers in the window: placed in three clicks, dragged on the map with what they cover, and put back."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication
from support.widgets import button, click, section, trigger


def _tab(session: Any) -> Any:
    return session.window("wn_pressure").tab("loggers")


@pytest.fixture
def tab(town: Any, until: Any) -> Any:
    """The tab of loggers, with two noise loggers placed."""
    town.open_tool("pressure")
    pane = town.window("wn_pressure")
    pane.ask(tab="loggers")
    made = pane.tab("loggers")
    made.count.setValue(2)
    click(made, "wn_pressure_loggers_place")
    until(lambda: made.placed is not None and town.is_idle, 30.0)
    return made


@pytest.mark.slow
def test_loggers_are_placed_in_three_clicks(plugin: Any, town: Any, until: Any) -> None:
    of = section(plugin, "pressure")
    until(lambda: of.summary is not None and town.is_idle, 20.0)
    # The menu of the section, its entry, and Place: eight noise loggers are what is offered.
    trigger(of, "wn_pressure_menu_loggers")
    tab = _tab(town)
    assert (tab.count.value(), tab.kind.key()) == (8, "noise")
    click(tab, "wn_pressure_loggers_place")
    until(tab.message.text, 30.0)
    # This main has four places only: refused in words, and nothing stands there as an answer.
    assert tab.message.text() == "COUNT is 8, but there are only 4 places for such a logger."
    assert tab.list.rows == [] and not tab.overlay.marks
    assert button(of).text() == "Plan search"


@pytest.mark.slow
def test_a_logger_that_is_dragged_takes_its_cover_along(tab: Any, town: Any, until: Any) -> None:
    # Iron pipes of 100 m: each logger hears 200 m to both sides.
    assert tab.headline.text().startswith("2 noise loggers: ")
    before = [(row["node_id"], row["covers_m"]) for row in tab.list.rows]
    share = tab.placed.share
    assert [one.shape for one in tab.overlay.marks] == ["badge", "badge"]
    (cover,) = tab.overlay.lines
    assert (cover.width, cover.opacity) == (6, 0.4)
    canvas = town.iface.mapCanvas()
    assert canvas.mapTool() is tab.tool and tab.move_button.isChecked()
    canvas.setExtent(town.layer("pipe").extent().buffered(50))
    canvas.refresh()
    # To the last hydrant of the main, H-4, which is 700 m from its source.
    (x_m, y_m), end = tab.list.rows[0]["xy"], tab.model.found.graph
    vertex = end.vertex_of("H-4" if before[1][0] != "H-4" else "H-3")
    wanted = (float(end.x_m[vertex]), float(end.y_m[vertex]))
    _drag(canvas, (x_m, y_m), wanted)
    until(lambda: tab.list.rows[0]["xy"] == wanted)
    assert tab.placed.share != share or tab.list.rows[0]["covers_m"] != before[0][1]
    assert tab.best_button.isEnabled()
    # It never stands where another one does.
    other = tab.list.rows[1]["xy"]
    tab.move(0, *other)
    assert len({row["node_id"] for row in tab.list.rows}) == 2
    click(tab, "wn_pressure_loggers_best")
    assert [(row["node_id"], row["covers_m"]) for row in tab.list.rows] == before
    assert tab.placed.share == share
    # Another tab in front: the map is given back, and nothing of the loggers is drawn.
    town.window("wn_pressure").ask(tab="zones")
    assert canvas.mapTool() is not tab.tool and not tab.overlay.is_on_map


def _drag(canvas: Any, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at a place, move to another in two steps, and let go."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    change = canvas.getCoordinateTransform()
    places = [change.transform(QgsPointXY(*one)) for one in (begin, ((begin[0] + end[0]) / 2, end[1]), end)]
    points = [QPoint(round(one.x()), round(one.y())) for one in places]
    QTest.mousePress(canvas.viewport(), left, none, points[0])
    for point in points[1:]:
        moved = QMouseEvent(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, left, none)
        QApplication.sendEvent(canvas.viewport(), moved)
    QTest.mouseRelease(canvas.viewport(), left, none, points[-1])


@pytest.mark.slow
def test_what_changed_since_is_said_and_the_loggers_stay(tab: Any, town: Any, until: Any) -> None:
    rows = len(tab.list.rows)
    town.written("pipe")
    until(lambda: "press “Place”" in tab.note.text() and town.is_idle, 20.0)
    assert len(tab.list.rows) == rows
