"""The cheapest set of edges by which every vertex reaches a root: a shortest arborescence.

Chu and Liu, Science Sinica 14 (1965) 1396; Edmonds, J. Res. NBS 71B (1967) 233. Whole-array rounds: every
vertex takes its cheapest way out, cycles become one vertex, and so on until there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import gather


@dataclass(frozen=True)
class _Round:
    """One round: the edge that each vertex took; the edges that were there, rising, and their tails."""

    taken: Array
    place: Array
    one: Array


def cheapest_ways(size: int, tail: Array, head: Array, cost: Array, is_root: Array) -> Array:
    """Return the edge by which each vertex leaves towards a root, -1 for roots and what reaches none.

    The sum of the costs of the edges is the least possible; of equal edges the first is taken.

    Parameters
    ----------
    size
        Number of vertices.
    tail, head
        Where each edge leads from and to.
    cost
        Of each edge, not negative.
    is_root
        Vertices that are to be reached.
    """
    top = size
    tail, head = np.where(is_root[tail], top, tail), np.where(is_root[head], top, head)
    edges = np.flatnonzero(_reaching(size + 1, tail, head, top)[head])
    rounds: list[_Round] = []
    many, root, place, weight = size + 1, top, edges, cost[edges].astype(float)
    one, two = tail[edges], head[edges]
    while True:
        keep = (one != two) & (one != root)
        place, one, two, weight = place[keep], one[keep], two[keep], weight[keep]
        first = _cheapest(many, one, weight)
        taken = np.full(many, -1, dtype=np.int64)
        taken[one[first]] = place[first]
        rounds.append(_Round(taken, place, one))
        leads = np.arange(many)
        leads[one[first]] = two[first]
        count, label = _circles_as_one(leads, root)
        if not count:
            break
        # What reaches the root by what it took keeps that; only circles go on.
        least = np.zeros(many)
        least[one[first]] = weight[first]
        weight = weight - least[one]
        one, two, root, many = label[one], label[two], count, count + 1
    chosen = rounds[-1].taken
    for inner in rounds[-2::-1]:
        # A cycle is left at one vertex; its others go round.
        found = inner.taken.copy()
        leaving = chosen[chosen >= 0]
        found[inner.one[np.searchsorted(inner.place, leaving)]] = leaving
        chosen = found
    result = chosen[:size].copy()
    result[is_root] = -1
    return result


def _cheapest(many: int, one: Array, weight: Array) -> Array:
    """Return for each tail, a number below ``many``, its edge of least weight, of equal ones the first."""
    bounds, order = gather(one, many)
    if not len(order):
        return order
    size = np.diff(bounds)
    begin, size = bounds[:-1][size > 0], size[size > 0]
    weight = weight[order]
    hits = np.flatnonzero(weight == np.repeat(np.minimum.reduceat(weight, begin), size))
    group = np.repeat(np.arange(len(begin)), size)[hits]
    return np.asarray(order[hits[np.r_[True, group[1:] != group[:-1]]]])


def _circles_as_one(leads: Array, root: int) -> tuple[int, Array]:
    """Return how many vertices are left when circles become one, and the new number of each vertex.

    What leads to the root gets the number after the last one.
    """
    many = len(leads)
    graph = csr_matrix((np.ones(many, dtype=np.int8), leads, np.arange(many + 1)), shape=(many, many))
    count, part = connected_components(graph, directed=False)
    # A part without the root, or another end, has one circle.
    ends = np.zeros(count, dtype=bool)
    ends[part[leads == np.arange(many)]] = True
    free = np.flatnonzero(~ends[part])
    label = np.full(many, 0, dtype=np.int64)
    if not len(free):
        return 0, label
    number = np.full(many, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    inner = csr_matrix(
        (np.ones(len(free), dtype=np.int8), number[leads[free]], np.arange(len(free) + 1)),
        shape=(len(free), len(free)),
    )
    count, knot = connected_components(inner, connection="strong")
    label[:] = count
    label[free] = knot
    return count, label


def _reaching(size: int, tail: Array, head: Array, top: int) -> Array:
    """Return the vertices from which a way leads to one."""
    from scipy.sparse.csgraph import breadth_first_order

    back = csr_matrix((np.ones(len(tail)), (head, tail)), shape=(size, size))
    reached = np.zeros(size, dtype=bool)
    reached[breadth_first_order(back, top, directed=True, return_predecessors=False)] = True
    return reached
