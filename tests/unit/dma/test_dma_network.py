"""What metered areas see of a network."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from waternet_plugin.core.dma.dma_network import DmaNetwork, build_dma_network
from waternet_plugin.core.dma.zone_tree import NO_ZONE, UNKNOWN_ZONE, zone_tree
from waternet_plugin.core.network.model.graph import build_graph


def tree(*rows: tuple[str, object]) -> object:
    frame = pd.DataFrame(rows, columns=["zone_id", "parent_id"], dtype=object)
    return zone_tree(frame.assign(kind="dma", level=np.nan))


def test_a_zone_holds_its_descendants_at_any_depth() -> None:
    zones = tree(("A", None), ("B", "A"), ("C", "B"), ("D", "nobody"))
    assert zones.depth.tolist() == [0, 1, 2, 0]
    assert zones.parent.tolist() == [NO_ZONE, 0, 1, UNKNOWN_ZONE]
    assert zones.holds(0, np.array([0, 1, 2, 3, NO_ZONE, UNKNOWN_ZONE])).tolist() == [True] * 3 + [False] * 3
    assert not zones.in_cycle.any()


def test_a_circle_of_parents_is_found_and_ends() -> None:
    zones = tree(("A", "B"), ("B", "C"), ("C", "A"), ("D", "A"), ("E", None))
    assert zones.in_cycle.tolist() == [True, True, True, False, False]
    assert zones.ancestors[0, :4].all()


@pytest.fixture
def line() -> DmaNetwork:
    """Source - meter - valve - end, three pipes, the meter into Z from outside."""
    points = [(0, 0), (100, 0), (200, 0), (300, 0)]
    kinds = ["source", "flow_meter", "valve", "junction"]
    nodes = gpd.GeoDataFrame(
        {
            "node_id": ["S", "M", "V", "E"],
            "kind": kinds,
            "system": "potable",
            "status": "in_use",
            "valve_state": [None, None, "closed", None],
            "meter_in": [None, "Z", None, None],
        },
        geometry=[Point(one) for one in points],
    ).rename_geometry("geom")
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": ["P1", "P2", "P3"],
            "system": "potable",
            "status": "in_use",
            "dma_id": [None, "Z", "X"],
            "diameter_mm": 200.0,
        },
        geometry=[LineString(pair) for pair in zip(points, points[1:])],
    ).rename_geometry("geom")
    customers = pd.DataFrame(
        {"customer_id": ["1", "2"], "pipe_id": ["P2", "gone"], "households": [12.0, 3.0]}
    )
    zones = pd.DataFrame({"zone_id": ["Z"], "kind": "dma", "parent_id": [None], "level": [3.0]})
    return build_dma_network(build_graph(pipes, nodes), pipes, nodes, customers, zones)


def test_meters_and_closed_valves_part_the_patches(line: DmaNetwork) -> None:
    patches = line.patches()
    assert patches.count == 3
    assert len(set(patches.pipe.tolist())) == 3
    assert line.zone.tolist() == [NO_ZONE, 0, UNKNOWN_ZONE]
    assert line.meter.tolist() == [False, True, False, False]
    assert line.meter_in[1] == 0 and line.meter_out[1] == NO_ZONE


def test_customers_count_on_their_pipe_alone(line: DmaNetwork) -> None:
    assert line.customers.tolist() == [0, 1, 0]
    assert line.households.tolist() == [0, 12, 0]
    assert line.customer_pipe.tolist() == [1, -1]
