"""A network between its junctions has the paths of the network, and all its pipes."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse.csgraph

from waternet_plugin.core.pressure import junction_network as module
from waternet_plugin.core.pressure.junction_network import JunctionNetwork, junction_network
from waternet_plugin.core.pressure.reach_graph import ReachGraph, shortest_paths

VERTICES = 70


def network(seed: int) -> ReachGraph:
    """Return trees, runs, rings, parallel pipes, pipes to themselves; the last vertices are in no pipe."""
    chance = np.random.default_rng(seed)
    tree = np.arange(1, 50)
    # A ring by itself, two pipes between two vertices by themselves, one pipe by itself.
    ring, pair, one = [(50, 51), (51, 52), (52, 50)], [(53, 54), (54, 53)], [(55, 56)]
    # A dead end of four pipes, a street with a bend from a vertex to itself, a pipe to itself on a dead end.
    more = [(57, 0), (58, 57), (59, 58), (60, 59), (7, 61), (61, 62), (62, 7), (60, 60), (7, 7)]
    rest = np.array([*ring, *pair, *one, *more])
    start = np.concatenate([tree, chance.integers(0, 50, 9), rest[:, 0]])
    end = np.concatenate([chance.integers(0, tree), chance.integers(0, 50, 9), rest[:, 1]])
    length = chance.choice([0.0, 15.0, 60.0, 110.0], len(start))
    counts = chance.random(len(start)) < 0.9
    return ReachGraph(np.arange(len(start)), start, end, length, length / 200.0, counts, VERTICES)


def all_paths(reach: ReachGraph) -> np.ndarray:
    """Return what the shortest way between any two vertices uses up."""
    paths = shortest_paths(np.stack([reach.start, reach.end]), reach.used, reach.size)
    return np.asarray(scipy.sparse.csgraph.dijkstra(paths))


def between(junctions: JunctionNetwork) -> np.ndarray:
    """Return the same by way of junctions, or within a section."""
    paths = scipy.sparse.csgraph.dijkstra(junctions.paths)
    size = junctions.reach.size
    spent = np.full((size, size), np.inf)
    for one in (0, 1):
        for other in (0, 1):
            there = junctions.spent[one][:, None] + paths[junctions.ends[one]][:, junctions.ends[other]]
            spent = np.minimum(spent, there + junctions.spent[other])
    return np.minimum(spent, junctions.between(*np.indices((size, size))))


@pytest.mark.parametrize("deepest", [0, 1, 40])
@pytest.mark.parametrize("seed", range(8))
def test_ways_are_those_of_the_network(seed: int, deepest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DEEPEST", deepest)
    reach = network(seed)
    junctions = junction_network(reach)
    assert len(junctions.vertex) < VERTICES - 10
    assert between(junctions) == pytest.approx(all_paths(reach), abs=1e-9)


@pytest.mark.parametrize("deepest", [0, 40])
@pytest.mark.parametrize("seed", range(8))
def test_sections_have_all_pipes_and_the_ways_to_them(
    seed: int, deepest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_DEEPEST", deepest)
    reach = network(seed)
    junctions = junction_network(reach)
    assert sorted(junctions.rows) == list(range(len(reach.used)))
    paths = all_paths(reach)
    for pipe, section in enumerate(junctions.pipe_section.tolist()):
        rows = junctions.rows[junctions.indptr[section] : junctions.indptr[section + 1]]
        assert pipe in rows
        ends = reach.start[pipe], reach.end[pipe]
        joints = junctions.vertex[junctions.section_ends[:, section]]
        # The nearer of both paths is the shortest one from the ends of the section.
        for at, end in enumerate(ends):
            by_ends = (paths[joints[0], joints], junctions.pipe_spent[:, at, pipe])
            assert by_ends[1].min() >= min(paths[joints[0], end], paths[joints[1], end]) - 1e-9
        for side in (0, 1):
            farthest = junctions.pipe_spent[side, :, pipe].min() + reach.used[pipe]
            assert junctions.whole[side, section] >= farthest - 1e-9
            # Nothing is covered sooner than by the rate of the section.
            for left in (0.05, 0.2, 0.5, 0.9):
                here = np.maximum(left - junctions.pipe_spent[side][:, rows], 0.0).sum(axis=0)
                covered = np.minimum(here, reach.used[rows]) @ reach.metres_per_reach[rows]
                assert covered <= junctions.metres_per_reach[section] * left + 1e-6
