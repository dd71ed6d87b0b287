"""A graph as NetworkX has it, for small ones whose names matter."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import Graph


def multigraph(graph: Graph, pipe_mask: Array | None = None) -> Any:
    """Return a ``networkx.MultiGraph`` of named nodes and pipes.

    Nodes are keyed by the id of their asset, by their number where there is none (or by their number too
    where an id is not the first of its kind); edges by the id of the pipe, or its number likewise. Parallel
    pipes are two edges, a loop is one.

    Parameters
    ----------
    graph
        The network; thousands of pipes rather than a million.
    pipe_mask
        Pipes that count, all if None. All nodes are there.
    """
    nodes = _names(graph.node_id)
    pipes = _names(graph.pipe_id)
    rows = np.arange(graph.pipe_count) if pipe_mask is None else np.flatnonzero(pipe_mask)
    result = nx.MultiGraph()
    for number, name in enumerate(nodes):
        result.add_node(
            name, kind=graph.kind[number], x_m=float(graph.x_m[number]), y_m=float(graph.y_m[number])
        )
    for row in rows.tolist():
        result.add_edge(
            nodes[graph.start[row]],
            nodes[graph.end[row]],
            key=pipes[row],
            length_m=float(graph.length_m[row]),
            system=graph.pipe_system[row],
            function=graph.pipe_function[row],
        )
    return result


def _names(ids: Array) -> list[Any]:
    """Return ids, and numbers where there is none or it was there before."""
    seen: set[Any] = {None}
    names: list[Any] = []
    for number, name in enumerate(ids.tolist()):
        names.append(number if name in seen else name)
        seen.add(name)
    return names
