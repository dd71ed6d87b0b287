"""The technician's day: QGIS's own tools and ours, a colleague, a refused Save, a QGIS that was lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import cut  # noqa: E402
from hands import LANGUAGE, Script, finish, pause, perform  # noqa: E402
from map_hands import (  # noqa: E402
    HANDS,
    click_action,
    click_map,
    expect,
    logged,
    look_at,
    place_of,
    point_map,
    right_click_map,
    sample,
    session,
    tool,
)
from qgis.core import QgsFeature, QgsFeatureRequest, QgsPointXY, QgsProject, QgsRectangle  # noqa: E402
from qgis.PyQt import sip  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.PyQt.QtWidgets import (  # noqa: E402
    QAction,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QMenu,
    QMessageBox,
    QTabWidget,
)
from qgis.utils import iface  # noqa: E402

AROUND_M = 45.0
CUT: list[str] = []
# A colleague at another computer.
COLLEAGUE = """
import sys
from waternet_plugin.store import open_network
with open_network(sys.argv[1], by="wang") as network, network.write("edit") as batch:
    row = network.read("pipe", ["fid"], ids=[sys.argv[2]], geometry=False)
    batch.update_rows("pipe", {int(row.fid[0]): {"material": "steel", "diameter_mm": 400.0}})
"""


def take(name: str) -> None:
    """Take a picture and look whether a text in it is cut."""
    HANDS.shoot(name)
    CUT.extend(f"{name}.{LANGUAGE}: {fault}" for fault in cut.faults())


def visible_docks() -> set[QDockWidget]:
    return {dock for dock in iface.mainWindow().findChildren(QDockWidget) if dock.isVisible()}


def python_errors() -> list[str]:
    """Return the messages in the bar that tell of an error of Python."""
    shown = [item.title() + item.text() for item in iface.messageBar().items()]
    return [text for text in shown if "Python" in text]


def tools_of_qgis() -> Script:
    """Press each map tool that QGIS offers now, click with those that change nothing, and open each menu.

    No error of Python may show.
    """
    canvas = iface.mapCanvas()
    before, docks = canvas.mapTool(), visible_docks()
    pressed = 0
    for action in iface.mapToolActionGroup().actions():
        if not action.isEnabled() or not action.isVisible():
            continue
        action.trigger()
        pressed += 1
        yield pause(0.1)
        if action.objectName().startswith(("mActionSelect", "mActionMeasure", "mActionFeatureAction")):
            click_map(canvas.center().x(), canvas.center().y())
            yield pause(0.2)
        expect(python_errors(), [], f"errors of {action.objectName()}")
    if pressed < 12:
        raise AssertionError(f"only {pressed} tools of QGIS could be pressed")
    menus = iface.mainWindow().menuBar().findChildren(QMenu)
    if len(menus) < 20:
        raise AssertionError(f"only {len(menus)} menus of QGIS could be opened")
    for menu in menus:
        # What fills a menu listens to this; the window of a menu itself would take the pointer.
        menu.aboutToShow.emit()
        yield pause(0.02)
        menu.aboutToHide.emit()
        expect(python_errors(), [], f"errors of the menu {menu.objectName() or menu.title()}")
    for window in [*QApplication.topLevelWidgets(), *(visible_docks() - docks)]:
        if window.isVisible() and isinstance(window, (QDialog, QDockWidget)):
            window.close()
    pipes().removeSelection()
    canvas.setMapTool(before)
    yield pause(0.3)


def pipes() -> object:
    return session().layer("pipe")


def nodes() -> object:
    return session().layer("node")


def new_pipes() -> list[QgsFeature]:
    """Return the pipes that are not saved yet, oldest first."""
    added = pipes().editBuffer().addedFeatures()
    return [added[fid] for fid in sorted(added, reverse=True)]


def ends(pipe: QgsFeature) -> tuple[str, str]:
    return pipe["from_node"], pipe["to_node"]


def empty_place() -> QgsPointXY:
    """Return a place in the town without pipes and nodes nearby."""
    extent = pipes().extent()
    for row in range(4, 36):
        for column in range(4, 36):
            x = extent.xMinimum() + column / 40 * extent.width()
            y = extent.yMinimum() + row / 40 * extent.height()
            box = QgsRectangle(x - 28, y - 22, x + 28, y + 22)
            if not any(any(layer.getFeatures(QgsFeatureRequest(box))) for layer in (pipes(), nodes())):
                return QgsPointXY(x, y)
    raise LookupError("no empty place in the town")


def drawn(*places: QgsPointXY) -> Script:
    """Draw a pipe with the tool that is taken already."""
    count = len(new_pipes())
    for place in places:
        click_map(place.x(), place.y())
        yield pause(0.4)
    HANDS.key("Return")
    yield lambda: len(new_pipes()) == count + 1


def pressed(name: str, label: int) -> Script:
    """Press a button of a dialog of QGIS once it is there."""
    found: list[QDialog] = []

    def look() -> bool:
        found[:] = [
            window
            for window in QApplication.topLevelWidgets()
            if isinstance(window, QDialog) and window.isVisible() and window.findChild(QDialogButtonBox)
        ]
        return bool(found)

    yield look
    yield pause(0.6)
    take(name)
    button = found[0].findChild(QDialogButtonBox).button(label)
    HANDS.click_at(button.mapToGlobal(button.rect().center()))
    yield lambda: sip.isdeleted(found[0]) or not found[0].isVisible()


def connected(place: QgsPointXY) -> Script:
    """Draw two joined pipes, split one, move the joint, merge the halves; undo and redo that."""
    west, east = QgsPointXY(place.x() - 24, place.y()), QgsPointXY(place.x() + 24, place.y() + 6)
    iface.setActiveLayer(pipes())
    yield from look_at(place, AROUND_M)
    click_action(tool("draw_pipe"))
    yield lambda: pipes().isEditable() and nodes().isEditable()
    yield pause(0.5)
    yield from drawn(west, place)
    yield from drawn(place, east)
    first, second = new_pipes()
    expect(first["to_node"], second["from_node"], "the joint")
    HANDS.key("Escape")
    yield pause(0.3)
    iface.actionSplitFeatures().trigger()
    click_map(place.x() - 12, place.y() + 8)
    yield pause(0.4)
    click_map(place.x() - 12, place.y() - 8)
    yield pause(0.4)
    right_click_map(place.x() - 12, place.y() - 8)
    yield lambda: len(new_pipes()) == 3
    yield pause(0.6)
    take("split")
    yield from joint_moved(place)
    yield from merged()


def joint_moved(place: QgsPointXY) -> Script:
    """Move the joint with QGIS's vertex tool: its node and both pipes go with it."""
    joint = next(iter(pipe for pipe in new_pipes() if pipe["to_node"] == new_pipes()[1]["from_node"]))
    name = joint["to_node"]
    iface.actionVertexTool().trigger()
    yield pause(0.5)
    point_map(place.x() + 1, place.y())
    yield pause(0.3)
    click_map(place.x(), place.y())
    yield pause(0.5)
    click_map(place.x() + 3, place.y() + 12)
    yield pause(0.5)
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(0.5)
    take("joint_moved")
    node = next(node for node in nodes().getFeatures() if node["node_id"] == name)
    there = place_of(node)
    if there.distance(QgsPointXY(place.x() + 3, place.y() + 12)) > 1:
        raise AssertionError(f"the node stayed at {there.x():.1f}, {there.y():.1f}")
    at_joint = sum(
        vertex.distance(node.geometry().constGet()) < 0.001
        for pipe in new_pipes()
        for vertex in (pipe.geometry().vertexAt(0), pipe.geometry().constGet().endPoint())
    )
    expect(at_joint, 2, "ends at the joint")


def merged() -> Script:
    """Merge the halves by QGIS's dialog; undo and redo are one step each."""
    first, second, half = new_pipes()
    pipes().selectByIds([first.id(), half.id()])
    outer = {first["from_node"], first["to_node"], half["from_node"], half["to_node"]} - {
        ({*ends(first)} & {*ends(half)}).pop()
    }
    # The dialog is modal: QGIS opens it while we go on.
    QTimer.singleShot(0, iface.mainWindow().findChild(QAction, "mActionMergeFeatures").trigger)
    yield from pressed("merge", QDialogButtonBox.StandardButton.Ok)
    yield lambda: len(new_pipes()) == 2
    yield pause(0.6)
    take("merged")
    one = next(pipe for pipe in new_pipes() if pipe["pipe_id"] != second["pipe_id"])
    expect({*ends(one)}, outer, "ends of the merged pipe")
    for name, count in (("mActionUndo", 3), ("mActionRedo", 2)):
        click_action(iface.mainWindow().findChild(QAction, name))
        yield lambda count=count: len(new_pipes()) == count
    yield pause(0.3)


def saved() -> Script:
    """Save both layers by QGIS's button."""
    iface.setActiveLayer(pipes())
    yield pause(0.3)
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: not pipes().isModified() and not nodes().isModified()
    yield pause(0.5)


def slope() -> Script:
    """Draw along a drain: the bar shows how it falls."""
    wanted = QgsFeatureRequest().setFilterExpression(
        "\"system\" = 'sewage' AND invert_start_m > invert_end_m AND length_m > 25 AND length_m < 45"
    )
    drain = next(pipes().getFeatures(wanted))
    start, end = (QgsPointXY(drain.geometry().vertexAt(place)) for place in (0, 1))
    end = QgsPointXY(drain.geometry().constGet().endPoint())
    yield from look_at(start, AROUND_M)
    click_action(tool("draw_pipe"))
    yield pause(0.5)
    for name, (one, other) in {"slope": (start, end), "slope_climbs": (end, start)}.items():
        click_map(one.x(), one.y())
        yield pause(0.3)
        point_map((one.x() + other.x()) / 2, (one.y() + other.y()) / 2)
        yield pause(0.2)
        point_map(other.x(), other.y())
        yield pause(0.5)
        if "‰" not in HANDS.find("wn_draw_bar_slope").text():
            raise AssertionError("no slope")
        take(name)
        HANDS.key("BackSpace")
        yield pause(0.2)
    HANDS.key("Escape")
    yield pause(0.3)


def pipe_of(asset: str) -> QgsFeature:
    return next(pipes().getFeatures(QgsFeatureRequest().setFilterExpression(f"\"pipe_id\" = '{asset}'")))


def changed(asset: str, **values: object) -> None:
    """Change values of a pipe, as its form does."""
    fields = pipes().fields()
    for name, value in values.items():
        pipes().changeAttributeValue(pipe_of(asset).id(), fields.lookupField(name), value)


def conflict(asset: str) -> Script:
    """A colleague changes the same pipe: the pane asks, mine is taken for one field, theirs for the other."""
    yield from look_at(QgsPointXY(pipe_of(asset).geometry().centroid().asPoint()), AROUND_M)
    changed(asset, material="pe", diameter_mm=300.0, street="建设路")
    plugin = os.environ["QGIS_PLUGINPATH"]
    environment = {**os.environ, "PYTHONPATH": f"{plugin}:{os.environ['PYTHONPATH']}"}
    command = ["/usr/bin/python3", "-c", COLLEAGUE, session().network_path, asset]
    subprocess.run(command, env=environment, check=True, cwd="/")
    click_action(iface.actionSaveActiveLayerEdits())
    yield HANDS.there("wn_edit_conflicts_mine_material")
    yield pause(1)
    take("conflict_pane")
    HANDS.click("wn_edit_conflicts_mine_material")
    yield pause(0.3)
    HANDS.click("wn_edit_conflicts_theirs_diameter_mm")
    yield HANDS.there("wn_edit_conflicts_save")
    yield pause(0.3)
    take("conflict_answered")
    HANDS.click("wn_edit_conflicts_save")
    yield lambda: not pipes().isModified()
    yield pause(0.5)
    now = pipe_of(asset)
    expect((now["material"], now["diameter_mm"], now["street"]), ("pe", 400.0, "建设路"), "the pipe")


def history_tab() -> tuple[QTabWidget, int] | None:
    """Return the tabs of the open form and the number of that with the history."""
    for tabs in QApplication.allWidgets():
        if isinstance(tabs, QTabWidget) and tabs.isVisible():
            for number in range(tabs.count()):
                if tabs.tabText(number) in ("History", "历史"):
                    return tabs, number
    return None


def history(asset: str) -> Script:
    """Look at a pipe as it was, and restore a value."""
    iface.openFeatureForm(pipes(), pipe_of(asset), False, False)
    yield lambda: history_tab() is not None
    yield pause(0.5)
    tabs, number = history_tab()
    bar = tabs.tabBar()
    HANDS.click_at(bar.mapToGlobal(bar.tabRect(number).center()))
    yield HANDS.there("wn_form_history_slider")
    yield pause(0.5)
    take("history")
    HANDS.find("wn_form_history_slider").setFocus()
    HANDS.key("Left")
    yield HANDS.there("wn_form_history_restore_asset")
    yield pause(0.5)
    HANDS.reveal("wn_form_history_values")
    yield pause(0.3)
    take("history_as_of")
    HANDS.reveal("wn_form_history_restore_asset")
    yield pause(0.3)
    HANDS.click("wn_form_history_restore_asset")
    yield lambda: session().is_idle and HANDS.find("wn_form_history_note").text()
    yield pause(1)
    take("history_restored")
    tabs.window().close()
    yield pause(0.5)
    expect(logged(session().network_path)[0][0], "revert", "kind of the batch that restores")


def refused(asset: str, other: str) -> Script:
    """A Save that can't be: the reason stands in the bar; the project is not closed over it."""
    for item in list(iface.messageBar().items()):
        iface.messageBar().popWidget(item)
    if not pipes().isEditable():
        pipes().startEditing()
    changed(asset, pipe_id=other)
    yield pause(0.3)
    click_action(iface.actionSaveActiveLayerEdits())
    yield HANDS.there("wn_message_button")
    yield pause(0.8)
    take("refused_save")
    opened = QgsProject.instance().fileName()
    QTimer.singleShot(0, lambda: iface.newProject(True))
    for _ in range(3):
        yield pause(0.8)
        box = HANDS.window(QMessageBox)
        if box is None:
            break
        take("closing_asks")
        button = box.button(QMessageBox.StandardButton.Save) or box.button(QMessageBox.StandardButton.Discard)
        HANDS.click_at(button.mapToGlobal(button.rect().center()))
    yield pause(0.8)
    take("closing_refused")
    expect(QgsProject.instance().fileName(), opened, "the open project")
    expect(pipes().isModified(), True, "the edit is kept")


def lost() -> Script:
    """QGIS ends without a word: its edits are offered when the network is opened again."""
    from waternet_plugin.gui.editing.save_bar import journal_folder

    folder = journal_folder()
    copied = folder.with_name("copied")
    shutil.copytree(folder, copied)
    for layer in (pipes(), nodes()):
        layer.rollBack()
    path = session().network_path
    QgsProject.instance().clear()
    yield pause(0.5)
    shutil.copytree(copied, folder, dirs_exist_ok=True)
    session().open_network(path)
    yield lambda: session().layer("pipe") is not None and session().is_idle
    yield lambda: HANDS.find("wn_message_button_3") is not None
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(1)
    take("journal_offer")
    HANDS.click("wn_message_button_2")
    yield HANDS.there("wn_left_edits")
    yield pause(0.8)
    take("journal_look")
    HANDS.find("wn_left_edits").close()
    yield pause(0.4)
    HANDS.click("wn_message_button")
    yield lambda: session().is_idle and pipes().isModified()
    yield pause(0.8)
    take("journal_taken_up")
    pipes().rollBack()


def way() -> Script:
    """Go it and print seconds and what was reached."""
    yield from sample()
    begun = time.monotonic()
    iface.setActiveLayer(pipes())
    yield from tools_of_qgis()
    place = empty_place()
    yield from connected(place)
    yield from saved()
    kind, rows = logged(session().network_path)[0]
    expect((kind, rows), ("edit", 5), "the batch of the Save")
    assets = [pipe["pipe_id"] for pipe in pipes().getFeatures()][-2:]
    yield from slope()
    yield from conflict(assets[0])
    yield from history(assets[0])
    yield from refused(*assets)
    yield from lost()
    for fault in CUT:
        print(fault)
    expect(CUT, [], "texts that are cut")
    finish(
        "technician",
        0,
        time.monotonic() - begun,
        "split, joint, merge, undo, conflict, refusal, history, journal",
    )
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
