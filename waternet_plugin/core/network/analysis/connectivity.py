"""Components, bridges, articulation points and 2-connected blocks of a network of any size.

Read from a spanning tree of one root above all components (see `spanning`). Only whole-array steps and
SciPy's own search, so a million pipes take a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis import spanning
from waternet_plugin.core.network.analysis.tree_aggregation import WIDE, LevelTree
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.network.model.row_groups import gather


@dataclass(frozen=True)
class Connectivity:
    """How a graph hangs together.

    Parameters
    ----------
    component_count, component
        Number of components, and that of each vertex; numbered by their first vertex.
    bridge
        Pipes whose loss parts their component. Of two parallel pipes neither is one, nor is a loop.
    articulation
        Vertices whose loss parts their component.
    block_count, block
        Number of 2-connected blocks, and that of each pipe; numbered by their first pipe. A bridge is a
        block of its own; loops and pipes left out are in none, -1.
    """

    component_count: int
    component: Array
    bridge: Array
    articulation: Array
    block_count: int
    block: Array


def blocks(graph: Graph, pipe_mask: Array | None = None) -> Connectivity:
    """Return components, bridges, articulation points and blocks of a network.

    Parameters
    ----------
    graph
        The network.
    pipe_mask
        Pipes that count, all if None.
    """
    if pipe_mask is None:
        indptr, neighbour, _pipe = graph.adjacency()
        return _Search(graph.node_count, graph.start, graph.end, indptr, neighbour).blocks(WIDE)
    rows = np.flatnonzero(pipe_mask)
    part = edge_blocks(graph.node_count, graph.start[rows], graph.end[rows])
    bridge = np.zeros(graph.pipe_count, dtype=bool)
    bridge[rows] = part.bridge
    block = np.full(graph.pipe_count, -1, dtype=np.int64)
    block[rows] = part.block
    return Connectivity(
        part.component_count, part.component, bridge, part.articulation, part.block_count, block
    )


def edge_blocks(size: int, start: Array, end: Array, *, wide: int = WIDE) -> Connectivity:
    """Return how any multigraph hangs together, given by the two vertices of each edge.

    Parameters
    ----------
    size
        Number of vertices.
    start, end
        The vertices of each edge.
    wide
        As `LevelTree` has it.
    """
    indptr, ends = gather(np.stack([start, end], axis=1).reshape(-1), size)
    neighbour = np.where(ends & 1, start[ends >> 1], end[ends >> 1])
    return _Search(size, start, end, indptr, neighbour).blocks(wide)


class _Search:
    """One search; positions are those in breadth-first order, the root above all components first."""

    def __init__(self, size: int, start: Array, end: Array, indptr: Array, neighbour: Array) -> None:
        self.size, self.start, self.end = size, start, end
        neighbour = neighbour.astype(np.int32, copy=False)
        self.plain = csr_matrix((np.ones(len(neighbour)), neighbour, indptr), shape=(size, size))

    @cached_property
    def component(self) -> tuple[int, Array]:
        # Edges are there in both directions, so weak components of the directed graph are the components.
        count, label = connected_components(self.plain, directed=False)
        return int(count), np.asarray(label)

    @cached_property
    def roots(self) -> Array:
        """The first vertex of each component."""
        label = self.component[1]
        return np.flatnonzero(np.diff(np.maximum.accumulate(label), prepend=-1))

    def _tree(self) -> tuple[Array, Array]:
        """Return the vertices in breadth-first order from a root above, that first, and their parents."""
        indptr = np.append(self.plain.indptr, self.plain.indptr[-1] + len(self.roots))
        indices = np.concatenate([self.plain.indices, self.roots.astype(self.plain.indices.dtype)])
        above = csr_matrix((np.ones(len(indices)), indices, indptr), shape=(self.size + 1, self.size + 1))
        return spanning.breadth_first_tree(above, self.size)

    def blocks(self, wide: int) -> Connectivity:
        """Return what was looked for."""
        size, edges = self.size, len(self.start)
        count, component = self.component
        if not size:
            none = np.zeros(0, dtype=np.int64)
            return Connectivity(0, none, np.zeros(edges, dtype=bool), none.astype(bool), 0, none)
        order, parent = self._tree()
        position = np.zeros(size + 1, dtype=np.int64)
        position[order] = np.arange(size + 1)
        levels = LevelTree(parent, wide=wide)

        first, second = position[self.start], position[self.end]
        upper, lower = np.minimum(first, second), np.maximum(first, second)
        # A tree edge leads from a vertex to its parent; of parallel edges the last is taken.
        tree_edge = np.full(size + 1, -1, dtype=np.int64)
        hangs = np.flatnonzero(parent[lower] == upper)
        tree_edge[lower[hangs]] = hangs
        outside = upper != lower
        outside[tree_edge[tree_edge >= 0]] = False
        rest = np.flatnonzero(outside)
        tree_blocks = spanning.TreeBlocks(levels, upper[rest], lower[rest])

        bridge = np.zeros(edges, dtype=bool)
        bridge[tree_edge[tree_blocks.alone & (tree_edge >= 0)]] = True
        mark = tree_blocks.head[lower]
        mark[rest] = tree_blocks.head[tree_blocks.later]
        block_count, block = _numbered(mark, upper != lower)
        articulation = np.zeros(size, dtype=bool)
        articulation[order[1:]] = _articulations(levels, tree_blocks.head)[1:]
        return Connectivity(count, component, bridge, articulation, block_count, block)


def _articulations(levels: LevelTree, head: Array) -> Array:
    """Return the vertices where blocks meet."""
    parent = levels.parent
    own = head.copy()
    # Above a component's first vertex is no block: what its first child belongs to counts instead.
    roots = np.flatnonzero((parent == 0) & levels.has_child)
    own[roots] = head[levels.first_child[roots]]
    meets = np.zeros(len(head), dtype=bool)
    meets[parent[1:][head[1:] != own[parent[1:]]]] = True
    meets[0] = False
    return meets


def _numbered(mark: Array, counts: Array) -> tuple[int, Array]:
    """Return marks numbered by their first row, -1 for rows that don't count."""
    block = np.full(len(mark), -1, dtype=np.int64)
    rows = np.flatnonzero(counts)
    if not len(rows):
        return 0, block
    first = np.full(int(mark.max()) + 1, len(mark), dtype=np.int64)
    # Written backwards, so that the first row stays.
    first[mark[rows[::-1]]] = rows[::-1]
    begins = np.zeros(len(mark) + 1, dtype=np.int64)
    begins[first[first < len(mark)]] = 1
    number = np.cumsum(begins) - 1
    block[rows] = number[first[mark[rows]]]
    return int(begins.sum()), block
