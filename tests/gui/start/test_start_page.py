"""The start page, new networks, the sample town, about, settings and thresholds."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsProject
from qgis.PyQt.QtCore import QEvent, QStandardPaths, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QToolButton
from support.slow_cases import a_few_quick
from support.widgets import click, part

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.dialogs import about
from waternet_plugin.gui.start import recent, start_page
from waternet_plugin.gui.start.new_network import NewNetworkDialog, proposed_path, zone_choices
from waternet_plugin.gui.start.start_page import SampleTown


@pytest.fixture
def page(plugin: Any) -> Any:
    """The start page."""
    return plugin.session.open_start_page()


def test_it_opens_by_itself_once_and_then_when_asked_for(plugin: Any) -> None:
    assert start_page.shows_at_start()
    page = plugin.session.open_start_page()
    assert not start_page.shows_at_start()
    page.findChild(object, "wn_start_show").setChecked(True)
    assert start_page.shows_at_start()


@pytest.mark.slow
def test_it_greets_a_window_that_is_up(plugin: Any, iface: Any) -> None:
    part(plugin.session, "wn_greeting").timeout.emit()
    assert plugin.session.window("wn_start_page") is None
    iface.window.show()
    part(plugin.session, "wn_greeting").timeout.emit()
    assert plugin.session.window("wn_start_page").isVisible()
    iface.window.hide()


def test_it_has_the_size_and_the_cards_of_the_drawing(page: Any) -> None:
    assert (page.width(), page.height()) == (760, 440) and not page.isModal()
    for key in ("sample", "new", "own"):
        card = page.findChild(object, f"wn_card_{key}")
        assert (card.width(), card.height()) == (232, 200)
    assert page.layout().minimumSize().height() <= 440


def test_the_card_says_how_long_the_pipes_of_the_sample_are(
    sample_town: Path, page: Any, tmp_path: Path
) -> None:
    from waternet_plugin import store
    from waternet_plugin.bridge import sample
    from waternet_plugin.core.reports.health import statistics

    with store.open_network(sample.copy_town(tmp_path / "town").network) as network:
        figures = statistics.of_pipes(network.read("pipe", statistics.COLUMNS, geometry=False))
    # As the panel says it when the town is open.
    assert f" {figures.length_m / 1000:.0f} km of pipes" in page.sample.accessibleDescription()


def test_cards_are_reached_by_tab_in_their_order(page: Any) -> None:
    order, widget = [], page.sample
    for _ in range(30):
        if widget.objectName().startswith("wn_card_") and widget in (page.sample, page.new, page.own):
            order.append(widget.objectName())
        widget = widget.nextInFocusChain()
    assert order[:3] == ["wn_card_sample", "wn_card_new", "wn_card_own"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_card_is_pressed_by_the_keyboard(page: Any, plugin: Any, key: Any) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(page.new, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, " "))
    assert plugin.session.window("wn_new_network") is not None


def test_escape_closes_it(page: Any) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page, event)
    assert not page.isVisible()


@pytest.mark.slow
def test_recent_networks_are_listed_with_length_and_day_and_open(
    plugin: Any, small_network: Path, until: Any
) -> None:
    recent.add(str(small_network), 61_300.0)
    page = plugin.session.open_start_page()
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert "61.3 km" in texts and recent.entries()[0].day in texts
    page.findChild(object, "wn_recent_1").click()
    until(lambda: plugin.session.network_path == str(small_network))
    assert not page.isVisible()


@pytest.mark.slow
def test_networks_that_are_gone_are_not_listed(
    plugin: Any, small_network: Path, tmp_path: Path, until: Any
) -> None:
    for path in (small_network, *(tmp_path / f"gone{number}.gpkg" for number in range(3))):
        recent.add(str(path))
    page = plugin.session.open_start_page()
    until(lambda: page.findChild(object, "wn_recent_1").isHidden())
    shown = [page.findChild(object, f"wn_recent_{row}") for row in range(1, 5)]
    assert [link.text() for link in shown if not link.isHidden()] == ["small"]
    small_network.unlink()
    page = plugin.session.open_start_page()
    none = tr("None yet. Networks you open are listed here.")
    until(lambda: any(label.text() == none and label.isVisible() for label in page.findChildren(QLabel)))


def test_missing_packages_are_named_at_the_foot(plugin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from waternet_plugin import dependencies

    found = dependencies.found_version
    monkeypatch.setattr(dependencies, "found_version", lambda name: "" if name == "scipy" else found(name))
    page = plugin.session.open_start_page()
    assert page.findChild(QLabel, "wn_start_state").text().endswith("1 package missing")
    page.findChild(QPushButton, "wn_start_packages").click()
    assert plugin.session.window("wn_packages_page").isVisible()


@pytest.mark.parametrize("card", a_few_quick(["new", "own"], 1))
def test_a_card_without_its_packages_says_what_to_do(
    plugin: Any, monkeypatch: pytest.MonkeyPatch, card: str
) -> None:
    from waternet_plugin import dependencies

    found = dependencies.found_version
    monkeypatch.setattr(dependencies, "found_version", lambda name: "" if name == "scipy" else found(name))
    page = plugin.session.open_start_page()
    getattr(page, card).click()
    assert plugin.session.window("wn_packages_page").isVisible() and page.isVisible()
    assert plugin.session.window("wn_new_network") is None and plugin.session.window("wn_wizard") is None


def test_what_goes_wrong_is_said_on_the_page(
    plugin: Any, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page.findChild(QLabel, "wn_start_message").isVisible()
    gone = str(tmp_path / "gone.gpkg")
    monkeypatch.setattr(start_page.QFileDialog, "getOpenFileName", lambda *_asked: (gone, ""))
    click(page, "wn_start_open")
    told = page.findChild(QLabel, "wn_start_message")
    assert told.isVisible() and "gone.gpkg" in told.text()


@pytest.mark.slow
def test_the_sample_town_opens_assessed_and_planned(
    sample_town: Path, plugin: Any, page: Any, tmp_path: Path, until: Any
) -> None:
    town = SampleTown(plugin.session, page.sample.working)
    town.start(tmp_path / "town")
    assert page.is_busy and plugin.session.open_start_page() is page
    until(lambda: plugin.session.network_path, 60)
    assert not page.is_busy and not page.isVisible()
    with plugin.session.network() as network:
        assert network.count("pipe") == 2612
        assert network.read("pipe_health", ["class"], geometry=False)["class"].notna().any()
        assert network.count("pipe_plan") > 0
    root = QgsProject.instance().layerTreeRoot()
    assert [group.isExpanded() for group in root.findGroups()] == [False] * len(root.findGroups())


def test_cancelling_the_sample_town_leaves_nothing(
    sample_town: Path,
    plugin: Any,
    iface: Any,
    page: Any,
    tmp_path: Path,
    until: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from waternet_plugin.bridge import sample

    def slowly(source: Path, target: Path) -> None:
        # A file at a time, so that there is something to cancel.
        time.sleep(0.1)
        Path(target).write_bytes(Path(source).read_bytes())

    monkeypatch.setattr(sample.shutil, "copyfile", slowly)
    town = SampleTown(plugin.session, page.sample.working)
    town.start(tmp_path / "town")
    page.sample.findChild(QToolButton, "wn_card_sample_cancel").click()
    until(lambda: not page.is_busy)
    assert not (tmp_path / "town").exists()
    assert iface.messages() == ["Cancelled. Nothing was changed."]


def test_the_zones_of_cgcs2000_run_from_west_to_east() -> None:
    for _label, code in zone_choices():
        crs = QgsCoordinateReferenceSystem(code)
        assert crs.isValid() and "CGCS2000" in crs.description().replace("China Geodetic", "CGCS2000"), code
    assert zone_choices()[13] == ("CGCS2000, central meridian 114°E (112.5–115.5°E)", "EPSG:4547")
    assert "CM 114E" in QgsCoordinateReferenceSystem("EPSG:4547").description()


@pytest.mark.slow
def test_a_new_network_is_made_and_opened(plugin: Any, tmp_path: Path, until: Any) -> None:
    dialog = NewNetworkDialog(plugin.session)
    assert not dialog.create.isEnabled()
    dialog.zone.setCurrentIndex(dialog.zone.findData("EPSG:4547"))
    dialog.file.setFilePath(str(tmp_path / "new"))
    assert dialog.create.isEnabled() and dialog.note.text() == ""
    assert dialog.name.placeholderText() == "new"
    dialog.name.setText("清源县")
    dialog.create.click()
    until(lambda: plugin.session.network_path == str(tmp_path / "new.gpkg"))
    with plugin.session.network() as network:
        assert network.title == "清源县"
    assert QgsProject.instance().crs().authid() == "EPSG:4547"
    again = NewNetworkDialog(plugin.session)
    assert again.zone.currentData() == "EPSG:4547"
    for each in (dialog, again):
        each.deleteLater()


def test_a_new_network_in_a_folder_of_a_cloud_is_warned_of(plugin: Any, tmp_path: Path) -> None:
    (tmp_path / "OneDrive").mkdir()
    dialog = NewNetworkDialog(plugin.session)
    dialog.zone.setCurrentIndex(dialog.zone.findData("EPSG:4547"))
    dialog.file.setFilePath(str(tmp_path / "OneDrive" / "new.gpkg"))
    assert dialog.note.text().startswith("OneDrive copies this folder") and dialog.create.isEnabled()
    dialog.file.setFilePath(str(tmp_path / "new.gpkg"))
    assert dialog.note.text() == ""
    dialog.deleteLater()


def test_documents_of_a_cloud_are_not_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        QStandardPaths, "writableLocation", lambda *_args: str(tmp_path / "OneDrive" / "Documents")
    )
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert proposed_path().parent == tmp_path / "WaterNet"


@pytest.mark.slow
def test_one_network_is_listed_once_however_it_is_spelled(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.path.normcase", lambda path: path.replace("/", "\\").lower())
    recent.add("/Gis/Town.gpkg", 100.0)
    recent.add("/gis/TOWN.gpkg")
    assert [(each.path, each.length_m) for each in recent.entries()] == [("/gis/TOWN.gpkg", 100.0)]
    recent.remove("/GIS/town.gpkg")
    assert recent.entries() == []


def test_a_new_network_refuses_before_anything_is_lost(plugin: Any, tmp_path: Path) -> None:
    (tmp_path / "there.gpkg").touch()
    dialog = NewNetworkDialog(plugin.session)
    dialog.zone.setCurrentIndex(dialog.zone.findData("other"))
    dialog.crs.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    assert "is not a plane coordinate system in metres" in dialog.note.text()
    dialog.crs.setCrs(QgsCoordinateReferenceSystem("EPSG:32650"))
    dialog.file.setFilePath(str(tmp_path / "there.gpkg"))
    assert "there.gpkg already exists" in dialog.note.text() and not dialog.create.isEnabled()
    dialog.file.setFilePath(str(tmp_path / "no folder" / "x.gpkg"))
    dialog.create.click()
    assert "no folder" in dialog.note.text() and dialog.file.filePath().endswith("x.gpkg")
    dialog.deleteLater()


def test_the_proposed_file_is_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from waternet_plugin.gui.start import new_network

    monkeypatch.setattr(new_network.QStandardPaths, "writableLocation", lambda _place: str(tmp_path))
    assert proposed_path() == tmp_path / "WaterNet" / "network-1.gpkg"
    proposed_path().parent.mkdir()
    proposed_path().touch()
    assert proposed_path().name == "network-2.gpkg"


def test_recent_networks_keep_their_length_and_are_ten_at_most(iface: Any) -> None:
    for number in range(12):
        recent.add(f"/nowhere/{number}.gpkg", 100.0 * number)
    recent.add("/nowhere/5.gpkg")
    found = recent.entries()
    assert len(found) == 10 and found[0].name == "5" and found[0].length_m == 500.0
    recent.remove("/nowhere/5.gpkg")
    assert [each.name for each in recent.entries()][:2] == ["11", "10"]


def test_settings_somebody_broke_are_no_list(iface: Any) -> None:
    from qgis.core import QgsSettings

    QgsSettings().setValue("waternet/recent", json.dumps([{"way": 1}]))
    assert recent.entries() == []


def test_about_names_every_version_and_copies_them(plugin: Any) -> None:
    window = plugin.actions.show_about()
    text = window.findChild(QPlainTextEdit, "wn_about_versions").toPlainText()
    for name in ("WaterNet", "QGIS", "GDAL", "Qt", "Python", "geopandas", "shapely", "pyogrio"):
        assert f"\n{name}: " in f"\n{text}"
    window.findChild(QPushButton, "wn_about_copy").click()
    assert QApplication.clipboard().text() == about.as_text()


def test_about_has_link_author_licence_and_the_last_error(
    plugin: Any, iface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin import log

    monkeypatch.setattr(log, "newest", lambda: None)
    window = about.AboutWindow(plugin.session)
    assert "https://plugins.qgis.org/" in window.findChild(QLabel, "wn_about_link").text()
    assert "The WaterNet developers" in window.findChild(QLabel, "wn_about_rights").text()
    assert "GPL, version 2 or later" in window.findChild(QLabel, "wn_about_rights").text()
    assert window.findChild(QPushButton, "wn_about_error").isHidden()
    window.deleteLater()
    monkeypatch.undo()
    told = log.unexpected(ValueError("odd"))
    assert log.newest().path == told.path and log.newest().text == told.text
    window = about.AboutWindow(plugin.session, iface.mainWindow())
    window.findChild(QPushButton, "wn_about_error").click()
    details = next(each for each in QApplication.topLevelWidgets() if each.objectName() == "wn_unexpected")
    assert "ValueError: odd" in details.text.toPlainText()
    details.close()
    window.deleteLater()


def test_the_settings_page_names_the_person_and_keeps_the_box(plugin: Any, iface: Any) -> None:
    page = iface.factories[0].createWidget(None)
    assert page.person.isReadOnly() and page.person.text()
    assert not page.thresholds.isEnabled()
    page.start.setChecked(True)
    page.apply()
    assert start_page.asked_for_at_start()
    page.deleteLater()


@pytest.mark.slow
def test_the_settings_page_names_the_network(
    plugin: Any, iface: Any, small_network: Path, until: Any
) -> None:
    page = iface.factories[0].createWidget(None)
    assert not page.name.isEnabled()
    page.deleteLater()
    session = plugin.session
    session.open_network(str(small_network))
    until(lambda: session.network_path)
    assert (session.given_name, session.network_title) == ("", "small")
    page = iface.factories[0].createWidget(None)
    assert page.name.text() == "" and page.name.placeholderText() == "small"
    page.name.setText(" 清源县 ")
    page.apply()
    page.deleteLater()
    with session.network() as network:
        assert network.title == "清源县" and network.batches().iloc[0]["kind"] == "setting"
    named = []
    session.network_named.connect(lambda: named.append(session.network_title))
    session.set_given_name("清源县")
    session.set_given_name("清源县")
    assert named == ["清源县"]
    page = iface.factories[0].createWidget(None)
    page.apply()
    with session.network() as network:
        assert network.batches()["kind"].tolist().count("setting") == 1
    page.deleteLater()


@pytest.mark.slow
def test_a_threshold_is_changed_for_one_network(plugin: Any, small_network: Path, until: Any) -> None:
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.gui.dock.dialogs.thresholds import ThresholdsWindow

    plugin.session.open_network(str(small_network))
    until(lambda: plugin.session.network_path)
    window = ThresholdsWindow(plugin.session)
    table = window.table
    rows = {table.item(row, 0).data(Qt.ItemDataRole.UserRole): row for row in range(table.rowCount())}
    key = next(name for name in rows if name.startswith("health.") and Settings().text(name) == "5")
    table.item(rows[key], 1).setText("much")
    window.save()
    assert "“much” is not a number" in window.answer.text()
    table.item(rows[key], 1).setText("7")
    window.save()
    with plugin.session.network() as network:
        assert network.settings().real(key) == 7.0 and "general.currency" not in network.facts()
        assert network.batches().iloc[0]["kind"] == "setting"
    window.deleteLater()
