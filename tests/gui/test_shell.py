"""The plugin loads, shows its menu, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject
from qgis.PyQt.QtWidgets import QMainWindow

from waternet_plugin import classFactory

HEAVY = ("geopandas", "pandas", "scipy", "matplotlib", "networkx", "shapely", "pyarrow")

# A process of its own, since the tests themselves import everything.
START = """
import sys
sys.path.insert(0, {plugins!r})
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QMainWindow
app = QgsApplication([], True)
app.initQgis()
# From 3.40 on QGIS's own bindings load shapely: only what we add counts.
before = set(sys.modules)
from waternet_plugin import classFactory
window = QMainWindow()
window.menuBar().addMenu("Help")
iface = type("Iface", (), {{"mainWindow": lambda self: window}})() if {gui} else None
plugin = classFactory(iface)
plugin.initGui() if {gui} else plugin.initProcessing()
print("ALGORITHMS", len(QgsApplication.processingRegistry().providerById("waternet").algorithms()))
print("HEAVY", [name for name in {heavy!r} if name in sys.modules and name not in before])
sys.stdout.flush()
import os
os._exit(0)
"""


def _window() -> QMainWindow:
    window = QMainWindow()
    window.menuBar().addMenu("Help")
    return window


def _children(window: QMainWindow) -> int:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return len(window.findChildren(QObject))


def test_after_unloading_everything_is_as_before(qgis_app: QgsApplication) -> None:
    window = _window()
    before = _children(window)
    registry = qgis_app.processingRegistry()
    providers = len(registry.providers())
    plugin = classFactory(SimpleNamespace(mainWindow=lambda: window))
    plugin.initGui()
    assert [action.text() for action in window.menuBar().actions()] == ["WaterNet", "Help"]
    assert len(registry.providers()) == providers + 1
    plugin._menu.show_packages()
    plugin.unload()
    assert len(registry.providers()) == providers
    assert [action.text() for action in window.menuBar().actions()] == ["Help"]
    assert _children(window) == before


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


@pytest.mark.parametrize("gui", [True, False])
def test_starting_loads_nothing_heavy(plugin_dir: Path, gui: bool) -> None:
    script = START.format(plugins=str(plugin_dir.parent), gui=gui, heavy=HEAVY)
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert "HEAVY []" in answer.stdout
    assert int(answer.stdout.split("ALGORITHMS ")[1].split()[0]) >= 10


def test_packages_page_names_what_is_missing(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qgis.PyQt.QtWidgets import QLineEdit

    from waternet_plugin import dependencies
    from waternet_plugin.gui.packages_page import PackagesPage

    found = dependencies._found_version
    monkeypatch.setattr(
        dependencies, "_found_version", lambda name: "" if name == "geopandas" else found(name)
    )
    page = PackagesPage()
    assert "geopandas" in page.findChild(QLineEdit, "wn_packages_command").text()
    page.deleteLater()


def test_an_algorithm_without_its_packages_explains_itself(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin import dependencies
    from waternet_plugin.processing.algorithms.createnetwork import CreateNetwork

    found = dependencies._found_version
    monkeypatch.setattr(dependencies, "_found_version", lambda name: "" if name == "shapely" else found(name))
    able, sentence = CreateNetwork().canExecute()
    assert not able and "shapely" in sentence and "pip install" in sentence
