"""The pane of conflicts: each row is answered by clicks, the map shows both versions, Save waits for all."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsRectangle
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from shapely import LineString, Point
from support.built_network import EAST, NORTH
from support.widgets import part, text

from waternet_plugin.core.editing.row_conflicts import MINE, RESTORE, THEIRS, FieldConflict, RowConflict

AT = "2026-11-21T02:42:00Z"


def line(shift: float) -> LineString:
    return LineString([(EAST, NORTH + 20), (EAST + 50, NORTH + 20 + shift), (EAST + 100, NORTH + 20)])


def fields(**values: tuple[Any, Any, Any]) -> tuple[FieldConflict, ...]:
    return tuple(FieldConflict(name, *three) for name, three in values.items())


@pytest.fixture
def conflicts() -> tuple[RowConflict, ...]:
    """Two fields, a geometry, a row that is gone, one that I deleted."""
    mine = {"pipe_id": "P-1", "geom": line(0)}
    moved = fields(geom=(line(0), line(5), line(-3)))
    there = {"node_id": "N-1", "geom": Point(EAST, NORTH + 20)}
    return (
        RowConflict(
            *("pipe", 1, "P-1", mine, mine),
            fields(material=("pe", "steel", "ductile_iron"), diameter_mm=(100.0, 200.0, None)),
            *("李工", AT),
        ),
        RowConflict(
            "pipe", 2, "P-2", {**mine, "geom": line(5)}, {**mine, "geom": line(-3)}, moved, "wang", AT
        ),
        RowConflict("node", 3, "N-1", there, None, (), "wang", AT),
        RowConflict("node", 4, "N-2", None, there, fields(kind=("valve", None, "cap")), "", ""),
    )


@pytest.fixture
def opened(open_session: Any, iface: Any) -> Any:
    """The plugin with the small network open, in a window that shows."""
    iface.window.resize(1200, 800)
    iface.window.show()
    return open_session


@pytest.fixture
def saved() -> list[Any]:
    """What Save was asked with."""
    return []


@pytest.fixture
def pane(opened: Any, conflicts: Any, saved: list[Any]) -> Any:
    """The pane with the conflicts."""
    opened.show_edit_conflicts(conflicts, lambda answers: saved.append(answers) or True)
    found = opened.window("wn_edit_conflicts")
    QTest.qWait(50)
    return found


def click(pane: Any, name: str) -> None:
    """Press a button with the mouse."""
    button = part(pane, f"wn_edit_conflicts_{name}")
    assert button.isVisible() and button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_row(pane: Any, number: int, keys: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a row of the list with the mouse."""
    place = pane.list.visualRect(pane.list.model().index(number, 0)).center()
    QTest.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, keys, QPoint(place))


def bands(session: Any) -> list[Any]:
    scene = session.iface.mapCanvas().scene()
    return [item for item in scene.items() if isinstance(item, QgsRubberBand) and item.numberOfVertices()]


def shown(pane: Any) -> str:
    (found,) = pane.chosen
    return str(found.asset)


@pytest.mark.slow
def test_every_row_is_answered_by_at_most_two_clicks_and_then_saved(pane: Any, saved: list[Any]) -> None:
    assert [row["asset"] for row in pane.list.rows] == ["P-1", "P-2", "N-1", "N-2"]
    assert text(pane, "wn_edit_conflicts_headline").startswith("4 rows")
    assert not pane.save_button.isEnabled() and shown(pane) == "P-1"
    click(pane, "mine_material")
    assert shown(pane) == "P-1" and part(pane, "wn_edit_conflicts_mine_material").isChecked()
    click(pane, "theirs_diameter_mm")
    assert shown(pane) == "P-2", "the next open row comes by itself"
    click(pane, "mine_geom")
    assert shown(pane) == "N-1" and not part(pane, "wn_edit_conflicts_mine").isEnabled()
    assert "Deleted by wang." in text(pane, "wn_edit_conflicts_row")
    click(pane, "restore")
    assert shown(pane) == "N-2" and not part(pane, "wn_edit_conflicts_restore").isEnabled()
    assert "Kind changed by somebody else" in text(pane, "wn_edit_conflicts_row")
    assert not pane.save_button.isEnabled()
    click(pane, "theirs")
    assert [row["decided"] for row in pane.list.rows] == ["both", "mine", "restored", "theirs"]
    assert text(pane, "wn_edit_conflicts_count") == "4 of 4 answered"
    click(pane, "save")
    (answers,) = saved
    said = {key: (one.row, dict(one.fields)) for key, one in answers.rows.items()}
    assert said == {
        ("pipe", 1): ("", {"material": MINE, "diameter_mm": THEIRS}),
        ("pipe", 2): ("", {"geom": MINE}),
        ("node", 3): (RESTORE, {}),
        ("node", 4): (THEIRS, {}),
    }
    assert not pane.isVisible()


@pytest.mark.slow
def test_values_stand_as_people_read_them(pane: Any) -> None:
    buttons = {one.objectName(): one.accessibleName() for one in pane.fields.findChildren(QPushButton)}
    assert buttons == {
        "wn_edit_conflicts_mine_material": "Steel",
        "wn_edit_conflicts_theirs_material": "Ductile iron",
        "wn_edit_conflicts_mine_diameter_mm": "200 mm",
        "wn_edit_conflicts_theirs_diameter_mm": "–",
    }
    click_row(pane, 1)
    buttons = {one.objectName(): one.accessibleName() for one in pane.fields.findChildren(QPushButton)}
    assert buttons["wn_edit_conflicts_mine_geom"] == "moved by 5.0 m"
    assert buttons["wn_edit_conflicts_theirs_geom"] == "moved by 3.0 m"


@pytest.mark.slow
def test_several_rows_are_answered_at_once_but_none_comes_back_by_mine(pane: Any) -> None:
    click_row(pane, 0)
    click_row(pane, 3, Qt.KeyboardModifier.ShiftModifier)
    assert len(pane.chosen) == 4
    click(pane, "mine")
    assert [row["decided"] for row in pane.list.rows] == ["mine", "mine", "", "mine"]
    assert not pane.save_button.isEnabled()
    click(pane, "theirs")
    assert pane.save_button.isEnabled()
    assert [row["decided"] for row in pane.list.rows] == ["theirs"] * 4


def test_the_map_shows_both_versions_and_is_left_as_it_was(pane: Any, opened: Any) -> None:
    colours = {band.strokeColor().name() for band in bands(opened)}
    assert colours == {"#d7165a", "#734599"}
    assert len(bands(opened)) == 4, "a line and a point of each side"
    canvas = opened.iface.mapCanvas()
    canvas.setExtent(QgsRectangle(EAST - 90_000, NORTH, EAST - 89_000, NORTH + 1000))
    click_row(pane, 1)
    assert canvas.extent().contains(QgsRectangle(EAST, NORTH + 17, EAST + 100, NORTH + 25))
    before = canvas.extent()
    click_row(pane, 2)
    assert canvas.extent() == before, "what is in sight does not move the map"
    pane.close()
    assert not bands(opened)


@pytest.mark.slow
def test_a_save_that_is_refused_again_keeps_what_was_answered(
    opened: Any, conflicts: Any, until: Any
) -> None:
    tried: list[Any] = []
    other = RowConflict(
        *("pipe", 2, "P-2", conflicts[1].mine, conflicts[1].theirs),
        (*conflicts[1].fields, *fields(street=(None, "a", "b"))),
        *("wang", AT),
    )

    def save(answers: Any) -> bool:
        tried.append(answers)
        if len(tried) == 1:
            opened.show_edit_conflicts((other,), save)
            return False
        return True

    opened.show_edit_conflicts(conflicts[:2], save)
    pane = opened.window("wn_edit_conflicts")
    QTest.qWait(50)
    click(pane, "mine")
    click(pane, "theirs")
    click(pane, "save")
    QTest.qWait(50)
    assert pane.isVisible() and [row["asset"] for row in pane.list.rows] == ["P-2"]
    assert part(pane, "wn_edit_conflicts_theirs_geom").isChecked() and not pane.save_button.isEnabled()
    click(pane, "mine_street")
    click(pane, "save")
    assert not pane.isVisible()
    assert tried[1].rows["pipe", 1].row == MINE
    assert tried[1].rows["pipe", 2].fields == {"geom": THEIRS, "street": MINE}


@pytest.mark.slow
def test_closing_needs_no_pane_and_takes_it_away(opened: Any, conflicts: Any) -> None:
    opened.close_conflicts()
    opened.show_edit_conflicts(conflicts, lambda _answers: True)
    pane = opened.window("wn_edit_conflicts")
    pane.given.answer_rows(conflicts, THEIRS)
    assert pane.save_button.isEnabled()
    opened.close_conflicts()
    assert not opened.window("wn_edit_conflicts").isVisible() and not bands(opened)
    opened.show_edit_conflicts(conflicts[:1], lambda _answers: True)
    pane = opened.window("wn_edit_conflicts")
    assert pane.isVisible() and not pane.save_button.isEnabled(), "a new Save asks anew"


@pytest.mark.slow
def test_thousands_of_conflicts_are_listed_and_answered_at_once(opened: Any, conflicts: Any) -> None:
    import time

    many = tuple(
        RowConflict("pipe", key, f"P-{key}", {}, {}, fields(material=("pe", "steel", "copper")))
        for key in range(2000)
    )
    begun = time.process_time()
    opened.show_edit_conflicts(many, lambda _answers: True)
    pane = opened.window("wn_edit_conflicts")
    pane.list.selectAll()
    click(pane, "theirs")
    assert pane.save_button.isEnabled()
    assert time.process_time() - begun < 5.0, "CPU seconds; each row is looked at a few times"


@pytest.mark.slow
def test_strangers_text_is_shown_as_it_is(opened: Any) -> None:
    row = RowConflict(
        *("pipe", 1, "<b>P&1</b>", {}, {}),
        fields(note=("", '<img src="x">', "a && b")),
        *("<i>li</i>", AT),
    )
    opened.show_edit_conflicts((row,), lambda _answers: True)
    pane = opened.window("wn_edit_conflicts")
    QTest.qWait(50)
    assert part(pane, "wn_edit_conflicts_theirs_note").text() == "a &&&& b"
    assert "&lt;img" in part(pane, "wn_edit_conflicts_mine_note").toolTip()
