"""Total meters by the pipes: by hand, and beside what networkx says that is lost without a meter."""

from __future__ import annotations

import random
from typing import Any, Optional

import networkx as nx
import pandas as pd
import pytest
from support import network_frames
from support.network_frames import pipes

from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.tracing.trace_graph import (
    NODE_COLUMNS,
    PIPE_COLUMNS,
    TraceableNetwork,
    ready_to_trace,
)
from waternet_plugin.core.users.meter_tree import TREE_COLUMNS, links_to_write, meter_links


def works_of(
    ends: list[tuple[int, int]],
    kinds: dict[int, str],
    systems: dict[int, str] | None = None,
    **pipe_more: Any,
) -> TraceableNetwork:
    """Return a network of nodes N0, N1, ... on a line of points, joined by name."""
    many = 1 + max(max(pair) for pair in ends)
    nodes = network_frames.nodes(
        *({"node_id": f"N{at}", "kind": kinds.get(at, "junction"), "at": (10.0 * at, at % 3),
           "system": (systems or {}).get(at, "potable")}
          for at in range(many))
    )  # fmt: skip
    lines = [
        {"line": [(10.0 * a, a % 3), (10.0 * b, b % 3)], "from_node": f"N{a}", "to_node": f"N{b}"}
        for a, b in ends
    ]
    frame = pipes(*lines).assign(**pipe_more)
    nodes = nodes.reindex(columns=[*dict.fromkeys((*nodes.columns, *NODE_COLUMNS))])
    frame = frame.reindex(columns=[*dict.fromkeys((*frame.columns, *PIPE_COLUMNS))])
    return ready_to_trace(build_graph(frame, nodes), frame, nodes)


def meters_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    blank: dict[str, Any] = dict.fromkeys(TREE_COLUMNS)
    return pd.DataFrame([{**blank, "kind": "meter", "status": "in_use", **row} for row in rows], dtype=object)


def parents_of(links: pd.DataFrame) -> dict[str, tuple[Optional[str], str]]:
    return {row["node_id"]: (row["proposed_parent"], row["state"]) for row in links.to_dict("records")}


def test_each_meter_gets_the_nearest_one_that_all_its_water_passes() -> None:
    # Source 0 - bulk meter 1 - meter 2 - 3 and 4 behind it, 5 and 6 on a ring behind 1; 7 on the street.
    ends = [(0, 1), (1, 2), (2, 3), (2, 4), (1, 5), (5, 6), (6, 1), (0, 7), (8, 9)]
    works = works_of(ends, {0: "source", **dict.fromkeys((1, 2, 3, 4, 5, 6, 7, 8), "meter")})
    written = {"N2": "N1", "N3": "N1"}
    rows = [{"node_id": f"N{at}", "meter_parent": written.get(f"N{at}")} for at in range(1, 9)]
    rows += [{"node_id": "LOOSE"}, {"node_id": "HOME"}, {"node_id": "OLD", "meter_state": "scrapped"}]
    links = meter_links(works, meters_of(rows), {"HOME": "P3"})
    assert parents_of(links) == {
        "N1": (None, "top"), "N2": ("N1", "same"), "N3": ("N2", "other"), "N4": ("N2", "new"),
        "N5": ("N1", "new"), "N6": ("N1", "new"), "N7": (None, "top"), "N8": (None, "unfed"),
        "LOOSE": (None, "no_pipe"), "HOME": ("N2", "new"),
    }  # fmt: skip


def test_compounds_and_flow_meters_of_zones() -> None:
    # Zone's flow meter 1, compound's flow meter 2, meters 3 (own), 4 (other compound), 5 (none) below it.
    works = works_of([(0, 1), (1, 2), (2, 3), (2, 4), (2, 5), (1, 6)], {0: "source"})
    rows = [
        {"node_id": "N1", "kind": "flow_meter"}, {"node_id": "N2", "kind": "flow_meter", "compound_id": "A"},
        {"node_id": "N3", "compound_id": "A"}, {"node_id": "N4", "compound_id": "B"}, {"node_id": "N5"},
        {"node_id": "N6", "compound_id": "A"},
    ]  # fmt: skip
    assert parents_of(meter_links(works, meters_of(rows), {})) == {
        "N3": ("N2", "new"), "N4": ("N2", "other_compound"), "N5": ("N2", "new"), "N6": (None, "top"),
    }  # fmt: skip
    # A total meter in no compound measures the street: the compound's own first meter is at the top.
    rows[1] = {"node_id": "N2"}
    assert parents_of(meter_links(works, meters_of(rows), {}))["N3"] == (None, "top")


def test_a_closed_pipe_makes_a_branch_of_a_ring() -> None:
    ends = [(0, 1), (1, 2), (2, 3), (3, 0)]
    rows = [{"node_id": "N1"}, {"node_id": "N3"}, {"node_id": "N2"}]
    kinds = {0: "source"}
    assert parents_of(meter_links(works_of(ends, kinds), meters_of(rows), {}))["N2"] == (None, "top")
    closed = works_of(ends, kinds, initial_status=[None, None, "closed", None])
    assert parents_of(meter_links(closed, meters_of(rows), {}))["N2"] == ("N1", "new")


def test_a_fire_tank_feeds_no_meter_of_drinking_water() -> None:
    # Source 0 - total meter 1 - meter 2 - fire tank 3.
    works = works_of([(0, 1), (1, 2), (2, 3)], {0: "source", 3: "tank"}, systems={3: "fire"})
    rows = [{"node_id": "N1", "system": "potable"}, {"node_id": "N2", "system": "potable"}]
    assert parents_of(meter_links(works, meters_of(rows), {}))["N2"] == ("N1", "new")
    # Nobody knows the system of the meter: the tank may feed it.
    rows[1]["system"] = rows[0]["system"] = None
    assert parents_of(meter_links(works, meters_of(rows), {}))["N2"] == (None, "top")


def test_a_link_that_would_close_a_ring_is_told_and_not_written() -> None:
    links = pd.DataFrame(
        {"node_id": ["A", "B"], "compound_id": None, "meter_parent": [None, "A"],
         "proposed_parent": ["B", "C"], "state": ["new", "other"]}, dtype=object,
    )  # fmt: skip
    meters = pd.DataFrame({"node_id": ["A", "B", "C"], "meter_parent": [None, "A", None]}, dtype=object)
    assert links_to_write(links, meters, replace=False)["state"].tolist() == ["ring", "other"]
    assert links_to_write(links, meters, replace=True)["state"].tolist() == ["new", "other"]


def plain_parent(graph: nx.MultiGraph, meter: int, totals: list[int]) -> Optional[int]:
    """Return the meter whose loss cuts this one off, the one that is itself cut off by all the others."""

    def feeds(lost: int) -> bool:
        left = graph.copy()
        left.remove_node(lost)
        return not nx.has_path(left, 0, meter)

    above = [total for total in totals if total != meter and feeds(total)]
    for total in above:
        left = graph.copy()
        left.remove_node(total)
        if all(other == total or nx.has_path(left, 0, other) for other in above):
            return total
    return None


@pytest.mark.slow
def test_random_networks_have_the_total_meters_that_networkx_finds() -> None:
    chance = random.Random(36)
    compared = 0
    for _ in range(12):
        many = chance.randrange(5, 14)
        ends = [(chance.randrange(at), at) for at in range(1, many)]
        ends += [tuple(chance.sample(range(many), 2)) for _ in range(chance.randrange(3))]  # type: ignore[misc]
        meters = sorted(chance.sample(range(1, many), chance.randrange(2, many)))
        graph = nx.MultiGraph(ends)
        links = meter_links(
            works_of(ends, {0: "source"}), meters_of([{"node_id": f"N{meter}"} for meter in meters]), {}
        )
        proposed = dict(zip(links["node_id"], links["proposed_parent"]))
        for meter in meters:
            parent = plain_parent(graph, meter, meters)
            assert proposed[f"N{meter}"] == (None if parent is None else f"N{parent}"), (ends, meters)
            compared += parent is not None
    assert compared > 10
