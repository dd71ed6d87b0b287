"""Drains whose flow the graph alone forces: bridges with all exits on one side."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.connectivity import edge_blocks
from waternet_plugin.core.network.analysis.spanning import breadth_first_tree
from waternet_plugin.core.network.analysis.tree_aggregation import LevelTree
from waternet_plugin.core.schema.flow import FORWARD, REVERSE, UNDETERMINED


def forced_sense(size: int, start: Array, end: Array, is_exit: Array) -> Array:
    """Return the sense of each edge as far as the graph forces it, UNDETERMINED for the others.

    Parameters
    ----------
    size
        Number of vertices.
    start, end
        Vertices of the first and last end of each edge.
    is_exit
        Vertices at which water leaves.
    """
    sense = np.full(len(start), UNDETERMINED, dtype=np.int8)
    if not len(start) or not is_exit.any():
        return sense
    bridge = edge_blocks(size, start, end).bridge
    joined = csr_matrix((np.ones((~bridge).sum()), (start[~bridge], end[~bridge])), shape=(size, size))
    many, lump = connected_components(joined, directed=False)
    exits = np.bincount(lump[is_exit], minlength=many)
    rows = np.flatnonzero(bridge)
    one, two = lump[start[rows]], lump[end[rows]]
    forest = csr_matrix((np.ones(len(rows)), (one, two)), shape=(many, many))
    count, tree = connected_components(forest, directed=False)
    # Each tree hangs from a lump with an exit, those without any from their first one.
    best = np.lexsort((np.arange(many), -exits, tree))
    top = best[np.r_[True, tree[best][1:] != tree[best][:-1]]]
    root = np.full(len(top), many)
    both = np.concatenate([one, two, root, top]), np.concatenate([two, one, top, root])
    order, parent = breadth_first_tree(csr_matrix((np.ones(len(both[0])), both), shape=(many + 1,) * 2), many)
    below = np.append(exits, 0)[order]
    LevelTree(parent).sum_up(below)
    place = np.empty(many + 1, dtype=np.int64)
    place[order] = np.arange(many + 1)
    deeper = place[one] > place[two]
    low = np.where(deeper, place[one], place[two])
    whole = np.bincount(tree, exits, count)[tree[one]]
    dry = (below[low] == 0) & (whole > 0)
    sense[rows[dry]] = np.where(deeper[dry], FORWARD, REVERSE)
    return sense
