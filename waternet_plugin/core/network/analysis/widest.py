"""The widest way from every node to a source, kept as a tree, and what is left of it when parts are shut."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.dependence import symmetric
from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.analysis.spanning import breadth_first_tree, preorder
from waternet_plugin.core.network.analysis.tree_aggregation import LevelTree
from waternet_plugin.core.network.model.row_groups import equal_pairs, words_as_numbers

NOTHING = -1


@dataclass(frozen=True)
class Widest:
    """A tree in which the way of each node to the root, above all sources, is the widest there is.

    ``rank`` numbers the pipes from the narrowest to the widest, ``pipe_by_rank`` is its inverse.
    ``narrowest`` is the least rank on the way of each node (the number of pipes for a source), ``lower`` the
    node below each pipe of the tree (-1 for others), ``position`` and ``stop`` the preorder of the nodes (-1
    when no way leads to a source).
    """

    rank: Ints
    pipe_by_rank: Ints
    narrowest: Ints
    lower: Ints
    position: Ints
    stop: Ints


@dataclass(frozen=True)
class PassableLines:
    """Pipes between nodes, and which of them are passed.

    Parameters
    ----------
    start, end
        Nodes of each pipe.
    names
        Ids of the pipes, to choose among those that are equally wide.
    usable
        Pipes that are passed.
    sources
        Nodes where ways end, a flag for each node.
    """

    start: Ints
    end: Ints
    names: Array
    usable: Flags
    sources: Flags


def widest_paths(lines: PassableLines, width: Array) -> Widest:
    """Return the widest way of each node to a source; ``width`` is that of each pipe."""
    start, end, n_nodes = lines.start, lines.end, len(lines.sources)
    size = len(start)
    order = np.lexsort((*words_as_numbers(lines.names), width))
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    rows = np.flatnonzero(lines.usable & (start != end))
    # The widest of parallel pipes; the matrix would add them up.
    low, high = np.minimum(start[rows], end[rows]), np.maximum(start[rows], end[rows])
    alike, begin = equal_pairs(low, high)
    one = alike[begin]
    low, high = low[one], high[one]
    rows = order[np.maximum.reduceat(rank[rows[alike]], begin)]
    reached, parent, weight = _spanning_tree(
        low, high, 1.0 + size - rank[rows], np.flatnonzero(lines.sources), n_nodes
    )
    at, behind = preorder(LevelTree(parent))
    # Of the pipe above each node, or what stands for it above sources.
    least = 1 + size - weight.astype(np.int64)
    piped = np.flatnonzero(least < size)
    lower = np.full(size, NOTHING, dtype=np.int64)
    lower[order[least[piped]]] = reached[piped]
    jump = parent.copy()
    while jump.any():
        least = np.minimum(least, least[jump])
        jump = jump[jump]
    narrowest = np.full(n_nodes, NOTHING, dtype=np.int64)
    position, stop = narrowest.copy(), narrowest.copy()
    nodes = reached[1:]
    narrowest[nodes], position[nodes], stop[nodes] = least[1:], at[1:], behind[1:]
    return Widest(rank, order, narrowest, lower, position, stop)


def _spanning_tree(low: Ints, high: Ints, weight: Array, fed: Ints, root: int) -> tuple[Ints, Ints, Array]:
    """Find the least spanning tree of pairs of nodes and a root above those that are fed.

    Parameters
    ----------
    low, high, weight
        The pairs and their weights, above 1.
    fed
        Nodes that hang on the root whatever else there is.
    root
        Number of the root, behind those of all nodes.

    Returns
    -------
    reached, parent, above
        The nodes of the tree, breadth first; the place of the parent of each, and the weight of the pair that
        they are, 1 where the parent is the root, and for the root.
    """
    ends = np.concatenate([fed, low]), np.concatenate([np.full(len(fed), root), high])
    weights = np.concatenate([np.ones(len(fed)), weight])
    tree = minimum_spanning_tree(csr_matrix((weights, ends), shape=(root + 1, root + 1))).tocoo()
    reached, parent = breadth_first_tree(symmetric(tree.row, tree.col, root + 1), root)
    before = np.full(root + 1, NOTHING, dtype=np.int64)
    before[reached] = reached[parent]
    above = np.ones(root + 1)
    above[np.where(before[tree.col] == tree.row, tree.col, tree.row)] = tree.data
    return reached, parent, above[reached]


class Broken:
    """The branches of the tree that hang below what is shut."""

    def __init__(self, widest: Widest, pipes: Ints, nodes: Ints) -> None:
        """Take the pipes and nodes that are shut."""
        tops = np.concatenate([widest.lower[pipes], nodes])
        tops = tops[tops >= 0]
        tops = tops[widest.position[tops] >= 0]
        begin, stop = widest.position[tops], widest.stop[tops]
        order = np.argsort(begin, kind="stable")
        # Asked for one node after another: a list answers ten times sooner than an array.
        self._begin: list[int] = begin[order].tolist()
        # Branches lie inside each other or apart, so the greatest end so far is that of an outer one.
        self._stop = np.maximum.accumulate(stop[order]) if len(order) else stop
        self._position = widest.position

    def __contains__(self, node: int) -> bool:
        position = self._position[node]
        if position < 0:
            return True
        index = bisect.bisect_right(self._begin, position) - 1
        return index >= 0 and bool(position < self._stop[index])
