"""Which closings of a scenario shut the end of one pipe, and which a node with all its pipes."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork


def closed_ends(dma: DmaNetwork, degree: Array, pipe_id: str | None, node: int) -> list[int]:
    """Return the ends that a closing at a node shuts; none where it closes the node itself.

    Where more than two pipes meet and no valve is there, it is the end of the pipe that the device names.

    Parameters
    ----------
    dma
        The network.
    degree
        Ends of pipes that count at each node (N,).
    pipe_id
        The pipe that the device names.
    node
        Where it is.

    Returns
    -------
    list of int
        Twice the number of the pipe, 1 more for its last end.
    """
    pipe = dma.graph.edge_of(str(pipe_id or ""))
    if pipe < 0 or degree[node] <= 2 or dma.valve[node]:
        return []
    ends = (dma.graph.start[pipe], dma.graph.end[pipe])
    return [2 * pipe + side for side, at in enumerate(ends) if at == node]


def ends_at(dma: DmaNetwork, node: int) -> Array:
    """Return the ends of open pipes at a node, numbered as `closed_ends` does."""
    indptr, ends = dma.graph.gathered
    here = ends[indptr[node] : indptr[node + 1]]
    return np.asarray(here[dma.open[here >> 1]])
