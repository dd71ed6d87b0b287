"""Entries of the section's menu: outfalls with what drains to them, checklists that are ticked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.widgets import click, part, text, trigger


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


@pytest.mark.slow
def test_an_outfall_is_followed_up_to_compounds_and_users(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_compounds_menu_outfalls")
    pane = town.window("wn_outfalls")
    until(lambda: pane.rows and town.is_idle, 60.0)
    assert "outfall" in pane.headline.text() and not pane.order_button.isEnabled()
    names = [row["node_id"] for row in pane.rows]
    for name in names:
        pane.choose(name)
        until(lambda name=name: pane.trace is not None and pane.trace.node_id == name, 60.0)
        if pane.trace.users and pane.trace.compounds:
            break
    assert pane.trace.users and pane.trace.compounds
    assert str(pane.trace.users) in text(pane, "wn_outfalls_card")
    assert pane.overlay.areas and pane.overlay.lines
    # From there to the trace with its list and profile.
    trigger(pane, "wn_outfalls_trace")
    trace = town.window("wn_trace")
    until(lambda: trace.answer is not None and town.is_idle, 60.0)
    assert trace.answer.question.start == f"node:{pane.trace.node_id}"
    assert trace.answer.figures["length_m"] == pytest.approx(pane.trace.length_m, rel=1e-3)
    trace.close()
    pane.close()


@pytest.mark.slow
def test_a_checklist_is_ticked_saved_and_kept(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_compounds_menu_checklists")
    pane = town.window("wn_checklists")
    until(lambda: pane.found is not None and town.is_idle, 60.0)
    assert len(pane.found.assets) == 34 and not pane.save_button.isEnabled()
    asset = pane.found.assets[0].asset
    pane.choose(asset)
    before = pane.found.assets[0].ticked
    click(pane, "wn_checklists_item_surveyed")
    # Ticks stay with their asset while another one is ticked; both are saved at once.
    other = pane.found.assets[1]
    pane.choose(other.asset)
    click(pane, "wn_checklists_item_surveyed")
    assert [row["state"] for row in pane.assets.rows[:3]] == ["not saved", "not saved", ""]
    pane.choose(asset)
    assert part(pane, "wn_checklists_item_surveyed").isChecked() == ("surveyed" not in before)
    click(pane, "wn_checklists_save")
    until(lambda: pane.found.assets[0].ticked == before ^ {"surveyed"}, 60.0)
    assert pane.found.assets[1].ticked == other.ticked ^ {"surveyed"}
    assert not pane.save_button.isEnabled()
    # The menu's other entry leads to the intake points, of which this town has none.
    trigger(plugin.dock, "wn_compounds_menu_intake")
    until(lambda: pane.found.list == "intake_point" and town.is_idle, 60.0)
    assert pane.found.assets or "nothing" in text(pane, "wn_checklists_note")
    pane.close()
