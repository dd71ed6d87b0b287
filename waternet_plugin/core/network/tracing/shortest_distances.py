"""Shortest distances in a large graph, in parts between which other threads run.

SciPy's search keeps Python's lock from its first node to its last: in a million nodes nothing else moves for
a second.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array

# As many nodes are reached in about a tenth of a second.
NODES_AT_ONCE = 100_000
# By how much a part may reach less far or farther than the one before it.
_MOST_CHANGE = 8.0


def shortest_distances(
    weights: csr_matrix, sources: Array, *, limit: float = np.inf, nodes_at_once: int = NODES_AT_ONCE
) -> Array:
    """Return the distance of each node from the nearest source.

    The distances are those of Dijkstra's search to the last bit: each part goes on from sums that are
    complete, in their order.

    Parameters
    ----------
    weights
        Length of the edge from each node to another, above 0; an edge of both senses stands there twice.
    sources
        Numbers of the nodes from which distances are taken.
    limit
        Nodes farther away are not looked for, in the unit of the lengths.
    nodes_at_once
        About as many nodes are reached in one part; smaller graphs are searched in one.

    Returns
    -------
    distance
        One number a node, infinite for one that is not reached.
    """
    size = weights.shape[0]
    if size <= nodes_at_once:
        whole: Array = dijkstra(weights, directed=True, indices=sources, min_only=True, limit=limit)
        return whole
    distance = np.full(size, np.inf)
    distance[sources] = 0.0
    tail = np.repeat(np.arange(size, dtype=np.int32), np.diff(weights.indptr))
    head, length = weights.indices, weights.data
    reach = float(length.mean()) if len(length) else 0.0
    while True:
        is_open = np.isinf(distance)
        ahead = is_open[head]
        tail, head, length = tail[ahead], head[ahead], length[ahead]
        inner = is_open[tail]
        entry = np.full(size, np.inf)
        np.minimum.at(entry, head[~inner], distance[tail[~inner]] + length[~inner])
        entered = np.flatnonzero(np.isfinite(entry))
        if not len(entered) or entry[entered].min() > limit:
            return distance
        # One more node leads to those next to what was reached, with their whole distance.
        ends = np.concatenate([[0], np.cumsum(np.bincount(tail[inner], minlength=size))])
        graph = csr_matrix(
            (
                np.concatenate([length[inner], entry[entered]]),
                np.concatenate([head[inner], entered.astype(head.dtype)]),
                np.append(ends, ends[-1] + len(entered)),
            ),
            shape=(size + 1, size + 1),
        )
        farthest = min(float(entry[entered].min()) + reach, limit)
        found = dijkstra(graph, directed=True, indices=size, limit=farthest)[:size]
        reached = np.isfinite(found)
        distance[reached] = found[reached]
        change = nodes_at_once / max(int(reached.sum()), 1)
        reach *= min(max(change, 1 / _MOST_CHANGE), _MOST_CHANGE)
