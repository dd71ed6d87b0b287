"""Shortest distances in a large graph, in parts between which other threads run.

SciPy's search keeps Python's lock from its first node to its last: in a million nodes nothing else moves for
a second. Dead ends, three fifths of the nodes of a made town, are left out of it: whoever is in one came
through the node before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array

# As many nodes are reached in about a tenth of a second.
NODES_AT_ONCE = 100_000
# By how much a part may reach less far or farther than the one before it.
_MOST_CHANGE = 8.0
# Looking for dead ends once more is worth it where it finds at least this share of the nodes.
_LEAST_SHARE = 0.05


@dataclass(frozen=True)
class _DeadEnds:
    """Nodes that are entered from one node only and lead nowhere else; a row each.

    ``node``, the node ``before`` it, and the ``length`` of the edge between them.
    """

    node: Array
    before: Array
    length: Array


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
    if weights.shape[0] <= nodes_at_once:
        return _distances_in_parts(weights, sources, limit, nodes_at_once)
    inner, graph, layers = _without_dead_ends(weights, sources)
    distance = np.full(weights.shape[0], np.inf)
    distance[inner] = _distances_in_parts(graph, np.searchsorted(inner, sources), limit, nodes_at_once)
    for ends in reversed(layers):
        distance[ends.node] = distance[ends.before] + ends.length
    distance[distance > limit] = np.inf
    return distance


def _without_dead_ends(weights: csr_matrix, sources: Array) -> tuple[Array, csr_matrix, list[_DeadEnds]]:
    """Take dead ends out of a graph, then those that are some without them, while there are many.

    Returns
    -------
    inner, graph, layers
        The nodes that are left, rising; the edges between them, by their places in ``inner``; the dead ends
        as they were found.
    """
    size = weights.shape[0]
    head, length = weights.indices, weights.data
    tail = np.repeat(np.arange(size, dtype=head.dtype), np.diff(weights.indptr))
    entries, exits = np.bincount(head, minlength=size), np.diff(weights.indptr).astype(np.int64)
    is_inner = np.ones(size, dtype=bool)
    before = np.full(size, -1, dtype=head.dtype)
    layers: list[_DeadEnds] = []
    while True:
        is_end = is_inner & (entries == 1) & (exits <= 1)
        is_end[sources] = False
        into, out = np.flatnonzero(is_end[head]), np.flatnonzero(is_end[tail])
        before[head[into]] = tail[into]
        # Of one-way edges a node with one entry may lead on.
        is_end[tail[out[head[out] != before[tail[out]]]]] = False
        into, out = into[is_end[head[into]]], out[is_end[tail[out]]]
        if len(into) < max(_LEAST_SHARE * is_inner.sum(), 1):
            break
        layers.append(_DeadEnds(head[into], tail[into], length[into]))
        is_inner[head[into]] = False
        entries -= np.bincount(head[out], minlength=size)
        exits -= np.bincount(tail[into], minlength=size)
        stays = ~(is_end[head] | is_end[tail])
        tail, head, length = tail[stays], head[stays], length[stays]
    inner = np.flatnonzero(is_inner)
    place = np.cumsum(is_inner, dtype=head.dtype) - 1
    behind = np.append(0, np.cumsum(np.bincount(place[tail], minlength=len(inner))))
    return inner, csr_matrix((length, place[head], behind), shape=(len(inner), len(inner))), layers


def _distances_in_parts(weights: csr_matrix, sources: Array, limit: float, nodes_at_once: int) -> Array:
    """Return the distances as `shortest_distances` does, some nodes at a time."""
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
