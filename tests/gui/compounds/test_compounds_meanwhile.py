"""What panes of compounds show while rows are deleted, layers closed and drawings not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle
from support.widgets import click, part, trigger

from waternet_plugin.gui.compounds import checklist_rows
from waternet_plugin.gui.panes.pane import open_pane
from waternet_plugin.gui.printing import print_choice
from waternet_plugin.gui.programmes.programme_pane import ProgrammePane
from waternet_plugin.operations.compounds.read_checklists import CheckedAsset, CheckedItem

NO_LAYER = "The project has no layer with these rows. Rebuild the project first."


def test_only_items_that_were_changed_are_marked_as_not_saved() -> None:
    cells = tuple(CheckedItem(item, "ticked", (), (), True) for item in ("mapped", "visits"))
    asset = CheckedAsset("XQ-01", 1, "XQ-01", cells)
    row = checklist_rows.row_of(asset, {"visits": False})
    assert (row["mapped"], row["visits"], row["state"]) == ("●", "…", "not saved")
    assert checklist_rows.row_of(asset, None)["state"] == "2 of 2"


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


@pytest.mark.slow
def test_a_tick_of_a_deleted_compound_is_not_in_the_way_of_the_others(
    plugin: Any, town: Any, until: Any
) -> None:
    trigger(plugin.dock, "wn_compounds_menu_checklists")
    pane = town.window("wn_checklists")
    until(lambda: pane.found is not None and town.is_idle, 60.0)
    first, second = pane.found.assets[:2]
    for asset in (first.asset, second.asset):
        pane.choose(asset)
        click(pane, "wn_checklists_item_surveyed")
    with town.network() as network, network.write("edit") as batch:
        batch.delete("compound", [first.asset])
    town.written("compound")
    until(lambda: first.asset not in {one.asset for one in pane.found.assets} and town.is_idle, 60.0)
    assert first.asset in town.iface.messages()[0] and "not saved are gone" in town.iface.messages()[0]
    click(pane, "wn_checklists_save")
    until(lambda: pane.found.assets[0].ticked == second.ticked ^ {"surveyed"}, 60.0)
    assert not pane.save_button.isEnabled()
    pane.close()


@pytest.mark.slow
def test_ticks_that_are_not_saved_wait_for_their_network(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_compounds_menu_checklists")
    pane = town.window("wn_checklists")
    until(lambda: pane.found is not None and town.is_idle, 60.0)
    path, asset, ticked = town.network_path, pane.found.assets[0].asset, pane.found.assets[0].ticked
    pane.choose(asset)
    click(pane, "wn_checklists_item_surveyed")
    QgsProject.instance().clear()
    until(lambda: not town.network_path, 60.0)
    assert town.iface.messages()[0].startswith("1 tick is not saved in the checklists of ")
    assert town.open_network(path)
    until(lambda: town.network_path == path and town.is_idle, 60.0)
    trigger(plugin.dock, "wn_compounds_menu_checklists")
    pane = town.window("wn_checklists")
    until(lambda: pane.found is not None and town.is_idle, 60.0)
    assert next(row for row in pane.assets.rows if row["asset"] == asset)["state"] == "not saved"
    click(pane, "wn_checklists_save")
    until(lambda: pane.found.assets[0].ticked == ticked ^ {"surveyed"}, 60.0)
    assert not any(town.unsaved_of(pane.NAME).values())
    pane.close()


@pytest.mark.slow
def test_rows_and_maps_say_that_their_layer_is_closed_and_work_once_it_is_back(
    plugin: Any, town: Any, until: Any
) -> None:
    trigger(plugin.dock, "wn_compounds_menu_checklists")
    checklists = town.window("wn_checklists")
    programme = open_pane(town, ProgrammePane)
    until(lambda: checklists.found is not None and programme.summary is not None and town.is_idle, 60.0)
    click(checklists, "wn_checklists_map")
    assert checklists.map_button.isChecked()
    layer = town.layer("compound")
    again, own = layer.clone(), layer.customProperty("waternet/layer")
    QgsProject.instance().removeMapLayer(layer)
    row = next(row for row in programme.items.rows if row["compound_id"])
    programme.items.picked.emit(row)
    assert town.iface.messages()[0] == NO_LAYER
    assert own is not None
    QgsProject.instance().addMapLayer(again)
    checklists.refresh()
    until(lambda: town.is_idle, 60.0)
    assert checklists.map.is_shown and again.renderer().categories()[0].label() == "0 of 7 items met"
    for shown in (checklists, programme):
        shown.close()


@pytest.mark.slow
def test_nothing_is_said_of_tanks_that_are_gone(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_compounds_menu_tanks")
    pane = town.window("wn_tanks")
    until(lambda: pane.shows_answer and town.is_idle, 60.0)
    assert pane.list.rows and pane.headline.text()
    with town.network() as network, network.write("edit") as batch:
        tanks = [row["node_id"] for row in pane.list.rows]
        batch.update("node", pd.DataFrame({"node_id": tanks, "status": "abandoned"}))
    town.written("node")
    until(lambda: not pane.shows_answer and town.is_idle, 60.0)
    assert "no tanks in use" in part(pane, "wn_tanks_said").text() and not pane.list.rows
    pane.close()


@pytest.mark.slow
def test_what_is_drawn_and_not_saved_has_no_id_to_be_named_by(town: Any, until: Any) -> None:
    programme = open_pane(town, ProgrammePane)
    until(lambda: programme.summary is not None and town.is_idle, 60.0)
    for name, wkt in (
        ("compound", QgsGeometry.fromRect(QgsRectangle(0, 0, 9, 9)).asWkt()),
        ("pipe", "LineString(0 0, 9 9)"),
    ):
        layer = town.layer(name)
        layer.startEditing()
        drawn = QgsFeature(layer.fields())
        drawn.setGeometry(QgsGeometry.fromWkt(wkt))
        layer.addFeature(drawn)
        layer.changeAttributeValue(drawn.id(), layer.fields().indexOf(f"{name}_id"), None)
        layer.selectByIds([drawn.id()])
        assert layer.selectedFeatureCount() == 1
    programme.items.clearSelection()
    programme.enter()
    assert town.iface.messages()[0] == "Choose compounds on the map, or rows of the table, first."
    with pytest.raises(Exception, match="No pipe is selected"):
        print_choice.selected_pipes(town)
    for name in ("compound", "pipe"):
        town.layer(name).rollBack()
    programme.close()
