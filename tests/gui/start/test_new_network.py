"""A new network: its place asked, nothing left behind by a cancel, the first pipe explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject
from qgis.PyQt.QtWidgets import QPushButton
from support.widgets import button, note

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.start import city_search, recent
from waternet_plugin.gui.start.new_network import NewNetworkDialog


@pytest.fixture
def dialog(plugin: Any, tmp_path: Path) -> Any:
    found = NewNetworkDialog(plugin.session)
    found.file.setFilePath(str(tmp_path / "new.gpkg"))
    yield found
    found.deleteLater()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Nanjing", (118.80, 32.06)),
        ("  nanjing ", (118.80, 32.06)),
        ("南京", (118.80, 32.06)),
        ("南京市", (118.80, 32.06)),
        ("118.80, 32.06", (118.80, 32.06)),
        ("32.06, 118.80", (118.80, 32.06)),
        ("87.62 43.83", (87.62, 43.83)),
        ("43.83，87.62", (87.62, 43.83)),
        ("32.06N, 118.80E", (118.80, 32.06)),
        ("E118.80 N32.06", (118.80, 32.06)),
        ("东118.80，北32.06", (118.80, 32.06)),
        ("51.5, -0.12", (-0.12, 51.5)),
        ("33.9S, 18.4E", (18.4, -33.9)),
        ("0.12W 51.5N", (-0.12, 51.5)),
    ],
)
def test_a_place_is_understood_however_it_is_written(text: str, place: tuple[float, float]) -> None:
    assert city_search.lonlat_of(text) == pytest.approx(place)


@pytest.mark.parametrize("text", ["", "Atlantis", "118.80", "500000, 3500000", "95, 200", "x, y"])
def test_what_is_not_a_place_is_none(text: str) -> None:
    assert city_search.lonlat_of(text) is None


@pytest.mark.slow
def test_every_city_of_the_list_lies_in_a_zone_that_is_offered(dialog: Any) -> None:
    for name in city_search.city_names():
        dialog.place.setEditText(name)
        assert dialog.chosen_crs.isValid() and dialog.note.text() == "", name
        assert dialog.create.isEnabled()


@pytest.mark.slow
def test_the_place_chooses_the_system_and_the_first_view(dialog: Any, plugin: Any, until: Any) -> None:
    dialog.place.setEditText("Nanjing")
    assert dialog.chosen_crs.authid() == "EPSG:4549"
    dialog.create.click()
    until(lambda: plugin.session.network_path)
    project = QgsProject.instance()
    view = project.viewSettings().defaultViewExtent()
    to_degrees = QgsCoordinateTransform(project.crs(), QgsCoordinateReferenceSystem("EPSG:4326"), project)
    middle = to_degrees.transform(QgsPointXY(view.center()))
    assert (middle.x(), middle.y()) == pytest.approx((118.80, 32.06), abs=0.001)
    assert 500 < view.width() < 20_000


def test_a_place_far_away_is_in_utm(dialog: Any) -> None:
    dialog.place.setEditText("51.5, -0.12")
    assert dialog.chosen_crs.authid() == "EPSG:32630"
    assert dialog.create.isEnabled()


def test_a_system_made_for_elsewhere_is_warned_of(dialog: Any) -> None:
    dialog.place.setEditText("Nanjing")
    dialog.zone.setCurrentIndex(dialog.zone.findData("EPSG:4537"))
    assert "is not meant for" in dialog.note.text()
    assert dialog.create.isEnabled()


def test_a_place_that_is_not_understood_is_said(dialog: Any) -> None:
    dialog.zone.setCurrentIndex(dialog.zone.findData("EPSG:4547"))
    assert dialog.create.isEnabled()
    dialog.place.setEditText("Atlantis")
    assert "neither a city" in dialog.note.text()
    assert not dialog.create.isEnabled()


@pytest.mark.slow
def test_what_the_map_shows_is_the_first_choice(
    plugin: Any, iface: Any, small_network: Path, until: Any
) -> None:
    assert plugin.session.open_network(str(small_network))
    iface.canvas.setDestinationCrs(QgsProject.instance().crs())
    iface.canvas.setLayers([plugin.session.layer("pipe")])
    iface.canvas.setExtent(QgsProject.instance().viewSettings().defaultViewExtent())
    dialog = NewNetworkDialog(plugin.session)
    assert dialog.place.currentText() == tr("What the map shows now")
    assert dialog.chosen_lonlat == pytest.approx((114.0, 22.6), abs=0.1)
    iface.canvas.setLayers([])
    dialog.deleteLater()


@pytest.mark.slow
def test_a_cancel_of_qgiss_question_leaves_nothing_behind(
    dialog: Any, plugin: Any, iface: Any, tmp_path: Path
) -> None:
    iface.lets_go = False
    dialog.place.setEditText("Nanjing")
    dialog.create.click()
    assert iface.asked == 1
    assert list(tmp_path.iterdir()) == []
    assert recent.entries() == []
    assert "Nothing has been created" in dialog.note.text()
    # The next try is the same file.
    iface.lets_go = True
    dialog.create.click()
    assert plugin.session.network_path == str(tmp_path / "new.gpkg")


def test_a_project_that_fails_takes_its_network_along(
    dialog: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_more: Any) -> None:
        raise InputError("no room")

    monkeypatch.setattr("waternet_plugin.bridge.project.project.build_project", fails)
    dialog.place.setEditText("Nanjing")
    dialog.create.click()
    assert dialog.note.text() == "no room"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_first_pipe_is_explained_and_one_click_away(
    dialog: Any, plugin: Any, iface: Any, until: Any
) -> None:
    iface.window.show()
    dialog.place.setEditText("Nanjing")
    dialog.create.click()
    until(lambda: plugin.session.network_path)
    assert any("right click" in text for text in iface.messages())
    assert any(one.text() == tr("Add base map…") for one in iface.bar.findChildren(QPushButton))
    section = next(one for one in plugin.dock.sections if one.KEY == "network")
    until(lambda: button(section).text() == tr("Draw a pipe"))
    button(section).click()
    tool = plugin.actions.drawing.tool("draw_pipe")
    assert iface.canvas.mapTool() is tool
    layer = plugin.session.layer("pipe")
    assert layer.isEditable() and iface.active == layer
    button(section).click()
    assert iface.canvas.mapTool() is tool
    tool.leave()
    layer.rollBack()
    for key, leads_to in (("issues", tr("Bring in data")), ("health", ""), ("plan", "")):
        other = next(one for one in plugin.dock.sections if key == one.KEY)
        until(lambda other=other: "once there are pipes" in note(other))
        assert button(other).text() == leads_to
