"""Pressure zones: against a plain search that goes from pipe to pipe."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import network_frames as frames
from support.slow_cases import a_few_quick

from waternet_plugin.core.dma.dma_network import ZONE_COLUMNS, build_dma_network
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.pressure.pressure_zones import PressureZones, find_pressure_zones
from waternet_plugin.core.schema.settings import Settings

Row = dict[str, Any]
_KINDS = ["junction", "prv", "pump_station", "tank", "valve", "check_valve", "source", "reservoir", "plant"]


def zones_of(pipes: list[Row], nodes: list[Row], taken: tuple[str, ...] = ()) -> PressureZones:
    one, other = frames.pipes(*pipes), frames.nodes(*nodes)
    for name in ("initial_status", "pressure_zone_id"):
        one[name] = np.array([row.get(name) for row in pipes] + [None], dtype=object)[:-1]
    for name in ("valve_state", "one_way"):
        other[name] = np.array([row.get(name) for row in nodes] + [None], dtype=object)[:-1]
    other["ground_m"] = np.array([row.get("ground_m", np.nan) for row in nodes], dtype=float)
    connected = build_graph(one, other)
    users, zones = (pd.DataFrame(columns=[*names]) for names in (CUSTOMER_COLUMNS, ZONE_COLUMNS))
    dma = build_dma_network(connected, one, other, users, zones)
    return find_pressure_zones(dma, one, other, Settings(), taken)


def plain(pipes: list[Row], nodes: list[Row]) -> dict[frozenset[str], tuple[set[str], set[str], int]]:
    """Return doors, sources and the number of ways in of each zone, by its pipes."""
    node = {row["node_id"]: row for row in nodes}
    used = {
        row["pipe_id"]: row
        for row in pipes
        if row["system"] == "potable" and row["status"] == "in_use" and row["initial_status"] != "closed"
    }
    closed = {
        name
        for name, row in node.items()
        if row["valve_state"] == "closed"
        and row["kind"] in ("valve", "prv", "pump_station", "check_valve", "control_valve")
    }
    tanks = {name for name, row in node.items() if row["kind"] in ("tank", "reservoir")}
    passing = {name for name, row in node.items() if row["kind"] in ("prv", "pump_station")}
    doors = closed | tanks | passing
    at: dict[str, list[str]] = {}
    for name, row in used.items():
        for end in ("from_node", "to_node"):
            at.setdefault(row[end], []).append(name)
    part: dict[str, frozenset[str]] = {}
    for first in used:
        if first in part:
            continue
        inside, waiting = {first}, [first]
        while waiting:
            row = used[waiting.pop()]
            for end in (row["from_node"], row["to_node"]):
                for other in at[end] if end not in doors else []:
                    if other not in inside:
                        inside.add(other)
                        waiting.append(other)
        part.update(dict.fromkeys(inside, frozenset(inside)))
    result: dict[frozenset[str], tuple[set[str], set[str], int]] = {}
    for inside in set(part.values()):
        ends = {used[name][end] for name in inside for end in ("from_node", "to_node")}
        own = {
            name for name in ends & doors if len({part[one] for one in at[name]}) > 1 or len(at[name]) == 1
        }
        sources = {name for name in ends - doors if node[name]["kind"] in ("source", "plant")}
        feeds = 0
        for name in own - closed:
            goes = [one for one in at[name] if (used[one]["from_node"] == name)]
            comes = [one for one in at[name] if (used[one]["to_node"] == name)]
            if node[name]["one_way"] == "reverse":
                goes, comes = comes, goes
            both = name in tanks or not goes or not comes or node[name]["one_way"] == "none"
            feeds += bool(set(at[name] if both else goes) & inside)
        feeds += len(own & closed & tanks)
        if feeds or sources:
            result[inside] = (own, sources, feeds)
    return result


def drawn(seed: int) -> tuple[list[Row], list[Row]]:
    """Return a random network of 14 nodes."""
    chance = random.Random(seed)
    nodes: list[Row] = [
        {
            "node_id": f"N{row:02d}",
            "at": (chance.uniform(0, 900), chance.uniform(0, 900)),
            "kind": chance.choices(_KINDS, [6, 2, 2, 1, 3, 1, 1, 1, 0.5])[0],
            "valve_state": chance.choice([None, "open", "closed"]),
            "one_way": chance.choice([None, None, "forward", "reverse", "none"]),
            "ground_m": chance.choice([np.nan, 3.0, 7.5, 12.0]),
        }
        for row in range(14)
    ]
    pipes: list[Row] = []
    for number in range(18):
        one, other = chance.sample(nodes, 2)
        pipes.append(
            {
                "pipe_id": f"P{number:02d}", "from_node": one["node_id"], "to_node": other["node_id"],
                "line": [one["at"], other["at"]], "length_m": float(chance.randrange(1, 90)),
                "system": chance.choices(["potable", "raw_water"], [9, 1])[0],
                "status": chance.choices(["in_use", "planned"], [9, 1])[0],
                "initial_status": chance.choices([None, "closed"], [9, 1])[0],
            }
        )  # fmt: skip
    return pipes, nodes


def check(seed: int) -> None:
    """Compare one random network with the plain search."""
    pipes, nodes = drawn(seed)
    wanted = plain(pipes, nodes)
    found = zones_of(pipes, nodes)
    names = np.array([row["pipe_id"] for row in pipes])
    ground = {row["node_id"]: row["ground_m"] for row in nodes}
    assert len(found.frame) == len(wanted)
    for number, row in enumerate(found.frame.to_dict("records")):
        inside = frozenset(names[found.pipe == number].tolist())
        doors, sources, feeds = wanted[inside]
        assert row["zone_id"] == f"PZ-{number + 1}"
        assert set(filter(None, row["doors"].split(";"))) == doors
        assert set(filter(None, row["sources"].split(";"))) == sources
        assert (row["feeds"], row["pipe_count"]) == (feeds, len(inside))
        assert row["length_m"] == sum(one["length_m"] for one in pipes if one["pipe_id"] in inside)
        own = [row for row in pipes if row["pipe_id"] in inside]
        ends = {one[end] for one in own for end in ("from_node", "to_node")}
        kinds = {row["node_id"]: row for row in nodes}
        inner = [
            ground[name]
            for name in ends
            if kinds[name]["kind"] not in ("prv", "pump_station", "tank", "reservoir")
            and not (
                kinds[name]["kind"] in ("valve", "check_valve") and kinds[name]["valve_state"] == "closed"
            )
            and np.isfinite(ground[name])
        ]
        assert row["ground_max_m"] == max(inner) if inner else np.isnan(row["ground_max_m"])
        assert row["ground_min_m"] == min(inner) if inner else np.isnan(row["ground_min_m"])
    lengths = found.frame["length_m"].tolist()
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("seed", a_few_quick(range(12), 1))
def test_zones_are_those_of_a_plain_search(seed: int) -> None:
    check(seed)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(100, 400))
def test_zones_of_300_networks(seed: int) -> None:
    check(seed)


def street(**changed: Row) -> tuple[list[Row], list[Row]]:
    """Return a plant, a PRV after 300 m and a street of 200 m below it."""
    nodes = [
        {"node_id": "W", "at": (0, 0), "kind": "plant", "ground_m": 40.0},
        {"node_id": "A", "at": (300, 0), "kind": "prv", "ground_m": 30.0},
        {"node_id": "B", "at": (400, 0), "ground_m": 10.0},
        {"node_id": "C", "at": (500, 0), "ground_m": 20.0},
    ]
    ends = [("W", "A"), ("A", "B"), ("B", "C")]
    places = {row["node_id"]: row["at"] for row in nodes}
    pipes = [
        {
            "pipe_id": a + b,
            "from_node": a,
            "to_node": b,
            "line": [places[a], places[b]],
            **changed.get(a + b, {}),
        }
        for a, b in ends
    ]
    return pipes, nodes


def test_ids_stay_where_most_of_the_length_stays() -> None:
    fresh = zones_of(*street()).frame
    assert fresh[["zone_id", "doors", "sources", "feeds"]].to_numpy().tolist() == [
        ["PZ-1", "A", "W", 0], ["PZ-2", "A", "", 1],
    ]  # fmt: skip
    assert fresh[["ground_min_m", "ground_max_m"]].to_numpy().tolist() == [[40.0, 40.0], [10.0, 20.0]]
    high, low = {"pressure_zone_id": "high"}, {"pressure_zone_id": "PZ-1"}
    # The old name of the low zone stays; the next number is free.
    kept = zones_of(*street(WA=high, AB=low, BC=low)).frame
    assert kept["zone_id"].tolist() == ["high", "PZ-1"]
    assert zones_of(*street(AB=low, BC=low)).frame["zone_id"].tolist() == ["PZ-2", "PZ-1"]
    # 100 of its 400 m only: it stays with the other part.
    moved = zones_of(*street(WA=high, AB=high)).frame
    assert moved["zone_id"].tolist() == ["high", "PZ-1"]


def test_no_zone_gets_the_id_of_a_zone_of_another_kind() -> None:
    assert zones_of(*street(), taken=("PZ-1", "PZ-3")).frame["zone_id"].tolist() == ["PZ-2", "PZ-4"]
