"""Paths by shortcuts are the shortest, and none is followed to where others have more left."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse.csgraph
from scipy.sparse import csr_matrix

from waternet_plugin.core.pressure.junction_shortcuts import shortcuts
from waternet_plugin.core.pressure.reach_graph import shortest_paths

JUNCTIONS, IN_PATHS = 60, 55


def streets(seed: int) -> csr_matrix:
    """Return paths with loops, parallel and without length; the last junctions have none."""
    chance = np.random.default_rng(seed)
    tree = np.arange(1, IN_PATHS)
    ends = np.concatenate([[tree, chance.integers(0, tree)], chance.integers(0, IN_PATHS, (2, 40))], axis=1)
    ends = ends[:, ends[0] != ends[1]]
    return shortest_paths(ends, chance.choice([0.0, 0.05, 0.2, 0.4], ends.shape[1]), JUNCTIONS)


@pytest.mark.parametrize("with_others", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_left_is_that_of_the_shortest_paths(seed: int, with_others: bool) -> None:
    paths, chance = streets(seed), np.random.default_rng(seed)
    shortest = scipy.sparse.csgraph.dijkstra(paths)
    covered = np.zeros(JUNCTIONS)
    if with_others:
        covered = np.maximum(1.0 - shortest[chance.integers(0, IN_PATHS, 3)].min(axis=0), 0.0)
    ends, before = chance.integers(0, JUNCTIONS, (2, 20)), chance.choice([0.0, 0.1, 0.3], (2, 20))
    ends[1, ::2] = ends[0, ::2]
    expected = np.maximum(1.0 - (shortest[ends] + before[:, :, None]).min(axis=0), 0.0).T
    junctions = np.flatnonzero((expected > covered[:, None]).any(axis=1))
    there, _index, left = shortcuts(paths).left(junctions, ends, before, covered)
    assert np.array_equal(np.sort(there), junctions)
    assert left.shape == (len(junctions) + 1, 20) and not left[-1].any()
    farther = expected[there] > covered[there][:, None] + 1e-9
    assert farther.any()
    assert left[:-1][farther] == pytest.approx(expected[there][farther], abs=1e-9)
    assert (left[:-1] <= expected[there] + 1e-9).all()


def test_without_paths_only_the_source_is_reached() -> None:
    there, _index, left = shortcuts(csr_matrix((3, 3))).left(
        np.array([1]), np.array([[1], [1]]), np.array([[0.25], [0.25]]), np.zeros(3)
    )
    assert there.tolist() == [1] and left.tolist() == [[0.75], [0.0]]
