"""A burst clicked on the map: valves to close on the map and in the list, broken ones, ones in thought."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QApplication, QDockWidget
from support.tool_town import clicked_at, open_town
from support.widgets import click, part, text


@pytest.fixture
def burst_pane(plugin: Any, open_tool_town: Any) -> Any:
    """The pane of the burst, open on a copy of the town, its tool in hand."""
    open_tool_town()
    plugin.actions.tools.actions["burst"].trigger()
    return plugin.session.window("wn_burst")


def answered(pane: Any, until: Any, place: QgsPointXY) -> Any:
    """Click a place and return the answer."""
    before = pane.answer
    clicked_at(pane, place)
    until(lambda: pane.answer is not before)
    return pane.answer


P4 = QgsPointXY(500350, 3000000.4)


def rows_of(pane: Any) -> list[tuple[str, str]]:
    """Return id and role of the listed valves."""
    return [(row["node_id"], row["role"]) for row in listed(pane)]


def listed(pane: Any) -> list[dict[str, Any]]:
    tree = pane.valves
    return [
        tree.topLevelItem(place).data(0, Qt.ItemDataRole.UserRole)
        for place in range(tree.topLevelItemCount())
    ]


@pytest.mark.slow
def test_the_action_takes_the_tool_and_gives_it_back(burst_pane: Any, plugin: Any, until: Any) -> None:
    action = plugin.actions.tools.actions["burst"]
    assert burst_pane.is_listening and action.isChecked()
    assert "Ctrl+Alt+B" in action.toolTip()
    action.trigger()
    assert not burst_pane.is_listening and not action.isChecked()


@pytest.mark.slow
def test_a_click_shows_valves_and_customers(burst_pane: Any, until: Any) -> None:
    answer = answered(burst_pane, until, P4)
    assert answer.question.pipe_id == "p4"
    assert rows_of(burst_pane) == [("V2", "close"), ("V3", "close"), ("V4", "open_to_feed")]
    assert [row["number"] for row in listed(burst_pane)] == [1, 2, 3]
    assert burst_pane.headline.text().startswith("2 to close")
    assert "Hydraulics not checked" in burst_pane.prose.toPlainText()
    texts = [mark.text for mark in burst_pane.overlay.marks]
    assert {"1", "2", "3", "×", "!"} <= set(texts)
    assert len(burst_pane.overlay.lines) == 3


@pytest.mark.slow
def test_an_edit_while_a_burst_is_asked_for_does_not_bring_the_last_one_back(
    burst_pane: Any, until: Any
) -> None:
    before = answered(burst_pane, until, P4)
    clicked_at(burst_pane, QgsPointXY(500460, 3000000))
    # As the session's word of an edit comes through, which settles while the question runs.
    burst_pane._settle.timeout.emit()
    until(lambda: burst_pane.answer is not before)
    assert burst_pane.question.pipe_id == "p5"


@pytest.mark.slow
def test_nothing_of_it_is_in_the_project(burst_pane: Any, plugin: Any, until: Any) -> None:
    project = QgsProject.instance()
    layers, dirty = set(project.mapLayers()), project.isDirty()
    layer = plugin.session.layer("pipe")
    layer.selectByIds([next(layer.getFeatures()).id()])
    current, crs = plugin.session.iface.activeLayer(), project.crs()
    answered(burst_pane, until, P4)
    assert set(project.mapLayers()) == layers and project.isDirty() == dirty
    assert plugin.session.iface.activeLayer() is current and project.crs() == crs
    assert layer.selectedFeatureCount() == 1


@pytest.mark.slow
def test_a_broken_valve_moves_the_border_and_can_be_taken_back(burst_pane: Any, until: Any) -> None:
    before = answered(burst_pane, until, P4)
    item = burst_pane.valves.topLevelItem(0)
    item.setCheckState(2, Qt.CheckState.Checked)
    until(lambda: burst_pane.answer is not before)
    assert burst_pane.question.failed == ("V2",)
    assert ("V1", "instead") in rows_of(burst_pane) and ("V2", "broken") in rows_of(burst_pane)
    before = burst_pane.answer
    place = rows_of(burst_pane).index(("V2", "broken"))
    burst_pane.valves.topLevelItem(place).setCheckState(2, Qt.CheckState.Unchecked)
    until(lambda: burst_pane.answer is not before)
    assert rows_of(burst_pane)[0] == ("V2", "close")


@pytest.mark.slow
def test_a_valve_in_thought_spares_customers(burst_pane: Any, until: Any) -> None:
    answered(burst_pane, until, P4)
    burst_pane.think(True)
    answer = answered(burst_pane, until, QgsPointXY(500460, 3000000))
    assert answer.question.what_if == ("p5",) and answer.question.pipe_id == "p4"
    assert "p5" in burst_pane.prose.toPlainText()
    again = answered_by_link(burst_pane, until, "thought:p5")
    assert again.question.what_if == ()


def answered_by_link(pane: Any, until: Any, link: str) -> Any:
    from qgis.PyQt.QtCore import QUrl

    before = pane.answer
    pane.prose.anchorClicked.emit(QUrl(link))
    until(lambda: pane.answer is not before)
    return pane.answer


@pytest.mark.slow
def test_far_from_every_pipe_one_sentence_is_said(burst_pane: Any, plugin: Any) -> None:
    clicked_at(burst_pane, QgsPointXY(500350, 3000900))
    assert "There is no pipe there" in plugin.session.iface.messages()[0]
    assert not burst_pane.shows_answer


@pytest.mark.slow
def test_an_abandoned_pipe_is_named(burst_pane: Any, until: Any) -> None:
    clicked_at(burst_pane, QgsPointXY(500250, 2999900))
    until(part(burst_pane, "wn_burst_said").text)
    assert "old" in text(burst_pane, "wn_burst_said") and "not in use" in text(burst_pane, "wn_burst_said")
    assert not burst_pane.shows_answer


@pytest.mark.slow
def test_an_edit_is_followed(burst_pane: Any, plugin: Any, until: Any) -> None:
    before = answered(burst_pane, until, P4)
    from waternet_plugin import store

    with store.open_network(plugin.session.network_path) as network:
        nodes = network.read("node", ["node_id", "valve_state"], ids=["V4"], geometry=False)
        with network.write("edit") as batch:
            batch.update("node", nodes.assign(valve_state="open"))
    plugin.session.written("node")
    # The pane may have been asked again just before the write: the answer that follows it counts.
    until(lambda: burst_pane.answer is not before and ("V4", "open_to_feed") not in rows_of(burst_pane))


@pytest.mark.slow
def test_clear_and_close_leave_the_map_as_it_was(burst_pane: Any, plugin: Any, until: Any) -> None:
    canvas = plugin.session.iface.mapCanvas()
    items = len(canvas.scene().items())
    answered(burst_pane, until, P4)
    assert len(canvas.scene().items()) > items
    burst_pane.clear()
    assert burst_pane.overlay.is_empty and not burst_pane.shows_answer
    assert len(canvas.scene().items()) <= items
    burst_pane.close()
    assert burst_pane.tool is None and canvas.mapTool() is None


@pytest.mark.slow
def test_papers_come_from_the_algorithm(
    burst_pane: Any, tmp_path: Path, until: Any, monkeypatch: Any
) -> None:
    from waternet_plugin.gui.panes import file_dialogs

    answered(burst_pane, until, P4)
    for name, button in (("order.pdf", "wn_burst_order"), ("notices.xlsx", "wn_burst_notices")):
        target = tmp_path / name
        monkeypatch.setattr(
            file_dialogs.QFileDialog, "getSaveFileName", lambda *_args, target=target: (str(target), "")
        )
        click(burst_pane, button)
        until(target.exists)
        until(lambda: not burst_pane.session.running)
    assert (tmp_path / "order.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_a_burst_is_kept_as_a_shutoff(burst_pane: Any, until: Any) -> None:
    answered(burst_pane, until, P4)
    click(burst_pane, "wn_burst_shutoff")
    until(lambda: not burst_pane.session.running)
    with burst_pane.session.network() as network:
        rows = network.read("shutoff", geometry=False)
    assert rows[["pipe_id", "valves", "state"]].to_numpy().tolist() == [["p4", "V2;V3", "running"]]


@pytest.mark.slow
def test_the_algorithm_asks_the_network_that_the_pane_keeps(
    burst_pane: Any, tmp_path: Path, until: Any, monkeypatch: Any
) -> None:
    from waternet_plugin.core.network.model import graph
    from waternet_plugin.gui.panes import file_dialogs

    answered(burst_pane, until, P4)
    monkeypatch.setattr(graph, "build_graph", None)
    target = tmp_path / "order.pdf"
    monkeypatch.setattr(file_dialogs.QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    click(burst_pane, "wn_burst_order")
    until(target.exists)
    until(lambda: not burst_pane.session.running)


@pytest.mark.slow
def test_kept_as_layers_below_results(burst_pane: Any, until: Any) -> None:
    answered(burst_pane, until, P4)
    part(burst_pane, "wn_burst_keep").trigger()
    project = QgsProject.instance()
    kept = lambda: [one for one in project.mapLayers().values() if one.customProperty("waternet/trace")]  # noqa: E731
    until(lambda: len(kept()) == 3)
    assert all(layer.readOnly() and layer.isValid() for layer in kept())
    group = project.layerTreeRoot().findLayer(kept()[0].id()).parent()
    assert group.parent().customProperty("waternet/group") == "results"


def pressed(pane: Any, key: Any) -> None:
    canvas = pane.session.iface.mapCanvas()
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        QApplication.sendEvent(canvas, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


@pytest.mark.slow
def test_escape_leaves_the_tool(burst_pane: Any, plugin: Any) -> None:
    pressed(burst_pane, Qt.Key.Key_Escape)
    assert not burst_pane.is_listening and not plugin.actions.tools.actions["burst"].isChecked()


def test_help_opens_at_the_topic(burst_pane: Any, plugin: Any, monkeypatch: Any) -> None:
    asked: list[str] = []
    monkeypatch.setattr(plugin.session, "help", asked.append)
    pressed(burst_pane, Qt.Key.Key_F1)
    assert asked == ["burst"] and burst_pane.is_listening


def test_a_question_can_be_cancelled(burst_pane: Any, until: Any, monkeypatch: Any) -> None:
    from waternet_plugin.gui.network.bursts import burst

    def endless(_kept: Any, _question: Any, progress: Any) -> None:
        while True:
            progress.at(0.5)
            time.sleep(0.01)

    monkeypatch.setattr(burst, "ask", endless)
    clicked_at(burst_pane, P4)
    until(lambda: not part(burst_pane, "wn_burst_cancel").isHidden())
    click(burst_pane, "wn_burst_cancel")
    began = time.monotonic()
    until(part(burst_pane, "wn_burst_progress").isHidden)
    assert time.monotonic() - began < 2.0
    assert not burst_pane.shows_answer and text(burst_pane, "wn_burst_said") == ""


@pytest.mark.slow
def test_after_unloading_nothing_is_left(iface: Any, tool_town: Path, tmp_path: Path, until: Any) -> None:
    from waternet_plugin import classFactory, language
    from waternet_plugin.gui.network import shared_network

    items = len(iface.mapCanvas().scene().items())
    plugin = classFactory(iface)
    language.install("en")
    plugin.initGui()
    open_town(plugin, tool_town, tmp_path)
    session = plugin.session
    for key in ("burst", "trace"):
        plugin.actions.tools.actions[key].trigger()
        pane = session.window(f"wn_{key}")
        clicked_at(pane, P4)
        until(lambda pane=pane: pane.answer is not None)
    plugin.unload()
    # Lets go what was to be deleted.
    iface.children()
    assert not [one for one in iface.window.findChildren(QObject) if one.objectName().startswith("wn_")]
    assert not iface.window.findChildren(QDockWidget)
    assert len(iface.mapCanvas().scene().items()) == items
    assert iface.mapCanvas().mapTool() is None and session not in shared_network._live


@pytest.mark.slow
def test_a_planned_closing_is_kept_and_overlaps_are_told_before_a_paper(
    burst_pane: Any, tmp_path: Path, until: Any, monkeypatch: Any
) -> None:
    from waternet_plugin.gui.panes import file_dialogs

    said: list[str] = []
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr(burst_pane.session, "say", lambda text, *_more: said.append(text))
    monkeypatch.setattr(
        burst_pane.session,
        "ask",
        lambda text, *actions: asked.append((text, actions[0][1])) or (lambda: None),
    )
    answered(burst_pane, until, P4)
    click(burst_pane, "wn_burst_planned")
    first, last = (part(burst_pane, f"wn_burst_closing_{name}") for name in ("from", "to"))
    for start, end, why in (
        ("", "", "when the shut-off begins"),
        ("2099-05-04 12:00", "2099-05-04 11:00", "ends before it begins"),
        ("soon", "", "not a valid time"),
    ):
        first.setText(start)
        last.setText(end)
        click(burst_pane, "wn_burst_closing_keep")
        until(lambda: why in text(burst_pane, "wn_burst_closing_error"))  # noqa: B023 (called at once)
    first.setText("2099-05-04 09:00")
    last.setText("2099-05-04 12:00")
    click(burst_pane, "wn_burst_closing_keep")
    until(lambda: any("is kept" in one for one in said))
    assert not burst_pane.closing.isVisible()
    with burst_pane.session.network() as network:
        rows = network.read("shutoff", geometry=False)
        # Another one of the same hours, in the same segment.
        with network.write("edit") as batch:
            batch.insert("shutoff", rows.assign(shutoff_id="OTHER", pipe_id="p5"))
    assert rows[["kind", "state"]].to_numpy().tolist() == [["planned", "planned"]]
    target = tmp_path / "order.pdf"
    monkeypatch.setattr(file_dialogs.QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    click(burst_pane, "wn_burst_order")
    until(lambda: bool(asked))
    assert "OTHER" in asked[0][0] and not target.exists()
    asked[0][1]()
    until(target.exists)
    until(lambda: not burst_pane.session.running)
