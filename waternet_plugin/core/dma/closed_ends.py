"""Which closings of a scenario shut the end of one pipe, and which a node with all its pipes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork


def closed_ends(dma: DmaNetwork, degree: Array, pipe_id: str | None, node: int) -> list[int]:
    """Return the ends that a closing at a node shuts; none where it closes the node itself.

    Where more than two pipes meet and no valve is there, it is the end of the pipe that the device names.

    Parameters
    ----------
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
    ends_of_node = ends[indptr[node] : indptr[node + 1]]
    return np.asarray(ends_of_node[dma.open[ends_of_node >> 1]])


def with_shut_ends(dma: DmaNetwork, shut: Iterable[int]) -> DmaNetwork:
    """Return a network in which ends of some pipes are closed: each is at a vertex of its own.

    Parameters
    ----------
    shut
        The ends, numbered as `closed_ends` does.
    """
    cuts = list(dict.fromkeys(shut))
    if not cuts:
        return dma
    graph = dma.graph
    start, end, node_count = graph.start.copy(), graph.end.copy(), graph.node_count
    at: list[int] = []
    for cut in cuts:
        side = end if cut & 1 else start
        at.append(int(side[cut >> 1]))
        side[cut >> 1] = node_count + len(at) - 1
    where = np.array(at, dtype=np.int64)

    def longer(values: Array, new: object) -> Array:
        return np.append(values, np.full(len(where), new, dtype=values.dtype))

    fresh = replace(
        graph,
        start=start,
        end=end,
        node_id=longer(graph.node_id, None),
        kind=longer(graph.kind, None),
        asset=longer(graph.asset, -1),
        x_m=np.append(graph.x_m, graph.x_m[where]),
        y_m=np.append(graph.y_m, graph.y_m[where]),
        lookup=None,
    )
    flags: dict[str, Any] = {
        name: longer(getattr(dma, name), value)
        for name, value in (
            ("meter", False), ("meter_in", -1), ("meter_out", -1), ("valve", True), ("closed", True),
            ("unknown", False), ("source", False), ("storage", False),
        )
    }  # fmt: skip
    ends = np.stack([node_count + np.arange(len(where)), where])
    return replace(dma, graph=fresh, shut_ends=ends, **flags)
