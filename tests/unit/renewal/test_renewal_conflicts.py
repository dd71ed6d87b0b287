"""Projects that together would cut off a critical customer."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.renewal.project_conflicts import find_conflicts


def graph_of(edges: list[tuple[int, int]], count: int):
    """Return a graph of lettered nodes on a line, with the edges as pipes."""
    places = shapely.points(np.arange(count) * 100.0, (np.arange(count) ** 2) % 7 * 50.0)
    nodes = pd.DataFrame(
        {"node_id": [f"N{i}" for i in range(count)], "kind": "junction", "system": "potable", "geom": places}
    )
    pipes = pd.DataFrame(
        {
            "pipe_id": [f"P{i}" for i in range(len(edges))],
            "system": "potable",
            "from_node": [f"N{a}" for a, _ in edges],
            "to_node": [f"N{b}" for _, b in edges],
            "geom": [shapely.LineString([places[a].coords[0], places[b].coords[0]]) for a, b in edges],
        }
    )
    return build_graph(pipes, nodes).graph


def conflicts_of(edges, count, package, source, critical):
    graph = graph_of(edges, count)
    return find_conflicts(
        graph,
        np.array(package),
        source=np.array(source),
        critical=critical,
        usable=np.ones(len(edges), dtype=bool),
    )


def test_the_two_sides_of_a_ring_are_kept_apart():
    #    0 - 1 - 3 and 0 - 2 - 3
    found = conflicts_of([(0, 1), (1, 3), (0, 2), (2, 3)], 4, [0, -1, 1, 2], [0], [3])
    assert found.pairs.tolist() == [[0, 1], [0, 2]]
    assert found.alone.tolist() == []


def test_a_package_on_the_only_way_cuts_off_alone():
    found = conflicts_of([(0, 1), (1, 2)], 3, [-1, 4], [0], [2])
    assert found.alone.tolist() == [4]
    assert len(found.pairs) == 0


def test_a_customer_that_no_source_reaches_is_counted():
    found = conflicts_of([(0, 1), (2, 3)], 4, [0, 1], [0], [3])
    assert (found.unsupplied, len(found.pairs)) == (1, 0)


@pytest.mark.parametrize("seed", range(60))
def test_equal_to_trying_every_pair(seed: int):
    random = np.random.default_rng(seed)
    count = int(random.integers(4, 9))
    edges = [tuple(sorted(random.choice(count, 2, replace=False).tolist())) for _ in range(count + 4)]
    package = random.integers(-1, 5, len(edges))
    source, critical = [0], [count - 1, count - 2]
    found = conflicts_of(edges, count, package, source, critical)

    def supplied(without: set[int], target: int) -> bool:
        left = nx.MultiGraph()
        left.add_nodes_from(range(count))
        left.add_edges_from(e for e, number in zip(edges, package) if number not in without)
        return nx.has_path(left, 0, target)

    names = sorted({*package.tolist()} - {-1})
    alone, pairs = set(), set()
    for target in critical:
        if not supplied(set(), target):
            continue
        single = {a for a in names if not supplied({a}, target)}
        alone |= single
        for a, b in itertools.combinations(names, 2):
            if a not in single and b not in single and not supplied({a, b}, target):
                pairs.add((a, b))
    assert set(found.alone.tolist()) == alone
    assert {tuple(pair) for pair in found.pairs.tolist()} == pairs
