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


@dataclass(frozen=True)
class _Round:
    """One round: the edge that each vertex took, and the tails of edges."""

    taken: Array
    tail: Array


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
        order = np.lexsort((place, weight, one))
        first = order[np.r_[True, one[order][1:] != one[order][:-1]]] if len(order) else order
        taken = np.full(many, -1, dtype=np.int64)
        taken[one[first]] = place[first]
        leads = np.arange(many)
        leads[one[first]] = two[first]
        least = np.zeros(many)
        least[one[first]] = weight[first]
        moves = np.flatnonzero(leads != np.arange(many))
        graph = csr_matrix((np.ones(len(moves)), (moves, leads[moves])), shape=(many, many))
        count, label = connected_components(graph, connection="strong")
        by_edge = np.full(len(cost), -1, dtype=np.int64)
        by_edge[place] = one
        rounds.append(_Round(taken, by_edge))
        if count == many:
            break
        weight = weight - least[one]
        one, two, root, many = label[one], label[two], int(label[root]), count
    chosen = rounds[-1].taken
    for inner in rounds[-2::-1]:
        # A cycle is left at one vertex; its others go round.
        found = inner.taken.copy()
        leaving = chosen[chosen >= 0]
        found[inner.tail[leaving]] = leaving
        chosen = found
    result = chosen[:size].copy()
    result[is_root] = -1
    return result


def _reaching(size: int, tail: Array, head: Array, top: int) -> Array:
    """Return the vertices from which a way leads to one."""
    from scipy.sparse.csgraph import breadth_first_order

    back = csr_matrix((np.ones(len(tail)), (head, tail)), shape=(size, size))
    reached = np.zeros(size, dtype=bool)
    reached[breadth_first_order(back, top, directed=True, return_predecessors=False)] = True
    return reached
