"""The dock's section DMA, findings of a check, proposals side by side, on the sample town."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.widgets import button, click, note, part, section, trigger


@pytest.fixture
def town(open_sample_town: Any) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


@pytest.mark.slow
def test_the_section_counts_valid_zones_and_checks_them(plugin: Any, town: Any, until: Any) -> None:
    dma = section(plugin, "dma")
    # The town opens checked.
    until(lambda: dma.figure.text() == "1 of 3 valid")
    assert "2 not valid" in note(dma)
    assert dma.dot.letter == "×"
    button(dma).click()
    until(lambda: town.window("wn_dma") is not None and town.window("wn_dma").findings.rows, 60)
    pane = town.window("wn_dma")
    codes = {row["code"] for row in pane.findings.rows}
    assert {"T1", "T2", "D2"} <= codes
    told = town.iface.messageBar().currentItem().text()
    assert "Confirmed by NetworkX" in told and ": 3 of 3 areas." in told
    until(lambda: pane.zones.rows, 60)
    assert [row["state"][:1] for row in pane.zones.rows] == ["×", "×", "✓"]


@pytest.mark.slow
def test_the_unmetered_way_of_a_finding_is_drawn(plugin: Any, town: Any, until: Any) -> None:
    plugin.actions.tools.actions["dma"].trigger()
    pane = town.window("wn_dma")
    until(lambda: pane.is_listening, 60)
    click(pane, "wn_dma_check")
    until(lambda: pane.findings.rows, 60)
    lines = len(pane.overlay.lines)
    way = next(row for row in pane.findings.rows if row["rule_id"] == "dma_unmetered_way")
    pane.findings.picked.emit(way)
    assert len(pane.overlay.lines) == lines + 1
    assert pane.overlay.lines[-1].is_dashed
    # The next gesture, or another choice, shows the drawing alone.
    pane.show_drawing()
    assert len(pane.overlay.lines) == lines


@pytest.mark.slow
def test_a_proposal_is_compared_shown_and_kept(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_dma_menu_propose")
    window, pane = town.window("wn_proposals"), town.window("wn_dma")
    until(lambda: pane.model.ground is not None, 60)
    click(window, "wn_proposals_start")
    until(lambda: len(window.cards) == 3, 60)
    first = {line.colour for line in pane.overlay.lines}
    assert len(first) == window.proposals.options.count
    window.cards["most_even"].picked.emit("most_even")
    assert len(pane.overlay.lines) == window.proposals.options.count
    click(window.cards["most_even"], "wn_proposal_most_even_keep")
    until(lambda: pane.scenario.name.startswith("Proposal: 4 zones"), 60)
    drawn = {row["name"].lstrip("▸ "): row["km"] for row in pane.zones.rows if row["km"]}
    assert len(drawn) >= 4
    with town.network() as network:
        assert len(network.read("zone_scenario", ["scenario_id"])) == 1
        assert set(network.read("pipe", ["dma_id"])["dma_id"].dropna()) == {"DMA-1", "DMA-2", "DMA-3"}


@pytest.mark.slow
def test_a_drawn_zone_is_checked_adopted_as_one_batch_and_undone(town: Any, until: Any, plugin: Any) -> None:
    plugin.actions.tools.actions["dma"].trigger()
    pane = town.window("wn_dma")
    until(lambda: pane.is_listening, 60)
    drawing = pane.model.drawing
    free = np.flatnonzero(drawing.network.counts & (drawing.state.zone < 0))
    assert pane.model.click(int(free[0]))
    drawn = set(drawing.network.graph.pipe_id[drawing.pipes_of(pane.model.zone)])
    assert not live(town, "DMA-4")
    click(pane, "wn_dma_check")
    until(lambda: pane.model.verdicts.get("DMA-4") == "not_valid", 60)
    assert "DMA-4" in {row["zone_id"] for row in pane.findings.rows}
    click(pane, "wn_dma_adopt")
    until(lambda: live(town, "DMA-4") == drawn, 60)
    until(lambda: pane.scenario.is_live and pane.model.is_ready and not pane.model.is_unsaved, 60)
    assert "DMA-4" in {row["name"].lstrip("▸ ") for row in pane.zones.rows}
    with town.network() as network:
        assert list(network.read("zone_scenario", ["state"])["state"]) == ["adopted"]
        assert not network.read("zone", ["zone_id"], ids=["DMA-4"]).geometry.is_empty.any()
        network.undo()
    assert not live(town, "DMA-4")


def live(session: Any, zone: str) -> set[str]:
    """Return the pipes that lie in a zone in the file."""
    with session.network() as network:
        return set(network.read("pipe", ["pipe_id"], where={"dma_id": zone}, geometry=False)["pipe_id"])


@pytest.mark.slow
def test_the_first_zone_shows_its_boundary_and_the_test_needs_a_zone(
    town: Any, until: Any, plugin: Any
) -> None:
    plugin.actions.tools.actions["dma"].trigger()
    pane = town.window("wn_dma")
    until(lambda: pane.is_listening, 60)
    pane.model.choose(2)
    assert {row["word"] for row in pane.boundary.rows} >= {"Inlet"}
    assert pane.model.figures().open_crossings == 0
    part(pane, "wn_dma_test")
    pane.model.choose(-1)
    pane.tasks.plan_test()
    assert "Choose a zone" in town.iface.messageBar().currentItem().text()
