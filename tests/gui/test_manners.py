"""Looking is no work, papers begin beside the network, the panel keeps its width, errors go when mended."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDockWidget, QLabel
from support.widgets import part

GUI = Path(__file__).parents[2] / "waternet_plugin" / "gui"


@pytest.mark.slow
def test_looking_leaves_the_project_unmodified(plugin: Any, small_network: Path, until: Any) -> None:
    from waternet_plugin.gui.issues.chosen.issue_map import LayerSight

    plugin.session.open_network(str(small_network))
    project = QgsProject.instance()
    layer = plugin.session.layer("issue")
    project.layerTreeRoot().findLayer(layer.id()).setItemVisibilityChecked(False)
    QTest.qWait(300)
    project.setDirty(False)
    sight = LayerSight(plugin.session)
    for step in (sight.show, sight.restore, lambda: plugin.session.show_theme("material")):
        step()
        # As the main window of QGIS does when the layers on the map change.
        project.setDirty(True)
        QTest.qWait(400)
        assert not project.isDirty()
    # What was modified before stays so.
    project.setDirty(True)
    plugin.session.show_theme("system")
    QTest.qWait(400)
    assert project.isDirty()


@pytest.mark.slow
def test_papers_begin_beside_the_network(plugin: Any, small_network: Path, tmp_path: Path) -> None:
    session = plugin.session
    session.open_network(str(small_network))
    assert session.paper_folder == small_network.parent.as_posix()
    # What another network was last saved to does not count; what this one was, does.
    QgsSettings().setValue("waternet/any/folder", '"/elsewhere"')
    assert session.paper_folder == small_network.parent.as_posix()
    session.remember("folder", (tmp_path / "papers").as_posix())
    assert session.paper_folder == (tmp_path / "papers").as_posix()


@pytest.mark.slow
def test_every_question_where_to_save_begins_there() -> None:
    for path in GUI.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        asks = any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "files.ask_where_to_save"
            for node in ast.walk(ast.parse(text))
        )
        # The wizard saves beside the files that are brought in.
        if asks and path.parent.name != "wizard":
            assert "paper_folder" in text, path


def _drag(window: Any, dock: Any, by: int) -> None:
    """Drag the handle between map and panel, as a hand does."""
    place = QPointF(dock.mapTo(window, QPoint(0, 0)).x() - 3, 400)
    kinds, buttons = QEvent.Type, Qt.MouseButton
    steps = (
        (kinds.MouseButtonPress, 0, buttons.LeftButton, buttons.LeftButton),
        (kinds.MouseMove, by // 2, buttons.NoButton, buttons.LeftButton),
        (kinds.MouseMove, by, buttons.NoButton, buttons.LeftButton),
        (kinds.MouseButtonRelease, by, buttons.LeftButton, buttons.NoButton),
    )
    for kind, way, button, held in steps:
        at = place + QPointF(way, 0)
        there = QPointF(window.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(
            window, QMouseEvent(kind, at, there, button, held, Qt.KeyboardModifier.NoModifier)
        )
        QTest.qWait(50)


@pytest.fixture
def wide(plugin: Any, iface: Any) -> Any:
    """The panel in a window with room for it, as wide as at the first start."""
    # The plugin gives the width at its start by itself; here it is given by hand.
    part(plugin.session, "wn_greeting").stop()
    iface.window.resize(1400, 800)
    iface.window.show()
    plugin.dock.show()
    plugin.dock.kept_width.take(iface.window)
    QTest.qWait(100)
    assert plugin.dock.width() == 340
    return plugin.dock


def _kept() -> int:
    return int(QgsSettings().value("waternet/dock_width", 0, int))


def test_the_panel_is_as_wide_as_it_was_made(wide: Any, iface: Any, until: Any) -> None:
    _drag(iface.window, wide, -80)
    assert wide.width() == 420 and _kept() == 420
    _drag(iface.window, wide, 50)
    assert wide.width() == 370 and _kept() == 370
    # As QGIS does when it starts again.
    iface.window.resizeDocks([wide], [310], Qt.Orientation.Horizontal)
    wide.kept_width.take(iface.window)
    QTest.qWait(100)
    assert wide.width() == 370


@pytest.mark.slow
@pytest.mark.parametrize("area", ["LeftDockWidgetArea", "RightDockWidgetArea", "BottomDockWidgetArea"])
def test_a_width_that_another_pane_forces_is_not_kept(wide: Any, iface: Any, until: Any, area: str) -> None:
    _drag(iface.window, wide, -80)
    other = QDockWidget("other", iface.window)
    inside = QLabel("other", other)
    inside.setMinimumWidth(700)
    other.setWidget(inside)
    iface.window.addDockWidget(getattr(Qt.DockWidgetArea, area), other)
    iface.window.resizeDocks([wide], [300], Qt.Orientation.Horizontal)
    QTest.qWait(50)
    assert wide.width() != 420
    # Long enough for a width that stays to be taken for a person's.
    QTest.qWait(800)
    assert _kept() == 420
    other.close()
    until(lambda: wide.width() == 420)
    other.deleteLater()


@pytest.mark.slow
def test_a_pane_that_opens_leaves_the_panel_its_width(
    wide: Any, plugin: Any, iface: Any, small_network: Path, until: Any
) -> None:
    from waternet_plugin.gui.health.why_pane import WhyPane
    from waternet_plugin.gui.network.bursts.burst_pane import BurstPane
    from waternet_plugin.gui.panes import pane

    _drag(iface.window, wide, -80)
    plugin.session.open_network(str(small_network))
    until(lambda: plugin.session.network_path)
    opened = [pane.open_pane(plugin.session, kind) for kind in (WhyPane, BurstPane)]
    QTest.qWait(800)
    assert _kept() == 420
    for each in opened:
        each.close()
    wide.raise_()
    until(lambda: wide.width() == 420)


@pytest.mark.slow
def test_errors_go_when_the_network_was_found_again(
    plugin: Any, iface: Any, small_network: Path, tmp_path: Path
) -> None:
    from waternet_plugin.core.errors import StoreError
    from waternet_plugin.gui.start import open_networks

    session = plugin.session
    session.open_network(str(small_network))
    session.say_error(StoreError("The network can't be reached."))
    session.say("A warning stays.", "warning")
    other = tmp_path / "moved.gpkg"
    shutil.copy(small_network, other)
    assert open_networks.move_network(session, str(other))
    assert "The network can't be reached." not in iface.messages()
    assert "A warning stays." in iface.messages()
