"""Common points of a local grid: picked in the list and on the map by real events, typed, left out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qgis.core import QgsRectangle
from qgis.PyQt.QtCore import QDate, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from support.built_network import EAST, NORTH
from support.widgets import click, part, text

from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.common_points import CommonPoint, CommonPoints
from waternet_plugin.gui.survey.common_points_window import CommonPointsWindow
from waternet_plugin.gui.survey.steps import QUESTIONS

PLACES = ((0.0, 10.0), (60.0, 15.0), (35.0, 90.0), (5.0, 70.0))
TURN = math.radians(3.0)


def in_grid(x: float, y: float) -> tuple[float, float]:
    """Return north and east in a local grid that is turned by 3 degrees."""
    east = 2000 + x * math.cos(TURN) - y * math.sin(TURN)
    return 1000 + x * math.sin(TURN) + y * math.cos(TURN), east


@pytest.fixture
def window(open_session: Any, iface: Any, tmp_path: Path, until: Any) -> Iterator[CommonPointsWindow]:
    """The window of a file in a local grid, opened by its button on the page of questions."""
    lines = ["点号,X,Y,地面高程,特征,附属物,类别"]
    for number, place in enumerate(PLACES, start=1):
        north, east = in_grid(*place)
        lines.append(f"JS{number},{north:.3f},{east:.3f},12.300,起讫点,,JS")
    file = tmp_path / "独立坐标.csv"
    file.write_text("\n".join(lines) + "\n", encoding="gb18030")
    iface.window.show()
    wizard = open_survey_wizard(open_session, [str(file)])
    until(lambda: not wizard.is_busy)
    wizard.ask = lambda _text: True
    wizard.footer.next.click()
    assert (wizard.step, wizard.questions.question.key) in ((QUESTIONS, "axes"), (QUESTIONS, "crs"))
    click(wizard, "wn_survey_common_points")
    yield part(wizard, "wn_common_points")
    wizard.close()
    iface.window.hide()


def press_row(window: CommonPointsWindow, row: int) -> None:
    table = window.file_points
    spot = table.visualRect(table.model().index(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)


def press_map(iface: Any, x: float, y: float) -> None:
    place = iface.canvas.getCoordinateTransform().transform(EAST + x, NORTH + y)
    spot = QPoint(round(place.x()), round(place.y()))
    QTest.mouseClick(iface.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)


@pytest.mark.slow
def test_points_picked_in_the_list_and_on_the_map_place_the_file(
    window: CommonPointsWindow, iface: Any, until: Any
) -> None:
    wizard, before = window.parent(), len(window.file_points.rows)
    assert before == 4 and not part(window, "wn_common_use").isEnabled()
    iface.canvas.setExtent(QgsRectangle(EAST - 60, NORTH - 40, EAST + 120, NORTH + 140))
    for row, place in enumerate(PLACES):
        press_row(window, row)
        press_map(iface, *place)
    pixel = iface.canvas.mapUnitsPerPixel()
    assert len(window.picked.used) == 4, text(window, "wn_common_said")
    assert all(one.off_m < 12 * pixel for one in window.picked.pairs)
    # What was clicked to a pixel is typed to a millimetre.
    for line, (x, y) in enumerate(PLACES):
        window.table.item(line, 3).setText(f"{EAST + x:.3f}")
        window.table.item(line, 4).setText(f"{NORTH + y:.3f}")
    assert window.picked.rms_m < 0.001
    click(window, "wn_common_use")
    until(lambda: not wizard.is_busy)
    assert not [one for one in wizard.attempt.questions if one.key in ("axes", "crs")]
    west, south, east, north = wizard.attempt.extent
    assert (west, south) == pytest.approx((EAST, NORTH + 10), abs=0.01)
    assert (east, north) == pytest.approx((EAST + 60, NORTH + 90), abs=0.01)
    wizard.choices.answers.clear()


@pytest.mark.slow
def test_a_bad_point_is_left_out_by_its_tick_and_keeps_its_residual(window: CommonPointsWindow) -> None:
    for number, place in enumerate(PLACES):
        north, east = in_grid(*place)
        off = 0.4 if number == 2 else 0.0
        window.picked.pairs.append(
            CommonPoint(f"JS{number}", north, east, EAST + place[0] + off, NORTH + place[1])
        )
    window._refresh()
    assert window.picked.rms_m > 0.05
    window.table.item(2, 0).setCheckState(Qt.CheckState.Unchecked)
    assert window.picked.rms_m < 0.001 and len(window.picked.as_json()) == 3
    assert window.table.item(2, 5).text() == "400"
    click(window, "wn_common_remove")


@pytest.mark.slow
def test_a_refused_set_is_asked_about_again(window: CommonPointsWindow, until: Any) -> None:
    wizard = window.parent()
    for number, place in enumerate(PLACES):
        north, east = in_grid(*place)
        window.picked.pairs.append(
            CommonPoint(f"JS{number}", north, east, EAST + place[0] + 0.4 * (number == 2), NORTH + place[1])
        )
    window._refresh()
    click(window, "wn_common_use")
    until(lambda: not wizard.is_busy)
    asked = wizard.questions.question
    assert wizard.step == QUESTIONS and asked.key == "crs" and asked.candidates == ()
    assert "0.05" in asked.sentence or "50" in asked.sentence, asked.sentence
    wizard.choices.answers.clear()


@pytest.mark.slow
def test_cancel_leaves_the_map_as_it_was(window: CommonPointsWindow, iface: Any) -> None:
    tool = iface.canvas.mapTool()
    assert tool is window._tool
    window.reject()
    assert iface.canvas.mapTool() is not tool


def test_points_in_one_place_say_so() -> None:
    pairs = CommonPoints([CommonPoint(str(n), 1.0, 2.0, 3.0, 4.0) for n in range(3)])
    pairs.fit()
    assert pairs.fault and np.isnan(pairs.rms_m)


@pytest.mark.slow
def test_a_set_is_kept_with_its_last_day(window: CommonPointsWindow, until: Any) -> None:
    wizard = window.parent()
    for number, place in enumerate(PLACES):
        north, east = in_grid(*place)
        window.picked.pairs.append(CommonPoint(f"JS{number}", north, east, EAST + place[0], NORTH + place[1]))
    window._refresh()
    last = part(window, "wn_common_until")
    assert last.isNull()
    last.setDate(QDate(2026, 1, 31))
    click(window, "wn_common_use")
    until(lambda: not wizard.is_busy)
    (given,) = (each["crs"] for each in wizard.choices.answers.values())
    assert given["valid_until"] == "2026-01-31"
    # That day is over: the set is refused, in words.
    asked = wizard.questions.question
    assert asked.key == "crs" and "2026-01-31" in asked.sentence
    wizard.choices.answers.clear()
