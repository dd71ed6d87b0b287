"""Segments and what their closing costs others, against plain searches on thousands of random networks."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from support.random_networks import Drawn, networks, plain_segments, plain_unintended

from waternet_plugin.core.network.analysis.dependence import (
    dependence,
    dependence_directed,
    directed,
    symmetric,
)
from waternet_plugin.core.network.analysis.segments import Segments, find_segments
from waternet_plugin.core.network.analysis.supply import Supply, ValvedNetwork, build_supply


def segments_of(drawn: Drawn) -> Segments:
    return find_segments(
        drawn.start, drawn.end, drawn.n_nodes, separating=drawn.flags("separating"), used=drawn.flags("used")
    )


def supply_of(drawn: Drawn, segments: Segments, *, one_way: bool) -> Supply:
    network = ValvedNetwork(
        drawn.start,
        drawn.end,
        separating=drawn.flags("separating"),
        closed=drawn.flags("closed"),
        used=drawn.flags("used"),
        sources=drawn.flags("sources"),
        present=None,
        one_way=drawn.one_way if one_way else None,
    )
    return build_supply(network, segments)


def as_sets(segments: Segments) -> dict[int, set[tuple[str, int]]]:
    found: dict[int, set[tuple[str, int]]] = {}
    for kind, labels in (("pipe", segments.pipe), ("node", segments.node)):
        for number, label in enumerate(labels.tolist()):
            if label >= 0:
                found.setdefault(label, set()).add((kind, number))
    return found


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(networks())
def test_segments_are_those_of_a_plain_search(drawn: Drawn) -> None:
    found = as_sets(segments_of(drawn))
    assert sorted(found) == list(range(len(found)))
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, plain_segments(drawn)))


@pytest.mark.slow
@pytest.mark.parametrize("one_way", [False, True])
@settings(max_examples=1000, deadline=None)
@given(drawn=networks())
def test_what_loses_water_is_what_a_plain_search_misses(drawn: Drawn, one_way: bool) -> None:
    segments = segments_of(drawn)
    sets = as_sets(segments)
    listed = [sets[number] for number in range(segments.count)]
    expected = plain_unintended(drawn, listed, directed=one_way)
    supply = supply_of(drawn, segments, one_way=one_way)
    weights = np.ones((len(supply.segment), 1))
    counts, _ = supply.unintended(weights)
    assert counts.tolist() == [len(lost) for lost in expected]
    for segment in range(segments.count):
        lost = np.zeros(len(supply.segment), dtype=bool)
        lost[supply.lost_parts(segment)] = True
        assert set(np.flatnonzero(supply.lost_with_all(lost)).tolist()) == expected[segment]


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(networks(most_nodes=14, most_pipes=24))
def test_dependence_is_what_removing_a_vertex_cuts_off(drawn: Drawn) -> None:
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(drawn.n_nodes))
    graph.add_edges_from(drawn.ends)
    reached = nx.node_connected_component(graph, 0)
    tree = dependence(symmetric(drawn.start, drawn.end, drawn.n_nodes), 0)
    assert set(np.flatnonzero(tree.reached).tolist()) == reached
    sums = tree.lost_sums(np.arange(drawn.n_nodes))
    for vertex in reached - {0}:
        rest = graph.copy()
        rest.remove_node(vertex)
        lost = reached - nx.node_connected_component(rest, 0) - {vertex}
        assert set(tree.lost(vertex).tolist()) == lost
        assert sums[vertex] == sum(lost)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(networks(most_nodes=14, most_pipes=30))
def test_directed_dependence_is_the_dominator_tree(drawn: Drawn) -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(drawn.n_nodes))
    graph.add_edges_from(drawn.ends)
    tree = dependence_directed(directed(drawn.start, drawn.end, drawn.n_nodes), 0)
    nearest = nx.immediate_dominators(graph, 0)
    assert set(np.flatnonzero(tree.reached).tolist()) == set(nearest) | {0}
    for vertex, above in nearest.items():
        if vertex != 0:
            assert tree.parent[vertex] == above


def chain(size: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(size - 1), np.arange(1, size)


def test_a_long_chain_depends_link_by_link() -> None:
    one, other = chain(20_000)
    tree = dependence(symmetric(one, other, 20_000), 0)
    assert tree.lost_sums(np.ones(20_000))[1:].tolist() == list(range(19_998, -1, -1))


def test_a_star_with_many_rays_costs_no_more_than_a_chain() -> None:
    size = 200_000
    tree = dependence(symmetric(np.zeros(size - 1, dtype=np.int64), np.arange(1, size), size), 0)
    assert tree.lost_sums(np.ones(size))[0] == size - 1


def test_a_valve_with_three_pipes_parts_all_of_them() -> None:
    # Source 0 - valve 1 with three pipes, to 2 and 3; 2 and 3 have no other way. Closing 1 for the pipe
    # to 2 also parts the source from 3.
    start, end = np.array([0, 1, 1]), np.array([1, 2, 3])
    separating = np.array([False, True, False, False])
    used = np.ones(3, dtype=bool)
    segments = find_segments(start, end, 4, separating=separating, used=used)
    network = ValvedNetwork(
        start,
        end,
        separating=separating,
        closed=np.zeros(4, dtype=bool),
        used=used,
        sources=np.array([True, False, False, False]),
        present=None,
        one_way=None,
    )
    supply = build_supply(network, segments)
    counts, _ = supply.unintended(np.zeros((segments.count, 0)))
    assert counts.tolist() == [2, 1, 1]


def test_a_pipe_between_two_valves_is_a_segment_without_nodes() -> None:
    start, end = np.array([0, 1, 2]), np.array([1, 2, 3])
    separating = np.array([False, True, True, False])
    segments = find_segments(start, end, 4, separating=separating, used=np.ones(3, dtype=bool))
    assert segments.count == 3
    assert segments.pipe[1] not in segments.node


def test_a_node_whose_pipe_stands_closed_is_no_segment_of_its_own() -> None:
    segments = find_segments(
        np.array([0, 1]),
        np.array([1, 2]),
        3,
        separating=np.zeros(3, dtype=bool),
        used=np.array([True, False]),
    )
    assert segments.count == 1
    assert segments.node.tolist() == [0, 0, -1]
