"""Finding in QGIS's locator and in the panel: typed, zoomed to, marked; taken away with the plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsLocatorContext, QgsLocatorResult, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from support.tool_town import open_town


@pytest.fixture
def opened(plugin: Any, open_tool_town: Any) -> Any:
    open_tool_town()
    plugin.dock.show()
    return plugin


def listed(box: Any) -> list[str]:
    return [box.list.item(row).text() for row in range(box.list.count())]


def fetched(iface: Any, text: str, until: Any) -> list[Any]:
    """Type in the locator and return what it offers."""
    results: list[Any] = []

    def take(result: Any) -> None:
        # QGIS's own list copies it, too: the one that is handed over goes.
        results.append(QgsLocatorResult(result))

    iface.locator.foundResult.connect(take)
    iface.locator.fetchResults(text, QgsLocatorContext())
    until(lambda: not iface.locator.isRunning())
    # What a thread has found is handed over a moment later.
    QTest.qWait(300)
    iface.locator.foundResult.disconnect(take)
    return results


@pytest.mark.slow
def test_the_panel_finds_while_one_types(opened: Any, until: Any) -> None:
    box = opened.dock.search
    QTest.keyClicks(box.line, "p4")
    until(lambda: box.list.count() and not box.list.isHidden())
    assert listed(box)[0].startswith("p4\nPipe")
    canvas = opened.session.iface.mapCanvas()
    before = canvas.extent()
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    until(lambda: not opened.dock.finding.overlay.is_empty)
    assert canvas.extent() != before
    assert canvas.extent().contains(500350, 3000000)
    # Esc clears line, list and mark.
    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert box.line.text() == "" and box.list.isHidden() and opened.dock.finding.overlay.is_empty


@pytest.mark.slow
def test_arrows_walk_the_list(opened: Any, until: Any) -> None:
    box = opened.dock.search
    QTest.keyClicks(box.line, "V")
    until(lambda: box.list.count() >= 4)
    QTest.keyClick(box.line, Qt.Key.Key_Down)
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    until(lambda: not opened.dock.finding.overlay.is_empty)
    assert [mark.text for mark in opened.dock.finding.overlay.marks] == [""]
    assert box.list.currentRow() == 1


@pytest.mark.slow
def test_nothing_found_is_said(opened: Any, until: Any) -> None:
    box = opened.dock.search
    QTest.keyClicks(box.line, "zzz")
    until(lambda: not box.note.isHidden())
    assert "Nothing in the network has this name" in box.note.text() and box.list.isHidden()


@pytest.mark.slow
def test_nothing_of_project_and_selection_changes(opened: Any, until: Any) -> None:
    project = QgsProject.instance()
    project.setDirty(False)
    layer = opened.session.layer("pipe")
    layer.selectByIds([1])
    box = opened.dock.search
    QTest.keyClicks(box.line, "d1")
    until(box.list.count)
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    until(lambda: not opened.dock.finding.overlay.is_empty)
    assert layer.selectedFeatureIds() == [1] and not project.isDirty()


@pytest.mark.slow
def test_customers_and_streets_are_shown_too(opened: Any, until: Any) -> None:
    finding = opened.dock.finding
    for text in ("c4", "p4"):
        finding.clear()
        finding.show(finding.finder().find(text)[0])
        until(lambda: not finding.overlay.is_empty)
    assert not opened.session.iface.messages()


@pytest.mark.slow
def test_the_locator_finds_and_shows(opened: Any, iface: Any, until: Any) -> None:
    results = fetched(iface, "p4", until)
    ours = [one for one in results if one.displayString == "p4"]
    assert len(ours) == 1 and ours[0].description.startswith("Pipe")
    ours[0].filter.triggerResult(ours[0])
    until(lambda: not opened.dock.finding.overlay.is_empty)
    assert iface.mapCanvas().extent().contains(500350, 3000000)


def test_the_locator_is_quiet_without_a_network(plugin: Any, iface: Any, until: Any) -> None:
    assert fetched(iface, "p4", until) == []


@pytest.mark.slow
def test_the_locator_speaks_the_language(opened: Any, iface: Any) -> None:
    (ours,) = [one for one in iface.locator.filters() if one.name() == "waternet"]
    assert len(ours.prefix()) >= 3 and "WaterNet" in ours.displayName()
    assert ours.useWithoutPrefix()


@pytest.mark.slow
def test_unloading_takes_the_filter_away(iface: Any, tool_town: Path, tmp_path: Path, until: Any) -> None:
    from waternet_plugin import classFactory

    loaded = classFactory(iface)
    loaded.initGui()
    open_town(loaded, tool_town, tmp_path)
    overlay = loaded.dock.finding.overlay
    loaded.dock.finding.show(loaded.dock.finding.finder().find("p4")[0])
    until(lambda: not overlay.is_empty)
    iface.locator.fetchResults("V", QgsLocatorContext())
    loaded.unload()
    assert iface.locator.filters() == []
    assert overlay.is_empty
