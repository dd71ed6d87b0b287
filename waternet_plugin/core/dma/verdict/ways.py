"""The unmetered ways pipe by pipe: the shortest one by length through the cells of a way."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.cells import Cells
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.model.row_groups import gather

# Length 0 would not be an edge at all.
_SHORTEST_M = 1e-6


class WayFinder:
    """Finds the pipes of ways; what a cell with sources needs is computed once.

    Parameters
    ----------
    feeding
        Nodes that feed it (N,).
    """

    def __init__(self, dma: DmaNetwork, cells: Cells, feeding: Array) -> None:
        self._dma, self._cells = dma, cells
        pipes = np.flatnonzero(cells.segments.pipe >= 0)
        indptr, order = gather(cells.segments.pipe[pipes], max(cells.count, 1))
        self._indptr, self._pipes = indptr, pipes[order]
        self._feeding = feeding
        self._from_sources: dict[int, _CellTree] = {}

    def pipes_of(self, path: list[int]) -> Array:
        """Return the pipes of a way of cells and joints, from the source on.

        Parameters
        ----------
        way
            Cells and joints by turns: a cell with a source first, the joint where it enters a zone last.
        """
        joints = [-1 - vertex for vertex in path if vertex < 0]
        cells = [vertex for vertex in path if vertex >= 0]
        pipes = []
        for index, (cell, towards) in enumerate(zip(cells, joints)):
            if index == 0:
                if cell not in self._from_sources:
                    self._from_sources[cell] = _CellTree(self._dma, self._of_cell(cell), self._feeding)
                tree = self._from_sources[cell]
            else:
                start = np.zeros(self._dma.graph.node_count, dtype=bool)
                start[joints[index - 1]] = True
                tree = _CellTree(self._dma, self._of_cell(cell), start)
            pipes.append(tree.to(towards))
        return np.concatenate(pipes) if pipes else np.zeros(0, dtype=np.int64)

    def _of_cell(self, cell: int) -> Array:
        return self._pipes[self._indptr[cell] : self._indptr[cell + 1]]


class _CellTree:
    """Shortest ways through the pipes of a cell, from any of some nodes."""

    def __init__(self, dma: DmaNetwork, pipes: Array, starts: Array) -> None:
        graph = dma.graph
        ends = np.concatenate([graph.start[pipes], graph.end[pipes]])
        self.nodes, index = np.unique(ends, return_inverse=True)
        tail, head = index[: len(pipes)], index[len(pipes) :]
        length = np.maximum(np.nan_to_num(graph.length_m[pipes]), _SHORTEST_M)
        # Of parallel pipes the shortest, the first by id among equals.
        low, high = np.minimum(tail, head), np.maximum(tail, head)
        order = np.lexsort((graph.pipe_id[pipes].astype(str), length, high, low))
        low, high, length, pipes = low[order], high[order], length[order], pipes[order]
        first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])] & (low != high)
        self.low, self.high, self.pipes = low[first], high[first], pipes[first]
        size = len(self.nodes)
        edges = csr_matrix((length[first], (self.low, self.high)), shape=(size, size))
        begin = np.flatnonzero(starts[self.nodes])
        _far, self.before, _source = dijkstra(
            edges, directed=False, indices=begin, min_only=True, return_predecessors=True
        )
        self.key = self.low * np.int64(size) + self.high

    def to(self, node: int) -> Array:
        """Return the pipes from the nearest start to a node; none where the node is a start."""
        at, paths = int(np.searchsorted(self.nodes, node)), []
        while self.before[at] >= 0:
            above = int(self.before[at])
            key = min(at, above) * len(self.nodes) + max(at, above)
            paths.append(self.pipes[np.searchsorted(self.key, key)])
            at = above
        return np.array(paths[::-1], dtype=np.int64)
