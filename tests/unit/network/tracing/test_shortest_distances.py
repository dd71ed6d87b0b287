"""Shortest distances found in parts equal SciPy's own search to the last bit."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.network.tracing.shortest_distances import shortest_distances


def drawn_graph(draw: np.random.Generator) -> tuple[csr_matrix, np.ndarray]:
    """Draw a graph of one-way edges, some of its parts out of reach, and its sources."""
    size = int(draw.integers(2, 400))
    edges = int(draw.integers(1, 4 * size))
    ends = draw.integers(0, size, (2, edges))
    length = draw.choice([1e-6, 0.5, 3.0, 1000.0], edges) * draw.uniform(0.5, 1.5, edges)
    weights = csr_matrix((length, ends), shape=(size, size))
    return weights, draw.choice(size, int(draw.integers(1, min(size, 6))), replace=False)


@pytest.mark.parametrize("nodes_at_once", [1, 7, 60])
def test_parts_give_what_one_search_gives(nodes_at_once: int) -> None:
    draw = np.random.default_rng(nodes_at_once)
    for _ in range(100):
        weights, sources = drawn_graph(draw)
        for limit in (np.inf, float(draw.uniform(0, 2000))):
            expected = dijkstra(weights, indices=sources, min_only=True, limit=limit)
            found = shortest_distances(weights, sources, limit=limit, nodes_at_once=nodes_at_once)
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("nodes_at_once", [1, 60])
def test_dead_ends_and_trees_that_hang_on_a_network_get_the_same(nodes_at_once: int) -> None:
    draw = np.random.default_rng(nodes_at_once)
    for _ in range(100):
        size = int(draw.integers(3, 400))
        # Each node hangs on an earlier one; some more edges close circles, some edges go one way only.
        node = np.arange(1, size)
        before = (node * draw.uniform(draw.uniform(0, 1), 1, len(node))).astype(int)
        others = draw.integers(0, size, (2, int(draw.integers(0, size // 3 + 1))))
        first, second = np.append(node, others[0]), np.append(before, others[1])
        length = draw.uniform(0.1, 50.0, len(first))
        both = draw.random(len(first)) < draw.choice([0.9, 1.0])
        ends = np.append(first, second[both]), np.append(second, first[both])
        weights = csr_matrix((np.append(length, length[both]), ends), shape=(size, size))
        sources = draw.choice(size, int(draw.integers(1, 3)), replace=False)
        for limit in (np.inf, float(draw.uniform(0, 300))):
            expected = dijkstra(weights, indices=sources, min_only=True, limit=limit)
            found = shortest_distances(weights, sources, limit=limit, nodes_at_once=nodes_at_once)
            np.testing.assert_array_equal(found, expected)


def test_many_parts_are_searched() -> None:
    """A chain of nodes is followed to its end, a few hundred of them at once."""
    size, first = 5000, np.arange(4999)
    chain = csr_matrix((np.full(len(first), 0.1), (first, first + 1)), shape=(size, size))
    expected = dijkstra(chain, indices=[0], min_only=True)
    np.testing.assert_array_equal(shortest_distances(chain, np.array([0]), nodes_at_once=300), expected)
