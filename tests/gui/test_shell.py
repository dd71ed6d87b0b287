"""The plugin loads, shows menu, toolbar and dock, and leaves nothing behind."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QDockWidget,
    QMenu,
    QShortcut,
    QToolBar,
)
from support.fake_iface import FakeIface
from support.widgets import part

from waternet_plugin import classFactory

HEAVY = ("geopandas", "pandas", "scipy", "matplotlib", "networkx", "shapely", "pyarrow")

# A process of its own, since the tests themselves import everything.
START = """
import sys
sys.path[:0] = [{plugins!r}, {tests!r}]
from qgis.core import QgsApplication
app = QgsApplication([], True)
app.initQgis()
# From 3.40 on QGIS's own bindings load shapely: only what we add counts.
before = set(sys.modules)
from waternet_plugin import classFactory
from support.fake_iface import FakeIface
plugin = classFactory(FakeIface() if {gui} else None)
plugin.initGui() if {gui} else plugin.initProcessing()
print("ALGORITHMS", len(QgsApplication.processingRegistry().providerById("waternet").algorithms()))
print("HEAVY", [name for name in {heavy!r} if name in sys.modules and name not in before])
sys.stdout.flush()
import os
os._exit(0)
"""


def _state(iface: FakeIface, application: QgsApplication) -> dict[str, object]:
    """Count everything that loading the plugin could leave behind."""
    # What earlier tests left to Python's collector may not vanish between two counts.
    gc.collect()
    project = QgsProject.instance()
    signals = (project.cleared, project.readProject, project.writeProject)
    return {
        "children": iface.children(),
        "docks": len(iface.window.findChildren(QDockWidget)),
        "toolbars": len(iface.window.findChildren(QToolBar)),
        "actions": len(iface.window.findChildren(QAction)),
        "shortcuts": len(iface.window.findChildren(QShortcut)),
        "menus": [action.text() for action in iface.window.menuBar().actions()],
        "factories": len(iface.factories),
        "providers": len(application.processingRegistry().providers()),
        "listeners": [project.receivers(signal) for signal in signals],
        "top windows": {each.objectName() for each in QApplication.topLevelWidgets() if each.objectName()},
    }


@pytest.mark.parametrize("first", [True, False])
def test_the_menu_stands_in_the_same_place_whoever_comes_first(iface: FakeIface, first: bool) -> None:
    def processing() -> None:
        # As Processing does.
        menu = QMenu("Processing", iface.window)
        menu.setObjectName("processing")
        iface.window.menuBar().insertMenu(iface.window.menuBar().actions()[-1], menu)

    if first:
        processing()
    loaded = classFactory(iface)
    loaded.initGui()
    if not first:
        processing()
    try:
        names = [action.text() for action in iface.window.menuBar().actions()]
        assert names == ["WaterNet", "Processing", "Help"]
    finally:
        loaded.unload()


@pytest.mark.slow
def test_after_unloading_everything_is_as_before(qgis_app: QgsApplication) -> None:
    iface = FakeIface()
    before = _state(iface, qgis_app)
    plugin = classFactory(iface)
    plugin.initGui()
    loaded = _state(iface, qgis_app)
    assert loaded["menus"] == ["WaterNet", "Help"]
    assert (loaded["docks"], loaded["toolbars"], loaded["factories"]) == (1, 1, 1)
    assert loaded["providers"] == before["providers"] + 1
    plugin.actions.show_packages()
    plugin.actions.show_about()
    plugin.session.open_start_page()
    plugin.session.say("Something with a button", "warning", ("Do it", lambda: None))
    plugin.unload()
    assert _state(iface, qgis_app) == before
    assert iface.messages() == []


@pytest.mark.slow
def test_loading_twice_leaves_no_more_than_once(qgis_app: QgsApplication) -> None:
    iface = FakeIface()
    before = _state(iface, qgis_app)
    for _ in range(2):
        plugin = classFactory(iface)
        plugin.initGui()
        plugin.unload()
    assert _state(iface, qgis_app) == before


def test_everything_the_window_gets_has_a_name_of_ours(qgis_app: QgsApplication) -> None:
    iface = FakeIface()
    plugin = classFactory(iface)
    plugin.initGui()
    try:
        buttons = plugin.dock.widget().findChildren(QAbstractButton)
        assert [each for each in buttons if not each.objectName().startswith(("wn_", "qt_"))] == []
        actions = [
            each for each in plugin.actions.menu.actions() if not each.isSeparator() and each.menu() is None
        ]
        assert [each.text() for each in actions if not each.objectName().startswith("wn_")] == []
        assert all(each.toolTip() for each in actions)
    finally:
        plugin.unload()


def test_loads_without_a_window(qgis_app: QgsApplication) -> None:
    plugin = classFactory(None)
    plugin.initProcessing()
    try:
        provider = qgis_app.processingRegistry().providerById("waternet")
        assert "createnetwork" in {algorithm.name() for algorithm in provider.algorithms()}
    finally:
        plugin.unload()


def test_every_algorithm_has_texts_and_an_icon(qgis_app: QgsApplication) -> None:
    plugin = classFactory(None)
    plugin.initProcessing()
    try:
        for algorithm in qgis_app.processingRegistry().providerById("waternet").algorithms():
            assert algorithm.displayName() and algorithm.summary() and algorithm.group(), algorithm.name()
            assert Path(algorithm.svgIconPath()).exists(), algorithm.name()
            for definition in algorithm.parameterDefinitions():
                assert definition.help(), (algorithm.name(), definition.name())
    finally:
        plugin.unload()


@pytest.mark.slow
@pytest.mark.parametrize("gui", [True, False])
def test_starting_loads_nothing_heavy(plugin_dir: Path, gui: bool) -> None:
    tests = str(Path(__file__).parent.parent)
    script = START.format(plugins=str(plugin_dir.parent), tests=tests, gui=gui, heavy=HEAVY)
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert "HEAVY []" in answer.stdout
    assert int(answer.stdout.split("ALGORITHMS ")[1].split()[0]) >= 10


def test_packages_page_names_what_is_missing(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qgis.PyQt.QtWidgets import QPlainTextEdit

    from waternet_plugin import dependencies
    from waternet_plugin.gui.start.packages_page import PackagesPage

    found = dependencies.found_version
    monkeypatch.setattr(
        dependencies, "found_version", lambda name: "" if name == "geopandas" else found(name)
    )
    page = PackagesPage()
    assert "geopandas" in page.findChild(QPlainTextEdit, "wn_packages_command").toPlainText()
    page.deleteLater()


def test_an_algorithm_without_its_packages_explains_itself(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin import dependencies
    from waternet_plugin.processing.algorithms.network.createnetwork import CreateNetwork

    found = dependencies.found_version
    monkeypatch.setattr(dependencies, "found_version", lambda name: "" if name == "shapely" else found(name))
    able, sentence = CreateNetwork().canExecute()
    assert not able and "shapely" in sentence and "pip install" in sentence


def test_unloaded_at_once_it_greets_nobody(qgis_app: QgsApplication) -> None:
    iface = FakeIface()
    plugin = classFactory(iface)
    plugin.initGui()
    timer = part(plugin.session, "wn_greeting")
    plugin.unload()
    assert not timer.isActive()
