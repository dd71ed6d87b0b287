"""Scenarios compared in a pane below the map; and the same scenario stored by two windows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QPushButton
from support.widgets import click

from waternet_plugin.operations.dma.stored_scenarios import read_scenario
from waternet_plugin.operations.dma.zone_scenarios import (
    StoreScenarioRequest,
    list_scenarios,
    store_scenario,
)


@pytest.fixture
def pane(plugin: Any, open_sample_town: Any, until: Any) -> Any:
    """The pane of metered areas on a copy of the sample town, with a new zone stored in "Plan A"."""
    open_sample_town()
    plugin.actions.tools.actions["dma"].trigger()
    made = plugin.session.window("wn_dma")
    until(lambda: made.is_listening, 60)
    assert made.model.click(free_pipes(made)[0])
    stored(made, until)
    return made


def free_pipes(pane: Any) -> list[int]:
    """Return pipes of drinking water that lie in no zone, the longest first."""
    drawing = pane.model.drawing
    free = (drawing.state.zone < 0) & drawing.network.counts & drawing.network.open
    length = drawing.network.graph.length_m
    return sorted((int(one) for one in free.nonzero()[0]), key=lambda one: -length[one])


def stored(pane: Any, until: Any) -> None:
    """Store what is drawn."""
    pane.scenario.save()
    until(lambda: not pane.model.is_unsaved, 60)


def answer(pane: Any, text: str) -> None:
    """Press a button of the question in the message bar."""
    item = pane.session.iface.messageBar().currentItem()
    next(each for each in item.findChildren(QPushButton) if each.text() == text).click()


@pytest.mark.slow
def test_a_scenario_is_compared_with_the_network_zone_by_zone(pane: Any, until: Any) -> None:
    pane.scenario_line.fill_menu()
    assert [action.text() for action in pane.scenario_line.menu.actions()] == ["Live"]
    pane.scenario_line.menu.actions()[0].trigger()
    window = pane.session.window("wn_comparison")
    until(lambda: window.result is not None, 60)
    first = window.zones.rows[0]
    assert (first["name"], first["state"]) == ("DMA-4", "new")
    drawn = pane.model.figures()
    assert first["pipes"].text == f"0 → {drawn.pipes}"
    assert first["open"].text == f"0 → {drawn.open_crossings}"
    assert {row["state"] for row in window.zones.rows[1:]} == {"same"}
    move = window.moves.rows[0]
    assert (move["before"], move["after"], move["pipes"]) == ("outside", "DMA-4", drawn.pipes)
    assert window.headline.text().startswith(f"{drawn.pipes} pipe")
    # On the map the new zone is as wide as nothing else.
    wide = [line for line in pane.overlay.lines if line.width == 8]
    assert [line.colour for line in wide] == [first["colour"]]
    canvas = pane.session.iface.mapCanvas()
    before = canvas.extent()
    window.zones.picked.emit(first)
    assert canvas.extent() != before
    click(window, "wn_comparison_swap")
    until(lambda: window.zones.rows and window.zones.rows[0]["state"] == "gone", 60)
    wide = [line for line in pane.overlay.lines if line.width == 8]
    dashed = [line for line in pane.overlay.lines if line.is_dashed]
    assert [line.colour for line in dashed] == [first["colour"]] and wide[0].colour != first["colour"]
    window.after_box.setCurrentIndex(window.before_box.currentIndex())
    window.start()
    assert "different" in window.note.text() and not window.zones.rows
    window.close()
    assert not [line for line in pane.overlay.lines if line.width == 8]


@pytest.mark.slow
def test_what_changed_in_the_network_since_is_listed(pane: Any, until: Any) -> None:
    import pandas as pd

    network = pane.model.drawing.network
    pipe = str(network.graph.pipe_id[pane.model.drawing.changed_pipes()[0]])
    with pane.session.network() as live, live.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [pipe], "street": ["elsewhere"]}))
    pane.tasks.compare("")
    window = pane.session.window("wn_comparison")
    until(lambda: window.result is not None, 60)
    assert [row["asset"] for row in window.changed.rows] == [pipe]
    assert pipe in window.note.text()
    assert window.tabs.isTabVisible(3)
    window.close()


@pytest.mark.slow
def test_who_stores_second_is_told_and_keeps_the_drawing(pane: Any, until: Any) -> None:
    scenario = pane.scenario.scenario_id
    with pane.session.network() as other:
        theirs = read_scenario(other, scenario)
        theirs = replace(theirs, pipes=dict(list(theirs.pipes.items())[1:]))
        store_scenario(other, StoreScenarioRequest(theirs, "Plan A", scenario))
    pane.model.click(free_pipes(pane)[0])
    mine = pane.model.figures()
    pane.scenario.save()
    bar = pane.session.iface.messageBar()
    until(lambda: bar.currentItem() is not None and "another window" in bar.currentItem().text(), 60)
    assert pane.model.is_unsaved
    answer(pane, "Keep mine as a new scenario")
    until(lambda: not pane.model.is_unsaved, 60)
    assert pane.scenario_box.currentText() == "Plan A (2)"
    with pane.session.network() as network:
        heads = list_scenarios(network)
        assert [head.name for head in heads] == ["Plan A", "Plan A (2)"]
        assert read_scenario(network, scenario) == theirs
        assert len(read_scenario(network, heads[1].scenario_id).pipes) == mine.pipes


@pytest.mark.slow
def test_a_scenario_that_another_window_stored_is_not_adopted_unseen(pane: Any, until: Any) -> None:
    scenario = pane.scenario.scenario_id
    with pane.session.network() as other:
        theirs = replace(read_scenario(other, scenario), devices=())
        theirs = replace(theirs, pipes=dict(list(theirs.pipes.items())[:1]))
        store_scenario(other, StoreScenarioRequest(theirs, "Plan A", scenario))
    pane.adopt()
    bar = pane.session.iface.messageBar()
    until(lambda: bar.currentItem() is not None and "another window" in bar.currentItem().text(), 60)
    answer(pane, "Show what is stored")
    until(lambda: pane.model.is_ready and len(pane.model.drawing.changed_pipes()) == 1, 60)
    pane.adopt()
    until(lambda: pane.scenario.is_live, 60)
