"""Cells: what hangs together inside one zone, and the joints where cells meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.analysis.segments import Segments

# Before any zone was seen at a node.
_NOT_SEEN = -9


@dataclass(frozen=True)
class Cells:
    """Open pipes of one zone that hang together, ``C`` of them.

    Cells end at boundary meters, closed valves and wherever pipes of two zones meet. The joints are the
    quotient graph: every zone, patch and way between them is a walk over it.

    Parameters
    ----------
    segments
        The cell of each pipe and node, and the joints: ``valve`` a node, ``side`` a cell that ends there.
    zone
        Zone number of each cell, NO_ZONE and UNKNOWN_ZONE among them (C,).
    border
        Nodes where pipes of two zones meet, closed pipes counted (N,).
    """

    segments: Segments
    zone: Array
    border: Array

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.zone)


def border_nodes(dma: DmaNetwork) -> Array:
    """Return the nodes where pipes of two zones meet, closed pipes counted (N,)."""
    graph, rows = dma.graph, np.flatnonzero(dma.counts)
    zone = dma.zone[rows]
    start, end = graph.start[rows], graph.end[rows]
    seen = np.full(graph.node_count, _NOT_SEEN)
    seen[start] = zone
    seen[end] = zone
    border = np.zeros(graph.node_count, dtype=bool)
    border[start[seen[start] != zone]] = True
    border[end[seen[end] != zone]] = True
    return border


def find_cells(dma: DmaNetwork) -> Cells:
    """Return the cells of a network."""
    border = border_nodes(dma)
    segments = dma.pieces(dma.meter | dma.closed | border)
    zone = np.full(segments.count, _NOT_SEEN)
    has_pipe = segments.pipe >= 0
    zone[segments.pipe[has_pipe]] = dma.zone[has_pipe]
    return Cells(segments, zone, border)
