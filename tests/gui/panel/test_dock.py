"""The dock: figures, links, menus, folding, notices, drops, F1."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent, QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
)
from support.widgets import section, trigger

from waternet_plugin import language, store
from waternet_plugin.gui.start import open_networks, recent


def test_without_a_network_it_leads_to_the_start(plugin: Any, iface: Any) -> None:
    iface.window.show()
    dock = plugin.dock
    assert not dock.findChild(object, "wn_dock_empty").isHidden()
    assert all(section.isHidden() for section in dock.sections)
    dock.findChild(QPushButton, "wn_dock_start").click()
    assert plugin.session.window("wn_start_page").isVisible()


@pytest.mark.slow
def test_length_and_number_of_pipes_are_links_to_the_statistics(dock: Any) -> None:
    section = dock.sections[0]
    assert section.length.text() == "350 m" and section.figure.text() == "3 pipes"
    section.length.click()
    window = dock.session.window("wn_statistics")
    assert window.findChild(QLabel, "wn_statistics_head").text() == "350 m in 3 pipes"


@pytest.mark.slow
def test_the_note_says_who_saved_last_and_when(dock: Any) -> None:
    note = dock.sections[0].findChild(QLabel, "wn_section_network_note")
    assert note.text().startswith("saved ") and note.text().endswith(", Li")
    assert "pipes.shp" in note.toolTip()


@pytest.mark.slow
def test_who_saved_is_shown_before_the_pipes_are_read(
    dock: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a million pipes, or on a server, reading them takes seconds."""
    from waternet_plugin.operations.contents import network_figures

    read, may_read = network_figures.pipe_statistics, threading.Event()

    def waiting(network: Any) -> Any:
        may_read.wait(30)
        return read(network)

    monkeypatch.setattr(network_figures, "pipe_statistics", waiting)
    section = dock.sections[0]
    note = section.findChild(QLabel, "wn_section_network_note")
    trigger(section, "wn_network_undo")
    try:
        until(lambda: not note.text().endswith(", Li"))
        assert note.text().startswith("saved ") and section.figure.text() == "3 pipes"
    finally:
        may_read.set()
    until(lambda: section.figure.text() == "0 pipes")


@pytest.mark.slow
def test_the_figures_follow_a_write(dock: Any, until: Any) -> None:
    section = dock.sections[0]
    trigger(section, "wn_network_undo")
    until(lambda: section.figure.text() == "0 pipes")


@pytest.mark.slow
def test_m13_an_empty_network_is_offered_each_way_to_begin_once(dock: Any, until: Any) -> None:
    section = dock.sections[0]
    # Parts that have data until then are there no more afterwards.
    until(lambda: all(one.has_data is not None for one in dock.sections if one.IS_PART))
    trigger(section, "wn_network_undo")
    until(lambda: section.figure.text() == "0 pipes" and dock.session.is_idle)
    shown = [one.text() for one in dock.findChildren(QPushButton) if one.isVisible() and one.text()]
    assert shown.count("Bring in data") == 1
    assert len(shown) == len(set(shown)), shown


@pytest.mark.slow
def test_undoing_offers_to_do_it_again(dock: Any, iface: Any, until: Any) -> None:
    section = dock.sections[0]
    trigger(section, "wn_network_undo")
    until(iface.messages)
    assert iface.messages()[0] == "Batch B0002 has been undone, 4 rows."
    iface.bar.items()[0].findChild(QPushButton, "wn_message_button").click()
    until(lambda: section.figure.text() == "3 pipes")


@pytest.mark.slow
def test_backing_up_says_where(dock: Any, iface: Any, small_network: Path, until: Any) -> None:
    trigger(dock, "wn_network_back_up")
    until(iface.messages)
    assert len(list((small_network.parent / "backups").glob("small_*.gpkg"))) == 1


def chosen_window(dock: Any) -> Any:
    """Return the window of the backups with the newest one chosen."""
    trigger(dock, "wn_network_backups")
    window = dock.session.window("wn_backups")
    window.table.selectRow(0)
    return window


@pytest.mark.slow
def test_a_backup_is_listed_and_put_back(
    dock: Any, small_network: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.open_network(small_network) as network:
        network.backup()
        with network.write("edit", name="trial") as batch:
            batch.delete("pipe", ["P-1"])
    window = chosen_window(dock)
    assert window.table.model().rowCount() == 1
    assert window.table.model().index(0, 2).data() == "before B0003, Edit: trial"
    asked = []

    def answer(box: Any, name: str) -> None:
        asked.append((box.text(), box.informativeText()))
        box.show()
        next(each for each in box.buttons() if each.objectName() == name).click()

    monkeypatch.setattr(QMessageBox, "exec", lambda box: answer(box, ""), raising=False)
    window.put_back.click()
    assert store.open_network(small_network).count("pipe") == 2, "a cancel changes nothing"
    monkeypatch.setattr(QMessageBox, "exec", lambda box: answer(box, "wn_backups_yes"), raising=False)
    window.put_back.click()
    until(lambda: window.table.model().rowCount() == 2)
    assert len(asked) == 2
    assert asked[0][0].startswith("Return small.gpkg to its state of ")
    assert "is saved as a backup first" in asked[0][1]
    assert store.open_network(small_network).count("pipe") == 3
    until(lambda: "Its previous state is the newest backup." in window.answer.text())
    until(lambda: dock.sections[0].figure.text() == "3 pipes")
    assert dock.session.layer("pipe").featureCount() == 3


@pytest.mark.slow
def test_a_backup_is_not_put_back_under_unsaved_edits(dock: Any, small_network: Path) -> None:
    with store.open_network(small_network) as network:
        network.backup()
    window = chosen_window(dock)
    layer = dock.session.layer("pipe")
    layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    window.put_back.click()
    assert "unsaved edits" in window.answer.text()
    layer.rollBack()


@pytest.mark.slow
def test_without_backups_the_window_says_how_one_is_made(dock: Any) -> None:
    window = chosen_window(dock)
    assert "There is no backup yet." in window.answer.text()
    assert not window.put_back.isEnabled()
    assert not window.folder.isEnabled()


@pytest.mark.slow
def test_what_opening_put_back_is_said_once(dock: Any, iface: Any, until: Any, small_network: Path) -> None:
    with closing(sqlite3.connect(small_network)) as database:
        database.execute("DROP TRIGGER wn_pipe_insert")
        database.commit()
    for _look in range(3):
        until(lambda: not dock.session.is_looking)
        store.open_network(dock.session.network_path).close()
        dock.session.look_at_file()
        until(lambda: not dock.session.is_looking)
    said = [text for text in iface.messages() if "what another program had removed (Pipes)" in text]
    assert len(said) == 1


@pytest.mark.slow
def test_batches_are_listed_and_undone(dock: Any, until: Any) -> None:
    trigger(dock, "wn_network_batches")
    window = dock.session.window("wn_batches")
    ids = [window.table.model().index(row, 0).data() for row in range(window.table.model().rowCount())]
    assert ids == ["B0002", "B0001"]
    window.table.selectRow(1)
    assert not window.undo.isEnabled(), "the network itself can't be undone"
    window.table.selectRow(0)
    window.undo.click()
    until(lambda: window.table.model().rowCount() == 3)
    assert window.table.model().index(1, 5).data() == "undone by B0003"


@pytest.mark.slow
def test_sections_fold_and_remember_it(dock: Any, plugin: Any) -> None:
    section = next(each for each in dock.sections if each.FOLDS)
    section.set_folded(True)
    other = type(section)(plugin.session)
    assert other.is_folded
    section.set_folded(False)
    assert not type(section)(plugin.session).is_folded


@pytest.mark.slow
def test_the_menu_has_recent_networks_and_the_ways_in(dock: Any, tmp_path: Path, until: Any) -> None:
    (tmp_path / "other.gpkg").touch()
    recent.add(str(tmp_path / "other.gpkg"))
    recent.add(str(tmp_path / "gone.gpkg"))
    dock.fill_menu()
    entries = {action.text(): action for action in dock.menu.actions() if not action.isSeparator()}
    until(lambda: not entries["gone"].isVisible())
    texts = {text: action.isEnabled() for text, action in entries.items() if action.isVisible()}
    # Tests that run beside this one share the settings, and so may add networks.
    assert (
        "gone" not in texts
        and texts.items()
        >= {
            "other": True,
            "Open network…": True,
            "Add to current project…": False,
            "New network…": True,
            "Close network": True,
        }.items()
    )


@pytest.mark.slow
def test_a_network_that_went_away_is_looked_for(dock: Any, small_network: Path, until: Any) -> None:
    moved = small_network.with_name("moved.gpkg")
    until(lambda: not dock.session.is_looking)
    small_network.rename(moved)
    dock.session.look_at_file()
    until(lambda: dock.findChild(QLabel, "wn_notice_file_text"))
    text = dock.findChild(QLabel, "wn_notice_file_text").text()
    assert "small.gpkg is no longer in its folder" in text
    assert open_networks.move_network(dock.session, str(moved))
    assert dock.session.network_path == str(moved)
    assert dock.findChild(QLabel, "wn_notice_file_text") is None
    assert dock.session.layer("pipe").isValid() and dock.session.layer("pipe").featureCount() == 3


@pytest.mark.slow
def test_a_folder_that_is_copied_to_a_cloud_is_named(
    plugin: Any, small_network: Path, tmp_path: Path, until: Any
) -> None:
    folder = tmp_path / "OneDrive - Water"
    folder.mkdir()
    for suffix in (".gpkg", ".qgz"):
        small_network.with_suffix(suffix).rename(folder / f"small{suffix}")
    assert plugin.session.open_network(str(folder / "small.gpkg"))
    until(lambda: plugin.dock.findChild(QLabel, "wn_notice_sync_text"))
    assert plugin.dock.findChild(QLabel, "wn_notice_sync_text").text().startswith("OneDrive copies this")
    plugin.session.iface.newProject(True)
    assert plugin.dock.findChild(QLabel, "wn_notice_sync_text") is None


@pytest.mark.slow
def test_texts_in_another_language_are_rewritten_by_one_button(dock: Any, until: Any) -> None:
    assert dock.findChild(QPushButton, "wn_notice_language_button") is None
    language.install("zh_CN")
    dock.refresh()
    button = dock.findChild(QPushButton, "wn_notice_language_button")
    button.click()
    assert open_networks.language_of_project() == "zh_CN"
    assert dock.session.layer("pipe").name() == "管段"
    until(lambda: dock.findChild(QPushButton, "wn_notice_language_button") is None)


@pytest.mark.slow
def test_a_layer_taken_out_by_hand_is_put_back(dock: Any, until: Any) -> None:
    QgsProject.instance().removeMapLayer(dock.session.layer("pipe_health").id())
    until(lambda: dock.findChild(QPushButton, "wn_notice_layers_button"))
    assert (
        dock.findChild(QLabel, "wn_notice_layers_text").text()
        == "Not in this project: 1 layer of this network."
    )
    dock.findChild(QPushButton, "wn_notice_layers_button").click()
    assert dock.session.layer("pipe_health").featureCount() == 3
    assert QgsProject.instance().layerTreeRoot().findLayer(dock.session.layer("pipe_health").id())
    until(lambda: dock.findChild(QPushButton, "wn_notice_layers_button") is None)


@pytest.mark.slow
def test_a_network_that_is_newer_says_so_in_the_section(
    plugin: Any, iface: Any, small_network: Path, until: Any
) -> None:
    with closing(sqlite3.connect(small_network)) as database, database:
        database.execute("UPDATE wn_meta SET value = '99' WHERE key = 'schema_version'")
    iface.window.show()
    # The project is opened by QGIS itself, which knows nothing of versions.
    iface.addProject(str(small_network.with_suffix(".qgz")))
    until(
        lambda: any(
            "written by a newer version of WaterNet" in note.text()
            for note in plugin.dock.findChildren(QLabel, "wn_section_network_note")
        )
    )
    iface.window.hide()


@pytest.mark.slow
def test_missing_packages_are_said_once_in_the_dock(
    plugin: Any, iface: Any, small_network: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    from waternet_plugin import dependencies

    found = dependencies.found_version
    monkeypatch.setattr(dependencies, "found_version", lambda name: "" if name == "scipy" else found(name))
    iface.addProject(str(small_network.with_suffix(".qgz")))
    until(lambda: plugin.dock.findChild(QPushButton, "wn_notice_packages_button"))
    plugin.dock.findChild(QPushButton, "wn_notice_packages_button").click()
    assert plugin.session.window("wn_packages_page").isVisible()


@pytest.mark.slow
def test_opening_begins_with_pipes_current_tips_on_and_a_folded_tree(dock: Any, iface: Any) -> None:
    assert iface.activeLayer() == dock.session.layer("pipe")
    assert iface.actionMapTips().isChecked()
    groups = QgsProject.instance().layerTreeRoot().findGroups()
    assert [group.isExpanded() for group in groups] == [False] * len(groups)


@pytest.mark.slow
def test_a_foreign_project_keeps_what_it_had(plugin: Any, iface: Any, small_network: Path) -> None:
    project = QgsProject.instance()
    mine = QgsVectorLayer("Point?crs=EPSG:3857", "mine", "memory")
    project.addMapLayer(mine)
    project.setTitle("mine")
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    iface.canvas.setExtent(QgsRectangle(0, 0, 1000, 1000))
    iface.setActiveLayer(mine)
    mine.dataProvider().addFeatures([])
    extent, snapping = iface.canvas.extent(), project.snappingConfig()
    assert plugin.session.add_to_project(str(small_network))
    assert plugin.session.network_path == str(small_network)
    assert (project.title(), project.crs().authid()) == ("mine", "EPSG:3857")
    assert iface.canvas.extent() == extent and iface.activeLayer() == mine
    assert project.snappingConfig() == snapping and not project.topologicalEditing()


@pytest.mark.slow
def test_a_foreign_project_is_offered_snapping(plugin: Any, iface: Any, small_network: Path) -> None:
    mine = QgsVectorLayer("Point?crs=EPSG:4547", "mine", "memory")
    QgsProject.instance().addMapLayer(mine)
    plugin.session.add_to_project(str(small_network))
    button = plugin.dock.findChild(QPushButton, "wn_notice_snapping_button")
    button.click()
    config = QgsProject.instance().snappingConfig()
    assert config.enabled() and config.individualLayerSettings(plugin.session.layer("pipe")).enabled()
    assert not config.individualLayerSettings(mine).enabled()
    assert QgsProject.instance().topologicalEditing()
    assert not open_networks.offers_snapping(plugin.session)


@pytest.mark.slow
def test_a_project_we_built_is_offered_nothing(dock: Any) -> None:
    assert dock.findChild(QPushButton, "wn_notice_snapping_button") is None


def _drop(dock: Any, files: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    event = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dock.dropEvent(event)


@pytest.mark.slow
def test_a_dropped_network_is_opened(plugin: Any, small_network: Path, until: Any) -> None:
    _drop(plugin.dock, [small_network])
    until(lambda: plugin.session.network_path == str(small_network))


def test_other_dropped_files_go_to_the_wizard(
    plugin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    brought: list[Any] = []
    monkeypatch.setattr(plugin.session, "open_wizard", brought.append)
    files = [tmp_path / "pipes.shp", tmp_path / "bursts.csv"]
    _drop(plugin.dock, files)
    until(lambda: brought)
    assert brought == [[str(file) for file in files]]


def test_f1_is_taken_before_qgis_sees_it(plugin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(plugin.session, "help", asked.append)
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(plugin.dock, event)
        assert event.isAccepted()
    assert asked == ["panel"]


@pytest.mark.slow
def test_a_theme_is_shown_by_its_code(dock: Any) -> None:
    root = QgsProject.instance().layerTreeRoot()
    dock.session.show_theme("health")
    shown = {key: root.findLayer(dock.session.layer(key).id()).isVisible() for key in ("pipe", "pipe_health")}
    assert shown == {"pipe": False, "pipe_health": True}


@pytest.mark.slow
def test_zooming_shows_the_place_in_the_coordinates_of_the_map(dock: Any, iface: Any) -> None:
    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    dock.session.zoom_to((500_000, 2_500_000, 500_400, 2_500_100))
    assert iface.canvas.extent().contains(QgsRectangle(500_000, 2_500_000, 500_400, 2_500_100))
    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    dock.session.zoom_to((500_000, 2_500_000, 500_400, 2_500_100))
    assert iface.canvas.extent().center().x() == pytest.approx(114.002, abs=0.001)


def _places(dock: Any) -> dict[str, int]:
    """The height of every button of the dock on the screen, but those of notices."""
    QCoreApplication.processEvents()
    QCoreApplication.processEvents()
    return {
        button.objectName(): button.mapToGlobal(QPoint(0, 0)).y()
        for button in dock.findChildren(QAbstractButton)
        if button.isVisible() and button.objectName() and not button.objectName().startswith("wn_notice_")
    }


@pytest.mark.slow
@pytest.mark.parametrize("what", ["notice", "two notices", "neighbours"])
def test_what_comes_by_itself_moves_no_button(dock: Any, until: Any, what: str) -> None:
    session = dock.session
    session.iface.mainWindow().resize(1200, 900)
    session.iface.mainWindow().show()
    dock.show()
    until(dock.sections[0].length.text)
    # Sections show their buttons once they have read their figures.
    until(lambda: session.is_idle)
    QTest.qWait(100)
    before = _places(dock)
    assert len(before) > 5
    if what == "neighbours":
        session.neighbours.changed.emit(("QGIS, process 123",))
    else:
        dock.set_notice("layers", "5 layers of this network are not in this project. " * 2, "Restore")
    if what == "two notices":
        dock.set_notice("language", "The texts of this project are in another language.", "Rewrite")
    assert _places(dock) == before
    if what == "neighbours":
        session.neighbours.changed.emit(())
    else:
        dock.clear_notice("layers")
        dock.clear_notice("language")
    assert _places(dock) == before


def test_an_answer_for_a_section_that_is_gone_is_not_shown(dock: Any, until: Any) -> None:
    """The panel is made anew where the language is another one."""
    section = type(dock.sections[0])(dock.session)
    heard: list[Any] = []
    section.read(lambda network: network.count("pipe"), heard.append)
    sip.delete(section)
    until(lambda: dock.session.is_idle)
    assert heard == []


def test_the_menu_of_the_network_has_all_algorithms_once(plugin: Any, dock: Any) -> None:
    menu_of = section(plugin, "network").menu
    assert menu_of.findChild(QMenu, "wn_menu_algorithms") is None
    for _time in range(2):
        menu_of.aboutToShow.emit()
        menus = [action.menu() for action in menu_of.actions() if action.menu() is not None]
        assert [menu.objectName() for menu in menus] == ["wn_menu_algorithms"]
    assert menus[0].findChild(QAction, "wn_action_assesshealth") is not None


def test_sections_stay_folded_as_somebody_left_them(plugin: Any, dock: Any, small_network: Any) -> None:
    section(plugin, "issues").set_folded(True)
    QgsProject.instance().clear()
    plugin.session.open_network(str(small_network))
    assert section(plugin, "issues").is_folded
    assert not section(plugin, "health").is_folded
    section(plugin, "issues").set_folded(False)
