"""Our map tools as a class: a button wakes no other tool, tips take no clicks, one answer on the map."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsPointXY
from qgis.gui import QgsMapTool, QgsMapToolEmitPoint, QgsMapToolPan
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject
from qgis.PyQt.QtWidgets import QWidget
from support.tool_town import clicked_at, open_town

from waternet_plugin.gui.map.map_tips import MapTips, takes_clicks
from waternet_plugin.gui.map.map_tool import NetworkTool

GUI = Path(__file__).parents[3] / "waternet_plugin" / "gui"
P4, D1 = QgsPointXY(500350, 3000000.4), QgsPointXY(500120, 2999800)


@pytest.fixture
def tools(plugin: Any, open_tool_town: Any) -> Any:
    """The actions of all our tools, on an open town."""
    open_tool_town()
    return plugin.actions.tools.actions


def let_work() -> None:
    for _ in range(3):
        QCoreApplication.processEvents()


@pytest.mark.slow
def test_every_tool_of_ours_is_of_the_one_class() -> None:
    bases = {
        (path.name, node.name): {ast.unparse(base) for base in node.bases}
        for path in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    direct = {name for name, found in bases.items() if any(base.startswith("QgsMapTool") for base in found)}
    assert direct == {("map_tool.py", "NetworkTool")}


@pytest.mark.slow
def test_a_button_pressed_again_wakes_no_other_tool(tools: Any, plugin: Any, until: Any) -> None:
    canvas = plugin.session.iface.mapCanvas()
    pan = QgsMapToolPan(canvas)
    for first, second in itertools.permutations(tools, 2):
        canvas.setMapTool(pan)
        tools[first].trigger()
        tools[second].trigger()
        pane = plugin.session.window(f"wn_{second}")
        # The pane of metered areas reads the network before it lets draw.
        until(lambda pane=pane: canvas.mapTool() is pane.tool and pane.pick_button.isChecked())
        # The button in the pane, as a person presses it.
        pane.pick_button.click()
        let_work()
        assert canvas.mapTool() is pan
        assert not any(action.isChecked() for action in tools.values())
        # The same by menu and toolbar, and by Esc.
        for leave in (tools[second].trigger, pane.tool.leave):
            tools[first].trigger()
            tools[second].trigger()
            until(lambda pane=pane: pane.is_listening)
            leave()
            let_work()
            assert canvas.mapTool() is pan
    canvas.unsetMapTool(pan)


@pytest.mark.slow
def test_a_tool_that_is_gone_is_not_given_the_map(tools: Any, plugin: Any) -> None:
    from qgis.PyQt import sip

    canvas = plugin.session.iface.mapCanvas()
    other = QgsMapToolEmitPoint(canvas)
    canvas.setMapTool(other)
    tools["burst"].trigger()
    sip.delete(other)
    tools["burst"].trigger()
    assert canvas.mapTool() is None


@pytest.mark.slow
def test_the_map_shows_the_answer_in_front_alone(tools: Any, plugin: Any, until: Any) -> None:
    answers = {}
    for key, place in (("burst", P4), ("trace", D1)):
        tools[key].trigger()
        pane = answers[key] = plugin.session.window(f"wn_{key}")
        clicked_at(pane, place)
        until(lambda pane=pane: pane.answer is not None)
    assert answers["trace"].overlay.is_on_map and not answers["burst"].overlay.is_on_map
    # It is not forgotten: the pane says it still, and its marks come back with it.
    assert answers["burst"].shows_answer
    answers["burst"].start()
    assert answers["burst"].overlay.is_on_map and not answers["trace"].overlay.is_on_map


class Digitising(QgsMapTool):
    """A tool as those of QGIS that draw and move: with its own flag."""

    def flags(self) -> Any:
        return QgsMapTool.Flag.EditTool


def test_tools_that_draw_are_known(iface: Any, qgis_app: Any) -> None:
    from qgis.gui import QgsAdvancedDigitizingDockWidget, QgsMapToolCapture, QgsMapToolDigitizeFeature

    canvas = iface.mapCanvas()
    cad = QgsAdvancedDigitizingDockWidget(canvas, iface.mainWindow())
    mode = getattr(QgsMapToolCapture, "CaptureMode", QgsMapToolCapture).CaptureLine
    assert takes_clicks(QgsMapToolCapture(canvas, cad, mode))
    assert takes_clicks(QgsMapToolDigitizeFeature(canvas, cad))
    assert not takes_clicks(QgsMapToolPan(canvas)) and not takes_clicks(None)


def test_a_tool_that_arrives_as_a_bare_object_is_known(iface: Any, qgis_app: Any) -> None:
    """As QGIS 3.22 hands on its tools for selecting, measuring and actions."""
    canvas, tips = iface.mapCanvas(), iface.actionMapTips()
    following = MapTips(iface)
    pan = QgsMapToolPan(canvas)
    bare = sip.cast(pan, QObject)
    assert type(bare) is QObject
    tips.setChecked(True)
    canvas.mapToolSet.emit(bare, bare)
    assert tips.isChecked() and not takes_clicks(bare)
    following.remove()


@pytest.mark.slow
def test_tips_are_off_while_a_tool_draws_and_come_back(
    tools: Any, plugin: Any, iface: Any, until: Any
) -> None:
    canvas, tips = iface.mapCanvas(), iface.actionMapTips()
    pan = QgsMapToolPan(canvas)
    drawing = Digitising(canvas)
    for was_on in (True, False):
        canvas.setMapTool(pan)
        tips.setChecked(was_on)
        canvas.setMapTool(drawing)
        assert not tips.isChecked()
        canvas.setMapTool(pan)
        assert tips.isChecked() is was_on
    for action in tools.values():
        tips.setChecked(True)
        action.trigger()
        until(lambda: isinstance(canvas.mapTool(), NetworkTool))
        assert not tips.isChecked()
        action.trigger()
        assert tips.isChecked()
    canvas.unsetMapTool(pan)


@pytest.mark.slow
def test_what_a_person_switches_stays_switched(tools: Any, plugin: Any, iface: Any) -> None:
    tips = iface.actionMapTips()
    tips.setChecked(True)
    tools["burst"].trigger()
    tips.setChecked(True)
    tips.setChecked(False)
    tools["burst"].trigger()
    assert not tips.isChecked()


class QgsWebView(QWidget):
    """What QGIS shows the text of a tip with, which Python is not given."""


def test_a_tip_goes_with_the_pointer_and_with_its_layers(iface: Any, qgis_app: Any) -> None:
    """As QGIS shows one: a frame upon the canvas, with a view of the text in it."""
    canvas = iface.mapCanvas()
    following = MapTips(iface)
    iface.window.show()
    frame = QWidget(canvas)
    view = QgsWebView(frame)
    for leave in (
        lambda: QCoreApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave)),
        canvas.layersChanged.emit,
    ):
        frame.setGeometry(canvas.width() + 5000, 0, 40, 20)
        frame.show()
        assert view.isVisible()
        leave()
        assert not frame.isVisible()
    following.remove()
    frame.show()
    canvas.layersChanged.emit()
    assert frame.isVisible()
    frame.deleteLater()


@pytest.mark.slow
def test_unloading_gives_the_tips_back(iface: Any, tool_town: Path, tmp_path: Path) -> None:
    from waternet_plugin import classFactory

    plugin = classFactory(iface)
    plugin.initGui()
    open_town(plugin, tool_town, tmp_path)
    iface.actionMapTips().setChecked(True)
    plugin.actions.tools.actions["trace"].trigger()
    assert not iface.actionMapTips().isChecked()
    plugin.unload()
    assert iface.actionMapTips().isChecked()
