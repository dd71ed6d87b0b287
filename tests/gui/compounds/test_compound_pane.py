"""The section and the pane of compounds on the sample town: what is due, one click in a compound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsPointXY
from support.widgets import click, part, section, text, trigger

from waternet_plugin.core.months import month_of
from waternet_plugin.gui.compounds.compound_lines import ORDERS


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


def _inside(session: Any, compound_id: str) -> QgsPointXY:
    """Return a place in a compound."""
    features = session.layer("compound").getFeatures()
    feature = next(one for one in features if one["compound_id"] == compound_id)
    return feature.geometry().pointOnSurface().asPoint()


@pytest.mark.slow
def test_a_click_in_a_compound_tells_what_is_due(plugin: Any, town: Any, until: Any) -> None:
    found = section(plugin, "compounds")
    until(lambda: found.needs is not None and town.is_idle, 60.0)
    assert "34" in found.figure.text() and found.has_data
    # Tanks are scheduled: nothing has to be computed first.
    assert found.needs.tanks_overdue and found.needs.rows
    # One click from the figure to what is due.
    found.figure.click()
    pane = town.window("wn_compounds")
    until(lambda: pane.shows_answer and town.is_idle, 60.0)
    assert pane.needs.compounds == 34
    assert [row["misconnections"] for row in pane.needs.rows if row["misconnections"]] == [1, 1]
    assert pane.is_listening and not pane.card.isVisible()
    wrong = next(row for row in pane.needs.rows if row["misconnections"])
    pane.tool.pick_at(_inside(town, wrong["compound_id"]))
    until(lambda: pane.state is not None and town.is_idle, 60.0)
    assert pane.state.compound_id == wrong["compound_id"]
    assert text(pane, "wn_compounds_title") == pane.state.name
    assert pane.state.grid in text(pane, "wn_compounds_heading")
    assert part(pane, "wn_compounds_misconnections").text() == "1"
    assert part(pane, "wn_compounds_misconnections_dot").letter == "!"
    # The figure selects its drain on the map.
    part(pane, "wn_compounds_misconnections").click()
    pipes = town.layer("pipe")
    assert pipes.selectedFeatureCount() == 1
    assert pane.overlay.areas
    # Where there is none nothing changes.
    pane.tool.pick_at(QgsPointXY(0, 0))
    until(lambda: town.is_idle, 60.0)
    assert "No compound lies there" in text(pane, "wn_compounds_said")
    trigger(plugin.dock, "wn_compounds_menu_list")
    until(lambda: town.is_idle, 60.0)
    assert pane.state is not None and pane.state.compound_id == wrong["compound_id"]
    # Its crew is sent there by one click, and the order is undone by one.
    before = _items(town)
    part(pane, "wn_compounds_misconnections_order").click()
    until(lambda: len(_items(town)) > len(before) and town.is_idle, 60.0)
    assert _items(town)[len(before) :] == [("repair", wrong["compound_id"])]
    assert not part(pane, "wn_compounds_defects_order").isEnabled()
    # Pressed twice it says that there is one.
    part(pane, "wn_compounds_misconnections_order").click()
    until(lambda: town.is_idle, 60.0)
    assert len(_items(town)) == len(before) + 1
    pane.close()
    assert pane.overlay.is_empty


def _items(session: Any) -> list[tuple[str, str]]:
    """Return type and compound of the orders that are open."""
    with session.network() as network:
        rows = network.read("work_item", ["type", "compound_id", "state"], geometry=False)
    rows = rows[rows["state"] == "open"]
    return list(zip(rows["type"], rows["compound_id"]))


@pytest.mark.slow
def test_a_month_is_scored_and_what_raises_the_lowest_score_is_ordered(
    plugin: Any, town: Any, until: Any
) -> None:
    before = len(_items(town))
    # Menu and entry, then the button: three clicks.
    trigger(plugin.dock, "wn_compounds_menu_score")
    until(lambda: town.window("wn_compounds") is not None, 120.0)
    pane = town.window("wn_compounds")
    until(lambda: pane.score.details is not None and town.is_idle, 120.0)
    lowest = pane.grades[0]
    assert pane.state.compound_id == lowest.compound_id
    assert pane.score.details.score.low == lowest.low
    assert pane.score.details.orders
    click(pane, "wn_compounds_score_order")
    until(lambda: len(_items(town)) > before and town.is_idle, 60.0)
    assert {compound for _type, compound in _items(town)[before:]} == {lowest.compound_id}
    until(lambda: pane.score.details is not None and not pane.score.details.orders, 60.0)
    # Folded out, a denominator selects its rows.
    click(pane, "wn_compounds_indicators_fold")
    part(pane, "wn_indicator_pipe_cleaning_all").click()
    assert town.layer("pipe").selectedFeatureCount() > 0
    # The map shows the grades, with their words in the legend, and goes back.
    layer = town.layer("compound")
    own = layer.renderer().dump()
    trigger(pane, "wn_compounds_map")
    labels = [one.label() for one in layer.renderer().categories()]
    assert labels[:3] == ["Score: excellent", "Score: qualified", "Score: failed"]
    assert pane.map_action.isChecked()
    trigger(pane, "wn_compounds_map")
    assert layer.renderer().dump() == own and not pane.map_action.isChecked()
    pane.close()


def _plant_everything(session: Any, compound_id: str, tank: str, drain: str) -> None:
    """Let a compound have an overdue tank, a user without permit, and a drain with a bad grade."""
    with session.network() as network:
        due = network.read("tank_due", ["tank_due_id"], where={"node_id": [tank]}, geometry=False)
        place = network.read("compound", ["compound_id"], ids=[compound_id]).geometry.iloc[0]
        with network.write("edit") as batch:
            batch.update("tank_due", due.assign(due_on=pd.Timestamp("2026-01-02"), state="overdue"))
            user = {
                "customer_id": ["U-1"],
                "compound_id": compound_id,
                "trade": "catering",
            }
            point = [shapely.Point(place.representative_point().coords[0])]
            batch.insert(
                "customer", gpd.GeoDataFrame(user, geometry=point, crs=network.crs).rename_geometry("geom")
            )
            seen = {"inspection_id": ["CC-1"], "pipe_id": drain, "date": pd.Timestamp("2026-01-02")}
            batch.insert("inspection", pd.DataFrame({**seen, "structural_grade": 4}))


@pytest.mark.slow
def test_each_line_sends_a_crew_to_what_it_counts(plugin: Any, town: Any, until: Any) -> None:
    with town.network() as network:
        drains = network.read(
            "pipe", ["pipe_id", "compound_id"], where={"system": ["sewage"]}, geometry=False
        )
        tanks = network.read(
            "node", ["node_id", "compound_id"], where={"kind": "septic_tank"}, geometry=False
        )
    trigger(plugin.dock, "wn_compounds_menu_list")
    pane = town.window("wn_compounds")
    until(lambda: pane.shows_answer and town.is_idle, 60.0)
    chosen = next(row["compound_id"] for row in pane.needs.rows if row["misconnections"])
    drain, tank = (str(rows[rows["compound_id"] == chosen].iloc[0, 0]) for rows in (drains, tanks))
    _plant_everything(town, chosen, tank, drain)
    pane._look(chosen, zooms=False)
    until(lambda: pane.state is not None and town.is_idle, 60.0)
    wanted = {figure.key: set(figure.assets) for figure in pane.state.figures}
    assert tank in wanted["tanks"] and drain in wanted["defects"] and wanted["permits"] == {"U-1"}
    before = len(_new_items(town, 0))
    for key, (table, type_) in ORDERS.items():
        assert part(pane, f"wn_compounds_{key}_order").isEnabled(), key
        part(pane, f"wn_compounds_{key}_order").click()
        until(lambda: town.is_idle, 60.0)
        made = _new_items(town, before)
        assert set(made["type"]) == {type_} and set(made["compound_id"]) == {chosen}, key
        assert table == "compound" or set(made["asset"]) <= wanted[key]
        before += len(made)
    pane.close()


def _new_items(session: Any, before: int) -> pd.DataFrame:
    with session.network() as network:
        return network.read("work_item", ["type", "asset", "compound_id"], geometry=False).iloc[before:]


@pytest.mark.slow
def test_a_month_to_come_is_refused_in_one_sentence(plugin: Any, town: Any, until: Any) -> None:
    later = month_of(pd.Timestamp.today().date()).plus(2).text
    with town.network() as network, network.write("edit") as batch:
        row = {"indicator_id": ["K-1"], "compound_id": "XQ-01", "month": later, "indicator": "rounds"}
        batch.insert("indicator", pd.DataFrame({**row, "points": 1.0, "source": "computed", "rules": "1"}))
    trigger(plugin.dock, "wn_compounds_menu_list")
    pane = town.window("wn_compounds")
    until(lambda: pane.shows_answer and town.is_idle, 60.0)
    pane._look("XQ-01", zooms=False)
    until(lambda: pane.state is not None and town.is_idle, 60.0)
    position = _position(town)
    click(pane, "wn_compounds_score_raise")
    until(lambda: "is still to come" in text(pane, "wn_compounds_said"), 60.0)
    said = text(pane, "wn_compounds_said")
    assert said.startswith(f"MONTH: {later} is still to come") and "Traceback" not in said
    assert pane.score.details is None and _position(town) == position
    # The algorithm that the section and the menu run says the same.
    refused = []
    given = {"NETWORK": town.network_path, "MONTH": later, "STORE": True}
    town.run_algorithm("scorecompounds", given, refused.append, failed=refused.append)
    until(lambda: bool(refused) and town.is_idle, 60.0)
    assert refused[0].message.startswith(f"MONTH: {later} is still to come") and _position(town) == position
    pane.close()


def _position(session: Any) -> Any:
    with session.network() as network:
        return network.position()
