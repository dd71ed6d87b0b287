"""Components, bridges, articulation points and blocks against NetworkX and a plain search.

``WATERNET_EXAMPLES=5000`` tries that many random networks instead of a quick few.
"""

from __future__ import annotations

import os
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from waternet_plugin.core.network.analysis.connectivity import Connectivity, edge_blocks
from waternet_plugin.core.network.analysis.tree_aggregation import WIDE, LevelTree

EXAMPLES = int(os.environ.get("WATERNET_EXAMPLES", "150"))

Edges = list[tuple[int, int]]


def found(size: int, edges: Edges, wide: int = WIDE) -> Connectivity:
    """Return what we find."""
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return edge_blocks(size, pairs[:, 0].copy(), pairs[:, 1].copy(), wide=wide)


def reached(size: int, edges: Edges, start: int, *, without: int = -1, closed: int = -1) -> set[int]:
    """Search breadth first, without an edge or a vertex: the plainest oracle there is."""
    ways: list[list[int]] = [[] for _ in range(size)]
    for number, (one, other) in enumerate(edges):
        if number != without:
            ways[one].append(other)
            ways[other].append(one)
    seen, queue = {start}, [start]
    while queue:
        for there in ways[queue.pop(0)]:
            if there not in seen and there != closed:
                seen.add(there)
                queue.append(there)
    return seen


@st.composite
def networks(draw: Any) -> tuple[int, Edges]:
    """Return a multigraph with parallel edges, loops and lone vertices."""
    size = draw(st.integers(1, 14))
    vertex = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(vertex, vertex), max_size=2 * size + 3))


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(networks())
@example((3, [(0, 1), (0, 1), (1, 2), (2, 2)]))
def test_bridges_and_articulation_points_are_what_a_plain_search_finds(network: tuple[int, Edges]) -> None:
    size, edges = network
    result = found(size, edges)
    for number, (one, other) in enumerate(edges):
        parted = other not in reached(size, edges, one, without=number)
        assert result.bridge[number] == parted
    for vertex in range(size):
        beside = {there for pair in edges if vertex in pair for there in pair} - {vertex}
        parted = bool(beside) and not beside <= reached(size, edges, min(beside), closed=vertex)
        assert result.articulation[vertex] == parted
    for vertex in range(size):
        same = {int(there) for there in np.flatnonzero(result.component == result.component[vertex])}
        assert same == reached(size, edges, vertex)


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(networks(), st.sampled_from([1, 2, 48]))
def test_components_and_blocks_are_those_of_networkx(network: tuple[int, Edges], wide: int) -> None:
    size, edges = network
    result = found(size, edges, wide)
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    assert result.component_count == nx.number_connected_components(graph)
    block_of = {
        frozenset(edge): number
        for number, block in enumerate(nx.biconnected_component_edges(nx.Graph(graph)))
        for edge in block
    }
    pairs = {
        (block_of[frozenset(edge)], int(result.block[number]))
        for number, edge in enumerate(edges)
        if edge[0] != edge[1]
    }
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
    assert len(pairs) == result.block_count
    assert all(result.block[number] == -1 for number, (one, other) in enumerate(edges) if one == other)


def test_two_parallel_pipes_are_no_bridges() -> None:
    result = found(3, [(0, 1), (0, 1), (1, 2)])
    assert result.bridge.tolist() == [False, False, True]
    assert result.articulation.tolist() == [False, True, False]
    assert result.block.tolist() == [0, 0, 1]


def test_blocks_and_components_are_numbered_by_their_first() -> None:
    result = found(6, [(4, 5), (0, 1), (1, 2), (2, 0)])
    assert result.component.tolist() == [0, 0, 0, 1, 2, 2]
    assert result.block.tolist() == [0, 1, 1, 1]


def test_a_network_without_pipes_and_one_without_anything() -> None:
    assert found(2, []).component_count == 2
    empty = found(0, [])
    assert (empty.component_count, empty.block_count, len(empty.articulation)) == (0, 0, 0)


@pytest.mark.parametrize("length", [5_000])
def test_a_long_chain_with_a_ring_at_its_end(length: int) -> None:
    edges = [(at, at + 1) for at in range(length)] + [(length, length + 1), (length + 1, length - 1)]
    result = found(length + 2, edges)
    assert result.bridge.sum() == length - 1
    assert result.articulation.sum() == length - 1
    assert result.block_count == length


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=40), st.sampled_from([1, 2, 3, 48]), st.data())
def test_sums_and_extremes_over_branches(choices: list[int], wide: int, data: Any) -> None:
    # A tree in breadth-first order: parents never fall.
    parent = [0]
    for choice in choices:
        parent.append(max(parent[-1], choice % len(parent)))
    size = len(parent)
    values = data.draw(st.lists(st.integers(-9, 9), min_size=size, max_size=size))
    hangs = np.array([False, *(value % 2 == 0 for value in values[1:])])
    tree = LevelTree(np.array(parent), wide=wide)
    sums, least, down = (np.array(values) for _ in range(3))
    tree.sum_up(sums)
    tree.least_up(least)
    tree.add_down(down)
    head = tree.head_of(hangs)
    want_sums, want_least, want_down = list(values), list(values), list(values)
    want_head = list(range(size))
    for at in range(1, size):
        want_down[at] += want_down[parent[at]]
        want_head[at] = want_head[parent[at]] if hangs[at] else at
    for at in range(size - 1, 0, -1):
        want_sums[parent[at]] += want_sums[at]
        want_least[parent[at]] = min(want_least[parent[at]], want_least[at])
    assert sums.tolist() == want_sums
    assert least.tolist() == want_least
    assert down.tolist() == want_down
    assert head.tolist() == want_head
