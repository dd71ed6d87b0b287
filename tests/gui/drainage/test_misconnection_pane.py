"""The dock's section Drainage and the pane of misconnections, on the sample town."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsPointXY
from support.widgets import button, click, part, section, text

from waternet_plugin.gui.network.overlay import DIAMOND


def open_pane(plugin: Any, town: Any, until: Any) -> Any:
    """Click the section's figure and wait for the list."""
    drainage = section(plugin, "drainage")
    until(lambda: drainage.figure.text() != "")
    drainage.figure.click()
    until(lambda: town.window("wn_misconnections") is not None, 30)
    pane = town.window("wn_misconnections")
    until(lambda: pane.list.rows and town.is_idle, 60)
    return pane


@pytest.mark.slow
def test_the_section_counts_misconnections_and_known_flow(
    plugin: Any, town_before_checks: Any, until: Any
) -> None:
    town = town_before_checks
    drainage = section(plugin, "drainage")
    until(lambda: drainage.figure.text() == "not checked")
    state = drainage.state
    with town.network() as network:
        pipes = network.read("pipe", ["system", "status", "flow"], geometry=False)
    drains = pipes[pipes["system"].isin(["sewage", "storm", "combined"]) & (pipes["status"] == "in_use")]
    assert state.drains == len(drains)
    assert f"{state.unknown:,} drains not" in drainage.flow.text()
    button(drainage).click()
    until(lambda: drainage.figure.text().endswith(("misconnection", "misconnections")), 60)
    pane = town.window("wn_misconnections")
    until(lambda: pane.list.rows, 60)
    sure = [row for row in pane.list.rows if row["rule"] in ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8")]
    sure = [row for row in sure if row["certainty"] == "joined"]
    assert drainage.figure.text().split()[0] == str(len(sure)) != "0"


@pytest.mark.slow
def test_the_most_urgent_one_is_explained_at_once(plugin: Any, town: Any, until: Any) -> None:
    pane = open_pane(plugin, town, until)
    row = pane.list.rows[0]
    assert row["priority"] == max(one["priority"] for one in pane.list.rows)
    assert row["outfall_id"] and row["place"]
    said = text(pane, "wn_misconnections_card")
    assert row["rule"] in said and row["outfall_id"] in said and row["pipe_id"] in said
    # The edge of the compound, the way, both drains on top.
    widths = [line.width for line in pane.overlay.lines]
    assert widths == [2, *[5] * len(row["way"]), 8, 8]
    diamonds = [mark for mark in pane.overlay.marks if mark.shape == DIAMOND]
    assert len(diamonds) == len(pane.list.rows)


@pytest.mark.slow
def test_one_is_accepted_with_a_reason_and_taken_back(plugin: Any, town: Any, until: Any) -> None:
    pane = open_pane(plugin, town, until)
    row, many = pane.list.rows[0], len(pane.list.rows)
    click(pane, "wn_misconnections_accept")
    reason = part(pane, "wn_misconnections_reason")
    reason.setText("surveyed on site")
    click(pane, "wn_misconnections_accept_now")
    until(lambda: len(pane.list.rows) == many - 1 and town.is_idle, 60)
    assert state(town, row) == ("accepted", "surveyed on site")
    # Shown on wish, and said to be accepted.
    part(pane, "wn_misconnections_closed").setChecked(True)
    assert len(pane.list.rows) == many
    pane.explain(next(one for one in pane.list.rows if one["issue_id"] == row["issue_id"]))
    assert "surveyed on site" in text(pane, "wn_misconnections_card")
    assert not part(pane, "wn_misconnections_accept").isEnabled()
    pane.actor.undo(pane.refresh)
    until(lambda: state(town, row)[0] == "open" and town.is_idle, 60)


@pytest.mark.slow
def test_several_are_accepted_in_one_go(plugin: Any, town: Any, until: Any) -> None:
    pane = open_pane(plugin, town, until)
    rows, many = pane.list.rows[:2], len(pane.list.rows)
    pane.list.selectRow(0)
    below = pane.list.selectionModel()
    flags = below.SelectionFlag.Select | below.SelectionFlag.Rows
    below.select(pane.list.model().index(1, 0), flags)
    pane.explain(rows[1])
    assert len(pane.list.chosen) == 2
    click(pane, "wn_misconnections_accept")
    part(pane, "wn_misconnections_reason").setText("built like this")
    click(pane, "wn_misconnections_accept_now")
    until(lambda: len(pane.list.rows) == many - 2 and town.is_idle, 60)
    assert {state(town, row) for row in rows} == {("accepted", "built like this")}


@pytest.mark.slow
def test_the_findings_of_one_rule_are_listed_and_accepted_with_one_reason(
    plugin: Any, town: Any, until: Any
) -> None:
    pane = open_pane(plugin, town, until)
    every = len(pane.list.rows)
    rules = {row["rule_id"] for row in pane.list.rows}
    assert pane.rules.count() == len(rules) + 1 and pane.rules.currentText() == f"All rules: {every}"
    rule = pane.list.rows[0]["rule_id"]
    pane.rules.choose(rule)
    pane.rules.chosen.emit(rule)
    rows = list(pane.list.rows)
    assert {row["rule_id"] for row in rows} == {rule} and 0 < len(rows) < every
    assert pane.rules.currentText().startswith(rows[0]["rule"])
    # The map marks what is listed.
    assert len([mark for mark in pane.overlay.marks if mark.shape == DIAMOND]) == len(rows)
    pane.list.selectAll()
    click(pane, "wn_misconnections_accept")
    part(pane, "wn_misconnections_reason").setText("built like this")
    click(pane, "wn_misconnections_accept_now")
    until(lambda: len(pane.list.rows) == every - len(rows) and town.is_idle, 60)
    assert {state(town, row) for row in rows} == {("accepted", "built like this")}
    # Nothing of the rule is left: all others show.
    assert pane.rules.key() == ""


def state(town: Any, row: dict[str, Any]) -> tuple[str, str]:
    """Return state and reason of a finding in the file."""
    with town.network() as network:
        columns = ["issue_id", "state", "state_reason"]
        issue = network.read("issue", columns, ids=[row["issue_id"]], geometry=False)
    return (str(issue["state"][0]), str(issue["state_reason"][0])) if len(issue) else ("", "")


@pytest.mark.slow
def test_a_work_order_is_written_once(plugin: Any, town: Any, until: Any) -> None:
    pane = open_pane(plugin, town, until)
    row = pane.list.rows[0]
    click(pane, "wn_misconnections_order")
    until(lambda: town.is_idle and orders(town, row["pipe_id"]), 60)
    assert orders(town, row["pipe_id"]) == ["open"]
    until(lambda: town.is_idle)
    click(pane, "wn_misconnections_order")
    until(lambda: "has the open work order" in town.iface.messageBar().currentItem().text(), 30)
    assert orders(town, row["pipe_id"]) == ["open"]


def orders(town: Any, pipe: str) -> list[str]:
    """Return the states of the work orders of a drain."""
    with town.network() as network:
        items = network.read(
            "work_item", ["state"], where={"asset": [pipe], "type": "repair"}, geometry=False
        )
    return [str(one) for one in items["state"]]


@pytest.mark.slow
def test_a_click_on_a_diamond_explains_it(plugin: Any, town: Any, until: Any) -> None:
    pane = open_pane(plugin, town, until)
    other = pane.list.rows[1]
    pane.start()
    assert pane.is_listening
    town.zoom_to((other["x"] - 20, other["y"] - 20, other["x"] + 20, other["y"] + 20))
    pane.tool.pick_at(QgsPointXY(other["x"], other["y"]))
    assert pane.chosen["issue_id"] == other["issue_id"]
    pane.close()
    assert pane.overlay.is_empty and not pane.is_listening


@pytest.mark.slow
def test_without_drains_the_section_names_what_to_bring(plugin: Any, town: Any, until: Any) -> None:
    drainage = section(plugin, "drainage")
    until(lambda: drainage.figure.text() != "")
    from waternet_plugin.operations.drainage.drain_state import DrainState

    drainage._show(DrainState(0, 0, 0, ""))
    assert drainage.figure.text() == ""
    assert "table of drains" in text(drainage, "wn_section_drainage_note")
    assert button(drainage).text() == "Bring in data"
