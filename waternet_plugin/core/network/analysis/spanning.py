"""A breadth-first spanning tree, its preorder, and what edges outside of it hold together.

Tarjan and Vishkin's way (1985) to the 2-connected blocks of a graph, in whole-array steps level by level.
`connectivity` reads bridges and blocks from it, `dependence` what is lost without a vertex.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.tree_aggregation import LevelTree
from waternet_plugin.core.network.model.row_groups import gather, labels


def breadth_first_tree(graph: csr_matrix, root: int) -> tuple[Array, Array]:
    """Return the vertices that a root reaches and the place of the parent of each.

    Returns
    -------
    order, parent
        Vertices in breadth-first order, and parents as places in that order; that of the root is 0.
    """
    visited, before = breadth_first_order(graph, root, directed=True)
    order = visited.astype(np.int64)
    position = np.zeros(graph.shape[0], dtype=np.int64)
    position[order] = np.arange(len(order))
    parent = np.zeros(len(order), dtype=np.int64)
    parent[1:] = position[before[order[1:]]]
    return order, parent


def preorder(levels: LevelTree) -> tuple[Array, Array]:
    """Return the number of each vertex in preorder and the one behind its last descendant."""
    size = len(levels.parent)
    branch = np.ones(size, dtype=np.int64)
    levels.sum_up(branch)
    # A child comes after its parent and the branches of the children before it.
    before = np.cumsum(branch) - branch
    number = np.zeros(size, dtype=np.int64)
    number[1:] = before[1:] - before[levels.first_child[levels.parent[1:]]] + 1
    levels.add_down(number)
    return number, number + branch


def _reached(levels: LevelTree, number: Array, first: Array, second: Array) -> tuple[Array, Array]:
    """Return the least and the greatest number reached from each branch by some edges."""
    least, greatest = number.copy(), -number
    if len(first):
        at = np.concatenate([first, second])
        to = number[np.concatenate([second, first])]
        indptr, rows = gather(at, len(number))
        with_edges = np.flatnonzero(np.diff(indptr))
        to = to[rows]
        least[with_edges] = np.minimum(least[with_edges], np.minimum.reduceat(to, indptr[with_edges]))
        greatest[with_edges] = np.minimum(greatest[with_edges], np.minimum.reduceat(-to, indptr[with_edges]))
    levels.least_up(least)
    levels.least_up(greatest)
    return least, -greatest


class TreeBlocks:
    """Which edges to parents are in one 2-connected block, each edge named by its lower vertex.

    Parameters
    ----------
    levels
        The tree.
    one, other
        Vertices of the edges outside the tree, each edge once.
    """

    def __init__(self, levels: LevelTree, tail: Array, second: Array) -> None:
        number, stop = preorder(levels)
        low, high = _reached(levels, number, tail, second)
        parent = levels.parent
        self.number, self.stop = number, stop
        # Edges to parents that no other edge leads around.
        self.alone = (low >= number) & (high < stop)
        # The edge above the parent is in the same block if the branch reaches past the parent's own.
        hangs = (low < number[parent]) | (high >= stop[parent])
        hangs[0] = False
        head = levels.head_of(hangs)
        first = number[tail] < number[second]
        earlier = np.where(first, tail, second)
        # The vertex whose block each edge outside the tree is in.
        self.later = np.where(first, second, tail)
        # Branches side by side that an edge joins are in one block.
        across = stop[earlier] <= number[self.later]
        left, right = head[earlier[across]], head[self.later[across]]
        names, rows = np.unique(np.concatenate([left, right]), return_inverse=True)
        if len(names):
            _, group = labels(len(names), rows[: len(left)], rows[len(left) :])
            stands = np.arange(len(head))
            # The first name of a group stands for it.
            stands[names] = names[np.unique(group, return_index=True)[1]][group]
            head = stands[head]
        # A vertex that stands for the block of the edge above each.
        self.head = head
