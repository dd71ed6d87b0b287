"""A scenario is what differs from the network: laid over it, and compared with others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.dma.scenario import (
    DEVICE_COLUMNS,
    Scenario,
    compare,
    differing,
    membership,
    zones_with,
)

PIPES = pd.DataFrame({"pipe_id": ["P1", "P2", "P3", "P4"], "dma_id": ["A", "A", None, ""]}, dtype=object)
ZONES = pd.DataFrame(
    {"zone_id": ["A", "T"], "name": ["North", "Town"], "kind": "dma", "level": [3.0, 2.0],
     "parent_id": ["T", None], "state": "proven", "hue": [1.0, np.nan]}
)  # fmt: skip


def _scenario(pipes: dict[str, str | None], *zones: dict[str, object], devices: int = 0) -> Scenario:
    empty = dict.fromkeys(DEVICE_COLUMNS)
    rows = [{**empty, "device_id": f"D{n}", "kind": "close", "at_node": f"N{n}"} for n in range(devices)]
    return Scenario(
        pd.DataFrame(zones, columns=["zone_id", "name", "kind", "level", "parent_id", "state", "note"]),
        pd.DataFrame({"pipe_id": list(pipes), "zone_id": list(pipes.values())}, dtype=object),
        pd.DataFrame(rows, columns=list(DEVICE_COLUMNS), dtype=object),
    )


def _of(scenario: Scenario) -> list[str | None]:
    return membership(PIPES["pipe_id"].to_numpy(), PIPES["dma_id"].to_numpy(), scenario).tolist()


def test_what_a_scenario_does_not_name_stays_as_it_is() -> None:
    assert _of(Scenario()) == ["A", "A", None, None]
    assert _of(_scenario({"P2": None, "P3": "B", "gone": "B"})) == ["A", None, "B", None]


def test_laying_a_scenario_over_the_network_leaves_the_network_as_it_is() -> None:
    now = np.array(["A", "A", None], dtype=object)
    ids = np.array(["P1", "P2", "P3"], dtype=object)
    assert membership(ids, now, _scenario({"P2": None, "P3": "B"})).tolist() == ["A", None, "B"]
    assert now.tolist() == ["A", "A", None]


def test_what_differs_from_the_network_makes_the_scenario_again() -> None:
    wanted = np.array(["A", None, "B", None], dtype=object)
    rows = differing(PIPES["pipe_id"].to_numpy(), PIPES["dma_id"].to_numpy(), wanted)
    assert rows.to_dict("list") == {"pipe_id": ["P2", "P3"], "zone_id": [None, "B"]}
    assert _of(_scenario(dict(zip(rows["pipe_id"], rows["zone_id"])))) == wanted.tolist()


def test_a_new_zone_is_a_draft_and_a_known_one_keeps_what_the_scenario_does_not_say() -> None:
    new = {"zone_id": "B", "parent_id": "T"}
    found = zones_with(ZONES, _scenario({}, new, {"zone_id": "A", "name": "Far north", "parent_id": None}))
    found = found.set_index("zone_id")
    assert found.loc["A", ["name", "level", "parent_id", "state", "hue"]].tolist() == [
        "Far north",
        3.0,
        None,
        "proven",
        1.0,
    ]
    assert found.loc["B", ["kind", "parent_id", "state", "name"]].tolist() == ["dma", "T", "draft", None]
    assert list(found.index) == ["A", "T", "B"]


def test_two_scenarios_are_compared_pipe_by_pipe_zone_by_zone_and_device_by_device() -> None:
    one = _scenario({"P1": "B", "P3": "B"}, {"zone_id": "B", "name": "West"}, devices=2)
    other = _scenario({"P1": "A", "P3": "B"}, {"zone_id": "B", "name": "East"}, {"zone_id": "C"}, devices=1)
    found = compare(one, other, PIPES, ZONES)
    assert found.pipes.to_dict("records") == [{"pipe_id": "P1", "zone_a": "B", "zone_b": "A"}]
    assert found.zones["zone_id"].tolist() == ["B", "C"]
    assert found.zones.loc[0, ["name_a", "name_b"]].tolist() == ["West", "East"]
    assert found.zones.loc[1, ["kind_a", "kind_b"]].tolist() == [None, "dma"]
    assert found.devices[["at_node", "in_a"]].values.tolist() == [["N1", True]]


def test_a_scenario_compared_with_the_network_shows_all_that_adopting_it_changes() -> None:
    scenario = _scenario(
        {"P2": None, "P1": "A"}, {"zone_id": "A", "parent_id": "T", "state": "retired"}, devices=1
    )
    found = compare(Scenario(), scenario, PIPES, ZONES)
    # P1 is in A already, whatever the scenario says of it.
    assert found.pipes["pipe_id"].tolist() == ["P2"]
    assert found.zones.loc[0, ["state_a", "state_b"]].tolist() == ["proven", "retired"]
    assert found.devices["in_a"].tolist() == [False]
    same = compare(scenario, scenario, PIPES, ZONES)
    assert not len(same.pipes) and not len(same.zones) and not len(same.devices)
