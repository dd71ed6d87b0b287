"""Scenarios of metered areas follow the pipes, nodes and zones that they name."""

from __future__ import annotations

from typing import Any

import pytest
from support.settled_tables import Desk, line, node, pipe, row, tables


def _membership(desk: Desk) -> dict[tuple[str, str], Any]:
    found = {}
    for one in desk.tables["scenario_pipe"].values():
        place = (one["scenario_id"], one["pipe_id"])
        assert place not in found, "a scenario names a pipe twice"
        found[place] = one["zone_id"]
    ids = [one["scenario_pipe_id"] for one in desk.tables["scenario_pipe"].values()]
    assert len(set(ids)) == len(ids)
    return found


@pytest.fixture
def desk() -> Desk:
    """Two pipes in a row, two scenarios that move the first, one that closes it at its far end."""
    return Desk(
        tables(
            pipe=[
                pipe("P-1", [(0, 0), (60, 0)], from_node="A", to_node="B", dma_id="Z-1"),
                pipe("P-2", [(60, 0), (100, 0)], from_node="B", to_node="C", dma_id="Z-1"),
            ],
            node=[
                node("A", (0, 0)),
                node("B", (60, 0)),
                node("C", (100, 0), meter_in="Z-1", meter_out="Z-2"),
            ],
            zone=[
                row("zone", zone_id="Z-1", kind="dma", pressure_node="B"),
                row("zone", zone_id="Z-2", kind="dma"),
            ],
            zone_scenario=[
                row("zone_scenario", scenario_id="S1"),
                row("zone_scenario", scenario_id="S2", parent_id="S1"),
            ],
            scenario_zone=[
                row("scenario_zone", scenario_zone_id="SZ-1", scenario_id="S1", zone_id="Z-2",
                    parent_id="Z-1")
            ],
            scenario_pipe=[
                row("scenario_pipe", scenario_pipe_id=f"SP-{n}", scenario_id=scenario, pipe_id=of,
                    zone_id=zone)
                for n, (scenario, of, zone) in enumerate(
                    [("S1", "P-1", "Z-2"), ("S2", "P-1", None), ("S2", "P-2", "Z-2")], 1
                )
            ],
            scenario_device=[
                row("scenario_device", device_id="D-1", scenario_id="S1", kind="close", pipe_id="P-1",
                    at_node="B", zone_in="Z-2", zone_out="Z-1"),
                row("scenario_device", device_id="D-2", scenario_id="S1", kind="meter", pipe_id="P-2",
                    node_id="C"),
            ],
            zone_check=[row("zone_check", check_id="C-1", zone_id="Z-1", scenario_id="S1")],
            zone_test=[row("zone_test", test_id="T-1", zone_id="Z-1", fault_node="B")],
            zone_night=[row("zone_night", night_id="N-1", zone_id="Z-1")],
            leak_alarm=[row("leak_alarm", alarm_id="A-1", zone_id="Z-1")],
            volume=[row("volume", volume_id="V-1", zone_id="Z-1", node_id="C")],
            work_item=[row("work_item", item_id="W-1", type="locate", zone_id="Z-1", alarm_id="A-1")],
        )
    )  # fmt: skip


def test_both_parts_of_a_split_pipe_have_its_zone_in_every_scenario(desk: Desk) -> None:
    first = {**desk.of("pipe", "P-1"), "geom": line((0, 0), (25, 0))}
    second = {**desk.of("pipe", "P-1"), "geom": line((25, 0), (60, 0)), "batch_id": "B1"}
    desk.gesture(("pipe", desk.key("pipe", "P-1"), first), ("pipe", desk.new_key(), second))
    assert _membership(desk) == {
        ("S1", "P-1"): "Z-2", ("S1", "P-3"): "Z-2", ("S2", "P-1"): None, ("S2", "P-3"): None,
        ("S2", "P-2"): "Z-2",
    }  # fmt: skip
    # The device is to be put at B: that is an end of the second part.
    part = desk.of("scenario_device", "D-1")["pipe_id"]
    assert "B" in desk.ends(part) and part == "P-3"
    assert desk.save().followed == ()


def test_of_merged_pipes_a_scenario_says_what_it_said_of_the_one_whose_id_is_kept(desk: Desk) -> None:
    desk.change("zone", "Z-1", pressure_node=None)
    merged = {**desk.of("pipe", "P-1"), "geom": line((0, 0), (60, 0), (100, 0))}
    desk.gesture(("pipe", desk.key("pipe", "P-1"), merged), ("pipe", desk.key("pipe", "P-2"), None))
    assert _membership(desk) == {("S1", "P-1"): "Z-2", ("S2", "P-1"): None}
    assert desk.of("scenario_device", "D-2")["pipe_id"] == "P-1"
    assert desk.save().followed == ()


def test_a_part_that_a_scenario_moved_does_not_take_the_longer_pipe_along(desk: Desk) -> None:
    desk.gesture(*[("scenario_pipe", desk.key("scenario_pipe", one), None) for one in ("SP-1", "SP-2")])
    desk.save()
    merged = {**desk.of("pipe", "P-1"), "geom": line((0, 0), (60, 0), (100, 0))}
    desk.gesture(("pipe", desk.key("pipe", "P-1"), merged), ("pipe", desk.key("pipe", "P-2"), None))
    assert _membership(desk) == {}


def test_a_renamed_pipe_keeps_its_zone_and_its_devices(desk: Desk) -> None:
    desk.change("pipe", "P-1", pipe_id="P-77")
    assert _membership(desk) == {("S1", "P-77"): "Z-2", ("S2", "P-77"): None, ("S2", "P-2"): "Z-2"}
    assert desk.of("scenario_device", "D-1")["pipe_id"] == "P-77"
    assert desk.save().followed == ()


def test_a_deleted_pipe_leaves_no_row_in_a_scenario(desk: Desk) -> None:
    desk.delete("pipe", "P-1")
    assert _membership(desk) == {("S2", "P-2"): "Z-2"}
    assert [one["device_id"] for one in desk.tables["scenario_device"].values()] == ["D-2"]
    assert desk.save().followed == ()


def test_a_renamed_node_is_named_by_zones_tests_and_scenarios(desk: Desk) -> None:
    desk.change("node", "B", node_id="B2")
    assert desk.of("zone", "Z-1")["pressure_node"] == desk.of("zone_test", "T-1")["fault_node"] == "B2"
    assert desk.of("scenario_device", "D-1")["at_node"] == "B2"


def test_where_another_node_takes_the_place_of_one_that_goes_devices_are_put_at_that(desk: Desk) -> None:
    valve = node("V-2", (60, 0), kind="valve")
    desk.gesture(("node", desk.key("node", "B"), None), ("node", desk.new_key(), valve))
    assert desk.ends("P-1")[1] == "V-2" == desk.of("scenario_device", "D-1")["at_node"]
    assert desk.of("zone", "Z-1")["pressure_node"] is None
    # What a test found stays as it was written.
    assert desk.of("zone_test", "T-1")["fault_node"] == "B"
    assert desk.save().followed == ()


def test_an_existing_device_that_is_deleted_is_none_of_a_scenario(desk: Desk) -> None:
    desk.gesture(("pipe", desk.key("pipe", "P-2"), None), ("node", desk.key("node", "C"), None))
    assert [one["device_id"] for one in desk.tables["scenario_device"].values()] == ["D-1"]
    desk.change("scenario_device", "D-1", node_id="A")
    desk.gesture(
        ("node", desk.key("node", "A"), None), ("node", desk.new_key(), node("V-9", (0, 0), kind="valve"))
    )
    assert desk.of("scenario_device", "D-1")["node_id"] is None


def test_a_renamed_zone_is_named_by_all_that_named_it(desk: Desk) -> None:
    desk.change("zone", "Z-1", zone_id="North")
    assert [desk.of("pipe", one)["dma_id"] for one in ("P-1", "P-2")] == ["North", "North"]
    assert desk.of("node", "C")["meter_in"] == desk.of("scenario_device", "D-1")["zone_out"] == "North"
    assert desk.of("scenario_zone", "SZ-1")["parent_id"] == "North"
    named = [("zone_check", "C-1"), ("zone_test", "T-1"), ("zone_night", "N-1"), ("leak_alarm", "A-1"),
             ("volume", "V-1"), ("work_item", "W-1")]  # fmt: skip
    assert {desk.of(*one)["zone_id"] for one in named} == {"North"}
    desk.change("zone", "Z-2", zone_id="South")
    assert _membership(desk)["S1", "P-1"] == desk.of("scenario_zone", "SZ-1")["zone_id"] == "South"


def test_renamed_scenarios_and_alarms_are_named_by_what_named_them(desk: Desk) -> None:
    desk.change("zone_scenario", "S1", scenario_id="Plan A")
    desk.change("leak_alarm", "A-1", alarm_id="A-9")
    assert desk.of("zone_scenario", "S2")["parent_id"] == "Plan A"
    assert (
        desk.of("scenario_device", "D-1")["scenario_id"]
        == desk.of("zone_check", "C-1")["scenario_id"]
        == "Plan A"
    )
    assert desk.of("work_item", "W-1")["alarm_id"] == "A-9"
