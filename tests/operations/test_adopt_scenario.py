"""A scenario of metered areas is adopted as one batch: zones, pipes, areas, devices; and undone whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from support.store_helpers import CRS, ORIGIN

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.dma import zone_areas
from waternet_plugin.operations.dma.adopt_scenario import AdoptScenarioRequest, adopt_scenario
from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosRequest, compare_scenarios
from waternet_plugin.operations.dma.stored_scenarios import scenario_rows
from waternet_plugin.store import create_network
from waternet_plugin.store.network import Network

SIDE, STEP_M = 7, 80.0


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geom", crs=CRS)


def _place(x: int, y: int) -> np.ndarray:
    return np.array(ORIGIN[:2], dtype=float) + STEP_M * np.array([x, y])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Network]:
    """Streets in a square: zone A in the west, B in the east, both in T; C far in the north."""
    nodes, pipes = [], []
    for x in range(SIDE):
        for y in range(SIDE):
            nodes.append({"node_id": f"N{x}{y}", "kind": "junction", "geom": shapely.Point(_place(x, y))})
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < SIDE and y + dy < SIDE:
                    zone = "A" if x + dx / 2 < 3.2 else "B"
                    line = shapely.linestrings([_place(x, y), _place(x + dx, y + dy)])
                    ends = {"from_node": f"N{x}{y}", "to_node": f"N{x + dx}{y + dy}"}
                    pipes.append({"pipe_id": f"P{x}{y}{'xy'[dy]}", **ends, "dma_id": zone, "geom": line})
    nodes[0].update(kind="valve", valve_state="open")
    nodes[1].update(kind="flow_meter")
    far = {"pipe_id": "PC", "dma_id": "C", "geom": shapely.linestrings([_place(0, 60), _place(1, 60)])}
    with create_network(tmp_path / "town.gpkg", CRS) as network:
        with network.write("adopt", name="town") as batch:
            batch.insert("node", _frame(nodes).assign(system="potable", status="in_use"))
            batch.insert("pipe", _frame([*pipes, far]).assign(system="potable", status="in_use"))
            zones = [{"zone_id": name, "kind": "dma", "parent_id": "T" if name in "AB" else None,
                      "state": "proven", "verdict": "valid", "geom": None} for name in "ABCT"]  # fmt: skip
            batch.insert(
                "zone", _frame(zones).assign(tested_on=[pd.Timestamp("2025-05-01"), None, None, None])
            )
        yield network


def _store(
    network: Network, pipes: dict[str, str | None], *, zones: Any = (), devices: Any = (), base: bool = True
) -> str:
    with network.write("dma", name="scenario") as batch:
        last = network.known_entry(network.position())
        head = {
            "scenario_id": "S0001",
            "name": "Plan A",
            "state": "draft",
            "base_log": last if base else None,
        }
        batch.insert("zone_scenario", pd.DataFrame([head]))
        for table, key, rows in (
            ("scenario_zone", "scenario_zone_id", zones),
            ("scenario_pipe", "scenario_pipe_id", [{"pipe_id": p, "zone_id": z} for p, z in pipes.items()]),
            ("scenario_device", "device_id", devices),
        ):
            if len(rows):
                listed = [{key: f"R{n}", "scenario_id": "S0001", **row} for n, row in enumerate(rows)]
                batch.insert(table, pd.DataFrame(listed, dtype=object))
    return "S0001"


def _areas(network: Network) -> dict[str, Any]:
    zones = network.read("zone", ["zone_id"])
    return dict(zip(zones["zone_id"], zones["geom"]))


def _zone_of(network: Network) -> dict[str, Any]:
    pipes = network.read("pipe", ["pipe_id", "dma_id"], geometry=False)
    return {name: None if pd.isna(zone) else zone for name, zone in zip(pipes["pipe_id"], pipes["dma_id"])}


NEW = {"zone_id": "D", "name": "Centre", "kind": "dma", "parent_id": "T", "level": 3}
CENTRE = {f"P{x}{y}{way}": "D" for x in (2, 3) for y in (2, 3) for way in "xy"}


@pytest.mark.slow
def test_adopting_writes_zones_pipes_and_areas_in_one_batch_that_undoes_whole(town: Network) -> None:
    before, count = _zone_of(town), len(town.batches())
    scenario = _store(town, {**CENTRE, "P00x": None}, zones=[NEW])
    kept = {name: town.read(name, geometry=False) for name in ("pipe", "zone", "zone_scenario")}
    result = adopt_scenario(town, AdoptScenarioRequest(scenario))
    assert len(town.batches()) == count + 2
    assert result.pipes == len(CENTRE) + 1
    assert _zone_of(town) == {**before, **CENTRE, "P00x": None}
    areas = _areas(town)
    pipes = town.read("pipe", ["pipe_id", "dma_id"])
    for zone in "ABD":
        own = pipes[pipes["dma_id"] == zone].geometry
        assert own.difference(areas[zone]).length.max() < 0.5
    flat = [areas[zone] for zone in "ABD"]
    assert shapely.area(shapely.union_all(flat)) == pytest.approx(shapely.area(flat).sum(), rel=1e-9)
    assert shapely.area(shapely.symmetric_difference(areas["T"], shapely.union_all(flat))) < 1e-3
    zones = town.read("zone", geometry=False).set_index("zone_id")
    assert zones.loc["D", ["name", "state", "level"]].tolist() == ["Centre", "draft", 3]
    assert len(set(zones.loc[["A", "B", "D"], "hue"])) == 3
    state = town.read("zone_scenario", ["state", "adopted_on"]).iloc[0]
    assert state["state"] == "adopted" and not pd.isna(state["adopted_on"])
    town.undo(result.batch_id)
    for name, frame in kept.items():
        fresh = town.read(name, geometry=False)
        columns = [one for one in frame if one not in ("edited_by", "edited_on", "batch_id", "row_version")]
        pd.testing.assert_frame_equal(fresh[columns], frame[columns])
    assert set(_areas(town).values()) == {None}


@pytest.mark.slow
def test_zones_whose_pipes_change_are_unchecked_and_tested_ones_are_to_be_tested_again(town: Network) -> None:
    adopt_scenario(town, AdoptScenarioRequest(_store(town, {"P33x": "A"})))
    zones = town.read("zone", ["zone_id", "verdict", "retest", "tested_on"], geometry=False).set_index(
        "zone_id"
    )
    assert zones["verdict"].isna().to_dict() == {"A": True, "B": True, "C": False, "T": False}
    assert zones.loc["A", "retest"] == "yes" and pd.isna(zones.loc["B", "retest"])
    assert zones.loc["A", "tested_on"] == pd.Timestamp("2025-05-01")


@pytest.mark.slow
def test_meters_that_are_there_are_entered_and_the_rest_becomes_work_orders(town: Network) -> None:
    devices = [
        {"kind": "close", "pipe_id": "P00x", "node_id": "N00", "at_node": "N00", "zone_in": "A"},
        {"kind": "meter", "pipe_id": "P01x", "node_id": "N01", "at_node": "N01", "zone_in": "A"},
        {"kind": "meter", "pipe_id": "P30x", "at_node": "N30", "zone_in": "B", "zone_out": "A"},
        # Without sides a meter is none: there is nothing to install, and one that is there measures no more.
        {"kind": "meter", "pipe_id": "P31x", "at_node": "N31"},
        {"kind": "meter", "pipe_id": "P44x", "at_node": "N44"},
    ]
    scenario = _store(town, {}, devices=devices)
    with town.write("adopt") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["N44"], "meter_in": ["B"]}))
    result = adopt_scenario(town, AdoptScenarioRequest(scenario))
    assert (result.nodes, result.orders, result.pipes) == (2, 2, 0)
    nodes = town.read("node", geometry=False).set_index("node_id")
    # What is planned is not done.
    assert nodes.loc["N00", "valve_state"] == "open"
    assert any("once theirs is done" in message for message in result.messages)
    assert nodes.loc["N01", ["meter_in", "valve_state"]].tolist() == ["A", None] and pd.isna(
        nodes.loc["N01", "meter_out"]
    )
    assert pd.isna(nodes.loc["N44", "meter_in"])
    orders = town.read("work_item")
    assert orders[["asset", "type", "state"]].values.tolist() == [
        ["N00", "order", "open"],
        ["P30x", "order", "open"],
    ]
    assert orders.geometry.iloc[1].equals(shapely.Point(_place(3, 0)))
    town.undo(result.batch_id)
    assert town.count("work_item") == 0
    assert pd.isna(town.read("node", ids=["N01"])["meter_in"].iloc[0])


def _valve(town: Network) -> list[object]:
    row = town.read("node", ["node_id", "valve_state", "operated_on"], ids=["N00"], geometry=False).iloc[0]
    return [row["valve_state"], row["operated_on"]]


def _end(town: Network, **values: Any) -> str:
    day = pd.Timestamp("2026-10-01")
    with town.write("edit", name="order") as batch:
        row = {"item_id": "W-0001", "gis_checked_on": day, **values}
        batch.update("work_item", pd.DataFrame([row]))
    return batch.batch_id


@pytest.mark.slow
def test_a_valve_stands_closed_once_its_order_is_done(town: Network) -> None:
    device = {"kind": "close", "pipe_id": "P00x", "node_id": "N00", "at_node": "N00", "zone_in": "A"}
    adopt_scenario(town, AdoptScenarioRequest(_store(town, {}, devices=[device])))
    order = town.read("work_item").iloc[0]
    assert order["note"] == "Close valve N00 on pipe P00x. Boundary of A." and order["zone_id"] == "A"
    _end(town, note="seen")
    assert _valve(town)[0] == "open"
    day = pd.Timestamp("2026-10-01")
    done = _end(town, state="done", closed_on=day)
    assert _valve(town) == ["closed", day]
    town.undo(done)
    assert _valve(town)[0] == "open"
    _end(town, state="done", closed_on=day)
    # An edit of an order that is done already says nothing of the valve.
    with town.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["N00"], "valve_state": ["open"]}))
    _end(town, note="later")
    assert _valve(town)[0] == "open"


@pytest.mark.slow
def test_what_the_batch_says_of_the_valve_goes_before_its_order(town: Network) -> None:
    device = {"kind": "close", "pipe_id": "P00x", "node_id": "N00", "at_node": "N00"}
    adopt_scenario(town, AdoptScenarioRequest(_store(town, {}, devices=[device])))
    # Without zones the order names that of its pipe.
    assert town.read("work_item")["zone_id"].tolist() == ["A"]
    with town.write("edit") as batch:
        day = pd.Timestamp("2026-10-01")
        row = {"item_id": "W-0001", "state": "done", "closed_on": day, "gis_checked_on": day}
        batch.update("work_item", pd.DataFrame([row]))
        batch.update("node", pd.DataFrame({"node_id": ["N00"], "valve_state": ["unknown"]}))
    assert _valve(town)[0] == "unknown"


@pytest.mark.slow
def test_a_cancelled_order_leaves_its_valve_alone(town: Network) -> None:
    device = {"kind": "close", "pipe_id": "P00x", "node_id": "N00", "at_node": "N00"}
    adopt_scenario(town, AdoptScenarioRequest(_store(town, {}, devices=[device])))
    _end(town, state="cancelled", closed_on=pd.Timestamp("2026-10-01"))
    assert _valve(town)[0] == "open"


@pytest.mark.slow
def test_adopting_says_who_loses_water_and_so_does_the_order(town: Network) -> None:
    with town.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": ["N66"], "kind": ["source"]}))
        customer = {"customer_id": "U1", "households": 40.0, "geom": shapely.Point(_place(0, 0) + 5.0)}
        batch.insert("customer", _frame([customer]))
    # N00 is a corner of two pipes: valves at their far ends cut both off.
    devices = [
        {"kind": "valve", "pipe_id": "P00x", "at_node": "N10"},
        {"kind": "valve", "pipe_id": "P00y", "at_node": "N01"},
        {"kind": "valve", "pipe_id": "P33x", "at_node": "N33"},
    ]
    result = adopt_scenario(town, AdoptScenarioRequest(_store(town, {}, devices=devices)))
    assert result.cut_off is not None
    assert (result.cut_off.customers, result.cut_off.households, result.cut_off.critical) == (1, 40, None)
    assert "2 pipes" in result.messages[0] and "1 customer, 40 households" in result.messages[0]
    notes = town.read("work_item").set_index("asset")["note"]
    assert "1 customer" in notes["P00x"] and "1 customer" in notes["P00y"]
    assert "customer" not in notes["P33x"]


@pytest.mark.slow
def test_what_changed_in_the_network_since_the_scenario_was_branched_is_named(town: Network) -> None:
    scenario = _store(town, {"P33x": "A", "P66": "A"})
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P33x", "PC"], "street": "new"}))
    result = adopt_scenario(town, AdoptScenarioRequest(scenario))
    assert result.changed == {"pipe": ("P33x",)}
    assert "P33x" in result.messages[0] and "P66" in result.messages[1]


@pytest.mark.slow
def test_a_scenario_is_compared_with_the_network_and_read_back(town: Network) -> None:
    scenario = _store(town, {"P33x": "A", "P00x": "A"}, zones=[NEW])
    found = compare_scenarios(town, CompareScenariosRequest("", "Plan A"))
    moved = found.moved_pipes.drop(columns="geom").to_dict("records")
    assert moved == [{"pipe_id": "P33x", "zone_before": "B", "zone_after": "A"}]
    figures = found.zone_figures.set_index("zone_id")
    assert figures["differs"].to_dict() == {"A": "yes", "B": "yes", "C": "no", "T": "no"}
    assert (figures["pipes_after"] - figures["pipes_before"]).to_dict() == {"A": 1, "B": -1, "C": 0, "T": 0}
    with pytest.raises(InputError, match="two different"):
        compare_scenarios(town, CompareScenariosRequest(scenario, "Plan A"))
    assert scenario_rows(town, scenario).pipes["pipe_id"].tolist() == ["P33x", "P00x"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pipes", "zones", "words"),
    [
        ({"P33x": "X"}, [], "X, which is not a metered area"),
        ({}, [], "differs in nothing"),
        ({}, [{"zone_id": "T", "parent_id": "A"}], "lie in each other"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_written(
    town: Network, pipes: Any, zones: Any, words: str
) -> None:
    scenario = _store(town, pipes, zones=zones)
    count = len(town.batches())
    with pytest.raises(InputError, match=words):
        adopt_scenario(town, AdoptScenarioRequest(scenario))
    assert len(town.batches()) == count


@pytest.mark.slow
def test_a_scenario_is_adopted_once_and_only_if_it_is_there(town: Network) -> None:
    scenario = _store(town, {"P33x": "A"})
    adopt_scenario(town, AdoptScenarioRequest(scenario))
    with pytest.raises(InputError, match="adopted already"):
        adopt_scenario(town, AdoptScenarioRequest(scenario))
    with pytest.raises(InputError, match="There is no scenario"):
        adopt_scenario(town, AdoptScenarioRequest("S9"))


@pytest.mark.slow
def test_areas_that_are_drawn_in_part_are_those_of_the_whole(
    town: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipes = town.read("pipe", ["pipe_id", "dma_id"], geometry=False)
    ids, now = (pipes[name].to_numpy(dtype=object) for name in ("pipe_id", "dma_id"))
    zones = town.read("zone", ["zone_id", "kind", "parent_id", "state", "hue"], geometry=False)
    wanted = np.where(ids == "P33x", "A", now)
    found = {}
    for share in (0.0, 2.0):
        monkeypatch.setattr(zone_areas, "_MANY_SHARE", share)
        frame = zone_areas.areas_after(town, ids, now, wanted, zones)
        found[share] = dict(zip(frame["zone_id"], frame["geom"]))
    # What is far away is not drawn anew where only a part is read.
    assert (set(found[0.0]), set(found[2.0])) == ({"A", "B", "C", "T"}, {"A", "B", "T"})
    for name, area in found[2.0].items():
        assert shapely.area(shapely.symmetric_difference(area, found[0.0][name])) < 1e-6
