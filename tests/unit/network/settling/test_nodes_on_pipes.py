"""Nodes that are put on a pipe split it and take what it knows."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from support.settled_tables import Desk, node, pipe, tables


@pytest.fixture
def sewer() -> Desk:
    """One water main to the north-east, with ids of its system."""
    return Desk(
        tables(
            pipe=[
                pipe("JS-0001", [(0, 0, 5), (100, 100, 15)], from_node="JSD-0007", to_node="JSD-0008",
                     diameter_mm=400.0, street="North Road", dma_id="DMA-1"),
            ],
            node=[node("JSD-0007", (0, 0)), node("JSD-0008", (100, 100))],
        )
    )  # fmt: skip


def _put(desk: Desk, place: tuple[float, ...], **values: Any) -> Any:
    bare = dict.fromkeys(node("x", (0, 0)))
    row = {**bare, "node_id": "WSD-0001", "kind": "valve", "status": "in_use", **values}
    key = desk.new_key()
    desk.gesture(("node", key, {**row, "geom": shapely.Point(*place)}))
    return desk.tables["node"][key]


def test_a_valve_dropped_on_a_pipe_splits_it_and_takes_what_it_knows(sewer: Desk) -> None:
    valve = _put(sewer, (50, 50, 0))
    assert (valve["system"], valve["diameter_mm"], valve["street"]) == ("potable", 400.0, "North Road")
    assert valve["dma_id"] == "DMA-1"
    # Signs are turned clockwise from the east.
    assert valve["angle_deg"] == 135.0
    assert valve["node_id"] == "JSD-0009"
    assert valve["geom"].z == pytest.approx(10.0)
    parts = sorted((one["from_node"], one["to_node"]) for one in sewer.tables["pipe"].values())
    assert parts == [("JSD-0007", "JSD-0009"), ("JSD-0009", "JSD-0008")]
    assert sewer.save().followed == ()


def test_what_a_person_said_of_a_valve_stays(sewer: Desk) -> None:
    valve = _put(sewer, (50, 50), node_id="MINE", system="potable", diameter_mm=100.0, angle_deg=3.0)
    assert (valve["node_id"], valve["diameter_mm"], valve["angle_deg"]) == ("MINE", 100.0, 3.0)
    assert len(sewer.tables["pipe"]) == 2


@pytest.mark.parametrize(("kind", "system"), [("noise_sensor", None), ("valve", "sewage")])
def test_what_does_not_belong_to_the_pipe_does_not_split_it(sewer: Desk, kind: str, system: Any) -> None:
    _put(sewer, (50, 50), kind=kind, system=system)
    assert len(sewer.tables["pipe"]) == 1


def test_an_id_that_a_person_typed_stays(sewer: Desk) -> None:
    bare = dict.fromkeys(sewer.of("node", "JSD-0007"))
    row = {**bare, "node_id": "V-17", "kind": "valve", "status": "in_use", "geom": shapely.Point(50, 50)}
    sewer.gesture(("node", -2, row), typed_ids=True)
    assert sewer.of("node", "V-17")["system"] == "potable"


def test_a_valve_beside_a_pipe_does_not_split_it(sewer: Desk) -> None:
    _put(sewer, (50, 50.01))
    assert len(sewer.tables["pipe"]) == 1


def test_several_valves_on_one_pipe_split_it_at_each(sewer: Desk) -> None:
    sewer.gesture(
        *(
            ("node", -2 - number, node(f"V-{number}", (place, place), kind="valve", system=None))
            for number, place in enumerate((20, 60, 90))
        )
    )
    assert len(sewer.tables["pipe"]) == 4
    assert sum(one["geom"].length for one in sewer.tables["pipe"].values()) == pytest.approx(141.4213562)


def test_a_valve_and_a_tee_at_one_place_are_one_joint(sewer: Desk) -> None:
    sewer.gesture(
        ("node", -2, node("V-1", (50, 50), kind="valve")),
        ("pipe", -3, pipe("JS-0002", [(50, 50), (50, 0)])),
    )
    assert sewer.of("pipe", "JS-0002")["from_node"] == "V-1"
    assert len(sewer.tables["pipe"]) == 3
    assert len(sewer.tables["node"]) == 4


def test_a_node_put_on_an_end_without_a_name_is_named_by_it() -> None:
    desk = Desk(tables(pipe=[pipe("A", [(0, 0), (10, 0)])], node=[]))
    _put(desk, (10, 0), node_id="V-1", system="potable")
    assert desk.ends("A") == (None, "V-1")
