"""Entries of the section's menu: outfalls with what drains to them, checklists that are ticked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from osgeo import ogr
from qgis.PyQt.QtWidgets import QFileDialog
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
    assert "1 of high risk" in pane.headline.text() and not pane.order_button.isEnabled()
    # The riskiest is the first: the overflow of the old centre.
    first = pane.rows[0]
    assert first["is_high"] and [row["risk"] for row in pane.rows[:4]] == ["High", "Medium", "Low", "Low"]
    pane.choose(first["node_id"])
    until(lambda: pane.trace is not None and pane.trace.node_id == first["node_id"], 60.0)
    assert len(pane.trace.compounds) == first["compounds"] == 4
    assert pane.trace.users == first["users"] > 50
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
    assert [row["state"] for row in pane.assets.rows[:3]] == [
        "not saved",
        "not saved",
        f"{pane.found.assets[2].met} of 7",
    ]
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


@pytest.mark.slow
def test_a_checklist_is_a_matrix_on_the_map_in_a_workbook_and_in_orders(
    plugin: Any, town: Any, until: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger(plugin.dock, "wn_compounds_menu_checklists")
    pane = town.window("wn_checklists")
    until(lambda: pane.found is not None and town.is_idle, 60.0)
    rows = pane.assets.rows
    signs = {row[item] for row in rows for item, _label in pane.found.items}
    assert {"✓", "×", "?"} <= signs
    blocked = next(one for one in pane.found.assets if any(cell.blocked_by for cell in one.cells))
    pane.choose(blocked.asset)
    cell = next(cell for cell in blocked.cells if cell.blocked_by)
    assert cell.state == "no" and cell.blocked_by[0] in text(pane, "wn_checklists_note")
    assert not part(pane, f"wn_checklists_item_{cell.item}").isEnabled()
    # On the map by how many items are met, and back.
    layer = town.layer("compound")
    own = layer.renderer().dump()
    click(pane, "wn_checklists_map")
    labels = [one.label() for one in layer.renderer().categories()]
    assert labels[0] == "0 of 7 items met" and labels[7] == "7 of 7 items met"
    # Another list is another map; of points there is none.
    pane.lists.choose("model")
    pane._change_list()
    until(lambda: pane.found.list == "model" and town.is_idle, 60.0)
    assert [one.label() for one in layer.renderer().categories()][4] == "4 of 4 items met"
    pane.lists.choose("intake_point")
    pane._change_list()
    until(lambda: pane.found.list == "intake_point" and town.is_idle, 60.0)
    assert layer.renderer().dump() == own and not pane.map_button.isEnabled()
    pane.lists.choose("zero_discharge")
    pane._change_list()
    until(lambda: pane.found.list == "zero_discharge" and town.is_idle, 60.0)
    # What blocks is ordered by one click.
    pane.choose(blocked.asset)
    with town.network() as network:
        before = network.count("work_item")
    click(pane, "wn_checklists_order")
    until(lambda: town.is_idle, 60.0)
    with town.network() as network:
        made = network.read("work_item", ["compound_id", "note", "asset"], geometry=False)
    new = made.iloc[before:]
    assert set(new["compound_id"]) == {blocked.asset} and cell.assets[0] in set(new["asset"])
    target = tmp_path / "list.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    click(pane, "wn_checklists_xlsx")
    until(lambda: target.is_file() and town.is_idle, 60.0)
    book = ogr.Open(str(target))
    sheet = book.GetLayer(0)
    assert sheet.GetFeatureCount() == 34
    headings = [sheet.GetLayerDefn().GetFieldDefn(place).GetName() for place in range(9)]
    assert headings[2:] == [label for _item, label in pane.found.items]
    pane.close()
