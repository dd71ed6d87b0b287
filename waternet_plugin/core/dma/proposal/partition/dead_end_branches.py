"""Units of branches behind a bridge that are too small for a zone, and of trees that fit in one.

What lies behind a bridge and is smaller than the smallest zone can only belong to the zone before the bridge.
"""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.partition.weighted_graph import PartitionGraph
from waternet_plugin.core.network.analysis.connectivity import edge_blocks
from waternet_plugin.core.network.analysis.dependence import symmetric
from waternet_plugin.core.network.analysis.spanning import breadth_first_tree
from waternet_plugin.core.network.analysis.tree_aggregation import LevelTree
from waternet_plugin.core.network.model.row_groups import labels


class _Forest:
    """The blocks of a graph between its bridges, as trees below one root above all.

    Each tree hangs from the block that leaves no branch of more than half of its weight.
    """

    def __init__(self, count: int, first: Array, second: Array, weight: Array) -> None:
        component_count, self.component = labels(count, first, second)
        tops = np.unique(self.component, return_index=True)[1]
        weight = np.append(weight, 0.0)
        self._hang(count, first, second, tops)
        sums = self._sums(weight)
        total = sums[tops][self.component]
        # Light blocks last: the lightest of those with more than half lies deepest.
        heavy = np.flatnonzero(2 * sums[:-1] >= total)
        heavy = heavy[np.lexsort((heavy, -sums[heavy]))]
        tops = np.zeros(component_count, dtype=np.int64)
        tops[self.component[heavy]] = heavy
        self._hang(count, first, second, tops)
        self.weight = self._sums(weight)[:-1]
        self.top = np.zeros(count, dtype=bool)
        self.top[tops] = True

    def _hang(self, count: int, first: Array, second: Array, tops: Array) -> None:
        graph = symmetric(
            np.concatenate([first, tops]), np.concatenate([second, np.full(len(tops), count)]), count + 1
        )
        self.order, parent = breadth_first_tree(graph, count)
        self.levels = LevelTree(parent)
        self.above = np.empty(count + 1, dtype=np.int64)
        self.above[self.order] = self.order[parent]

    def _sums(self, values: Array) -> Array:
        below = values[self.order].copy()
        self.levels.sum_up(below)
        sums = np.empty(len(values), dtype=float)
        sums[self.order] = below
        return sums

    def ringed_below(self, ringed: Array) -> Array:
        """Return which blocks are rings or have some below them."""
        return np.asarray(self._sums(np.append(ringed.astype(float), 0.0))[:-1] > 0)


def whole_sides(graph: PartitionGraph, least: float, most: float) -> tuple[int, Array]:
    """Return the units of the vertices of a graph.

    Parameters
    ----------
    least
        Least size of a zone.
    most
        Trees of up to this size stay in one unit; 0 to keep none together.

    Returns
    -------
    count, unit
        Number of units, and that of each vertex, numbered by their first vertex.
    """
    size = graph.size
    if not len(graph.cost):
        return size, np.arange(size)
    bridge = edge_blocks(size, graph.one, graph.other).bridge
    ring = np.flatnonzero(~bridge)
    count, block = labels(size, graph.one[ring], graph.other[ring])
    first, second = block[graph.one[bridge]], block[graph.other[bridge]]
    forest = _Forest(count, first, second, np.bincount(block, graph.weight, minlength=count))
    ringed = forest.ringed_below(np.bincount(block, minlength=count) > 1)
    small = (forest.weight < least) & ~forest.top
    # A component without a ring is a tree, but none that hangs on something.
    hangs = ~ringed & ~forest.top & _of_ringed(forest, ringed)
    tree = hangs & (forest.weight <= most)
    lower = np.where(forest.above[first] == second, first, second)
    upper = np.where(forest.above[first] == second, second, first)
    joins = np.zeros(len(graph.cost), dtype=bool)
    joins[ring] = small[block[graph.one[ring]]]
    joins[bridge] = small[lower] | tree[upper]
    return labels(size, graph.one[joins], graph.other[joins])


def _of_ringed(forest: _Forest, ringed: Array) -> Array:
    """Return the blocks of components with a ring."""
    is_ringed = np.zeros(int(forest.component.max()) + 1, dtype=bool)
    is_ringed[forest.component[ringed]] = True
    return np.asarray(is_ringed[forest.component])
