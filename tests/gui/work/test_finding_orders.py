"""From a finding in each pane to a work order by one click, on the sample town."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.widgets import click, trigger


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


def orders(town: Any) -> dict[str, list[Any]]:
    """Return type, asset and note of each work order that was written here, by its id."""
    with town.network() as network:
        frame = network.read("work_item", ["item_id", "type", "asset", "note", "source"], geometry=False)
    frame = frame[frame["source"] == "finding"]
    return {row[0]: row[1:4] for row in frame.to_numpy().tolist()}


def ordered(town: Any, before: dict[str, list[Any]]) -> list[list[Any]]:
    """Return the orders that were written since."""
    return [row for name, row in orders(town).items() if name not in before]


@pytest.mark.slow
def test_an_outfall_is_traced(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_drainage_menu_catchments")
    pane = town.window("wn_catchments")
    until(lambda: pane.list.rows and town.is_idle, 60)
    assert not pane.order_button.isEnabled()
    pane.choose(pane.list.rows[0])
    before = orders(town)
    click(pane, "wn_catchments_order")
    until(lambda: town.is_idle and ordered(town, before), 60)
    assert ordered(town, before) == [["trace", pane.chosen, "Trace what reaches this outfall."]]


@pytest.mark.slow
def test_drains_whose_flow_is_in_doubt_are_looked_at(plugin: Any, town: Any, until: Any) -> None:
    trigger(plugin.dock, "wn_drainage_menu_flow")
    pane = town.window("wn_flow")
    until(lambda: pane.found is not None and town.is_idle, 60)
    assert not pane.order_button.isEnabled()
    pane.list.selectRow(0)
    pane._picked_row(pane.list.rows[0])
    before = orders(town)
    click(pane, "wn_flow_order")
    until(lambda: town.is_idle and ordered(town, before), 60)
    ((kind, pipe, _note),) = ordered(town, before)
    assert (kind, pipe) == ("inspect", pane.list.rows[0]["pipe_id"])


@pytest.mark.slow
def test_covers_of_a_search_are_opened_on_one_click(plugin: Any, town: Any, until: Any) -> None:
    with town.network() as network:
        nodes = network.read("node", ["node_id", "kind"], geometry=False)
        pipes = network.read("pipe", ["to_node", "system"], geometry=False)
    manholes = nodes[nodes["kind"] == "manhole"]["node_id"]
    fed = pipes[(pipes["system"] == "storm") & pipes["to_node"].isin(manholes)]["to_node"]
    trigger(plugin.dock, "wn_drainage_menu_manholes")
    pane = town.window("wn_manholes")
    pane.begin(str(fed.iloc[0]))
    until(lambda: pane.found is not None and town.is_idle, 60)
    assert pane.list.rows
    before, covers = orders(town), [row["node_id"] for row in pane.list.rows]
    click(pane, "wn_manholes_order")
    until(lambda: town.is_idle and ordered(town, before), 60)
    assert [row[:2] for row in ordered(town, before)] == [["inspect", cover] for cover in covers]


@pytest.mark.slow
def test_an_issue_becomes_an_order_with_its_words_and_undo_takes_it_back(
    plugin: Any, town: Any, until: Any
) -> None:
    from waternet_plugin.gui.issues.panel import IssuePane
    from waternet_plugin.gui.panes.pane import open_pane

    pane = open_pane(town, IssuePane)
    until(lambda: pane.issues.found is not None and town.is_idle, 60)
    issue = next(
        one for one in pane.issues.listed.issues if one.assets and one.rule_id != "doctor_widespread"
    )
    pane.issues.choose(issue.issue_id)
    until(lambda: pane.issues.chosen.issue is not None and pane.issues.chosen.issue == issue)
    before = orders(town)
    click(pane, "wn_issues_order")
    until(lambda: town.is_idle and ordered(town, before), 60)
    ((_kind, asset, note),) = ordered(town, before)
    assert asset in issue.assets and issue.title in note
    assert pane.issues.found.issue(issue.issue_id).state == "open"
    with town.network() as network:
        network.undo()
    assert ordered(town, before) == []
